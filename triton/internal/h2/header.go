package h2

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"
	"google.golang.org/grpc/codes"

	"github.com/trtbench/trtbench/triton/internal/transport"
)

// headerBlock encodes the header fields of every call once. They are never put into the server's table, so that the same bytes mean
// the same at any time.
func headerBlock(config *transport.Config) []byte {
	var block bytes.Buffer
	encoder := hpack.NewEncoder(&block)
	add := func(name, value string) {
		_ = encoder.WriteField(hpack.HeaderField{Name: name, Value: value, Sensitive: true}) // a buffer takes all
	}
	add(":method", "POST")
	add(":scheme", "http")
	add(":path", config.Path)
	add(":authority", config.Address)
	add("te", "trailers")
	add("content-type", "application/grpc")
	add("user-agent", "trtbench")
	if config.Deadline > 0 && !config.Stream {
		add("grpc-timeout", timeout(config.Deadline.Microseconds()+1))
	}
	names := make([]string, 0, len(config.Header))
	for name := range config.Header {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		value := config.Header[name]
		if strings.HasSuffix(name, "-bin") {
			value = base64.RawStdEncoding.EncodeToString([]byte(value))
		}
		add(name, value)
	}
	return block.Bytes()
}

// timeout writes microseconds with at most eight digits, as gRPC takes them, rather a bit more than less.
func timeout(us int64) string {
	const most = 1e8 - 1
	us = max(us, 1)
	if us <= most {
		return strconv.FormatInt(us, 10) + "u"
	}
	if ms := (us + 999) / 1000; ms <= most {
		return strconv.FormatInt(ms, 10) + "m"
	}
	return strconv.FormatInt(min((us+999_999)/1_000_000, most), 10) + "S"
}

// fields are what counts of the header fields of an answer.
type fields struct {
	http    string // status of HTTP
	content string // type of it
	status  string // of gRPC
	message string
}

// take is called for each field.
func (f *fields) take(field hpack.HeaderField) {
	switch field.Name {
	case ":status":
		f.http = field.Value
	case "content-type":
		f.content = field.Value
	case "grpc-status":
		f.status = field.Value
	case "grpc-message":
		f.message = field.Value
	}
}

// foreign returns what the fields before an answer say against it: it is not one of gRPC, but a page of something in between.
func (f *fields) foreign() error {
	const own = "application/grpc"
	n, err := strconv.Atoi(f.http)
	switch {
	case err == nil && n != http.StatusOK:
		return &transport.StatusError{Code: transport.HTTPCode(n), Text: "HTTP " + f.http + " instead of an answer of gRPC"}
	case f.content != "" && !strings.HasPrefix(f.content, own):
		return &transport.StatusError{Code: codes.Unknown, Text: fmt.Sprintf("content of type %q instead of an answer of gRPC", f.content)}
	}
	return nil
}

// informational reports whether the fields only announce others.
func (f *fields) informational() bool { return len(f.http) == 3 && f.http[0] == '1' }

// failure returns how a call ended that has no answer.
func (f *fields) failure() error {
	if f.status == "" {
		if err := f.foreign(); err != nil {
			return err
		}
		return fmt.Errorf("%w: the server closed it without a status", transport.ErrDown)
	}
	n, err := strconv.ParseUint(f.status, 10, 32)
	if err != nil {
		return &transport.StatusError{Code: codes.Unknown, Text: fmt.Sprintf("grpc-status %q is not a number", f.status)}
	}
	if codes.Code(n) == codes.OK {
		return fmt.Errorf("%w: the server closed it", transport.ErrDown)
	}
	text, err := url.PathUnescape(f.message)
	if err != nil {
		text = f.message
	}
	return &transport.StatusError{Code: codes.Code(n), Text: text}
}

// resetFailure says what it means that a server reset a stream.
func resetFailure(code http2.ErrCode) error {
	text := "the server reset the stream: " + code.String()
	switch code {
	case http2.ErrCodeCancel:
		return fmt.Errorf("%w: %s", transport.ErrDown, text)
	case http2.ErrCodeRefusedStream:
		return &transport.StatusError{Code: codes.Unavailable, Text: text}
	case http2.ErrCodeEnhanceYourCalm, http2.ErrCodeFlowControl:
		return &transport.StatusError{Code: codes.ResourceExhausted, Text: text}
	}
	return &transport.StatusError{Code: codes.Internal, Text: text}
}
