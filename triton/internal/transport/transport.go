// Package transport is the seam between what knows the requests and answers of an inference server and what carries their bytes.
package transport

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"time"

	"google.golang.org/grpc/codes"
)

// Dialer opens connections: by grpc-go, by framing of our own, by HTTP/1.1. When it returns without an error all of them are usable.
type Dialer func(ctx context.Context, config Config) (Transport, error)

// Config is what a transport must know before the first request.
type Config struct {
	Address     string            // host:port
	TLS         *tls.Config       // nil: plain text
	Header      map[string]string // metadata of each call, or header fields of each HTTP request; names in small letters
	Path        string            // method of gRPC, as in "/inference.GRPCInferenceService/ModelInfer", or path of HTTP
	Stream      bool              // one call per connection that carries all its requests, instead of one call per request
	Conns       int               // independent connections: streams if Stream, else places that calls are dealt to; at least 1
	Shared      int               // how many of them share a TCP connection; 0: all
	Deadline    time.Duration     // a call that has no answer by then is given up, unless Stream; 0: none
	Compression string            // "gzip", "deflate", or "" for none
	Head        int               // the handler reads so many bytes of an answer at most: a transport may give zeros for the rest; 0: all
	Clock       func() int64      // nanoseconds since a fixed instant
	Handler     Handler
}

// Transport carries requests. Send may be called from several goroutines at once as long as each connection is used by one.
type Transport interface {
	// Send sends a request. It returns when the request is on its way, without waiting for an answer, and may block while the peer
	// takes no more bytes; Close ends that. After an error the handler hears nothing of the request. A connection that is down gives
	// ErrDown at once.
	Send(conn int, r Request) error
	// Flush sends what Send held back because of Request.More. Like Send, it may be called from several goroutines at once.
	Flush() error
	// Close ends all connections and returns when the handler will not be called again, within a second.
	Close() error
}

// Request is one message of gRPC, or the content of an HTTP request: Head, then the pieces of Body.
type Request struct {
	Tag int64 // by which the handler knows it
	// Head begins with the tag as the request's id, see PutID, where the protocol is gRPC. It is the caller's again when Send returns.
	// So is Body, but not its pieces, which stay unchanged until the request has ended.
	Head []byte
	Body [][]byte
	More bool // the request may be held back until Flush, which comes soon
}

// Handler learns what happens. Calls for different connections may come at once. A handler does not block. Times are the clock's.
type Handler interface {
	// Sent says that the last byte of a request was handed to the operating system.
	Sent(tag, at int64)
	// Message delivers an answer, which is complete; at was read when its last byte had arrived, before anything was decoded. The
	// pieces are the transport's again when it returns. Without Stream it is the only and successful end of call tag; with it, tag
	// is NoTag and the handler reads the id of the answer.
	Message(conn int, tag, at int64, pieces [][]byte)
	// Failed says that a call ended without an answer, unless Stream. err is a *StatusError when the server or the deadline ended it, and
	// ErrDown or a wrapping of it when the connection broke.
	Failed(conn int, tag, at int64, err error)
	// Down says that a stream ended: none of its requests will be answered. The transport opens it anew by itself, with growing
	// pauses; until that has succeeded Send gives ErrDown.
	Down(conn int, at int64, err error)
}

// NoTag stands for a request that the transport does not know.
const NoTag = -1

// ErrDown says that a connection is not usable for the moment.
var ErrDown = errors.New("connection is down")

// StatusError is how the server ended a call.
type StatusError struct {
	Code codes.Code
	Text string
}

// Error returns the code's name and the text.
func (e *StatusError) Error() string { return fmt.Sprintf("%s: %s", e.Code, e.Text) }
