package triton

import (
	"bytes"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"time"

	"google.golang.org/grpc/codes"
)

// language is what a server seems to speak.
type language uint8

const (
	unknownLanguage language = iota
	absent
	plainHTTP1
	plainHTTP2
	encrypted
)

// probeTime bounds each look at a port.
const probeTime = time.Second

// diagnose adds to the error of a first call what is wrong with the address, if a look at it tells.
func diagnose(ctx context.Context, e *endpoint, cause error) error {
	if code := codeOf(cause); code != codes.Unavailable && code != codes.DeadlineExceeded && code != codes.Unknown &&
		code != codes.Internal && code != codes.Unimplemented && code != codes.NotFound {
		return cause
	}
	spoken := listen(ctx, e.address)
	hint := ""
	switch {
	case spoken == absent:
		hint = "nothing answers there; is the server up, and is this its port? Triton's are 8000 for HTTP and 8001 for gRPC"
	case spoken == encrypted && e.tls == nil:
		hint = "the server expects TLS, this client was told to send plain text"
	case (spoken == plainHTTP1 || spoken == plainHTTP2) && e.tls != nil:
		hint = "the server speaks plain text, this client was told to use TLS"
	case spoken == plainHTTP1 && e.Protocol == GRPC:
		hint = "the server speaks HTTP there, not gRPC; Triton's port for gRPC is 8001, and -i http speaks HTTP"
	case spoken == plainHTTP2 && e.Protocol == HTTP:
		hint = "the server speaks gRPC there, not HTTP; Triton's port for HTTP is 8000, and -i grpc speaks gRPC"
	default:
		return cause
	}
	return fmt.Errorf("%s (%w)", hint, cause)
}

// listen finds out what a server speaks, from how it answers a plain request and a greeting of TLS.
func listen(ctx context.Context, address string) language {
	dialer := net.Dialer{Timeout: probeTime}
	conn, err := dialer.DialContext(ctx, "tcp", address)
	if err != nil {
		return absent
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(probeTime))
	fmt.Fprintf(conn, "GET /v2/health/live HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n", address)
	first := make([]byte, 512)
	n, _ := io.ReadAtLeast(conn, first, 5)
	first = first[:n]
	switch {
	case bytes.Contains(first, []byte("HTTPS port")): // how nginx puts it
		return encrypted
	case bytes.HasPrefix(first, []byte("HTTP/1")):
		return plainHTTP1
	case n >= 4 && first[0] == 0 && first[3] == 4: // a frame of settings
		return plainHTTP2
	case n >= 2 && first[0] == 0x15 && first[1] == 3: // an alert of TLS
		return encrypted
	}
	return listenTLS(address)
}

func listenTLS(address string) language {
	conn, err := net.DialTimeout("tcp", address, probeTime)
	if err != nil {
		return unknownLanguage
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(probeTime))
	// Only what is spoken matters here, nothing is told or believed.
	if err := tls.Client(conn, &tls.Config{InsecureSkipVerify: true, NextProtos: []string{"h2", "http/1.1"}}).Handshake(); err != nil {
		return unknownLanguage
	}
	return encrypted
}
