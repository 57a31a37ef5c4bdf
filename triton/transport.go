package triton

import (
	"fmt"

	"github.com/trtbench/trtbench/triton/internal/grpcraw"
	"github.com/trtbench/trtbench/triton/internal/h2"
	"github.com/trtbench/trtbench/triton/internal/rest"
	"github.com/trtbench/trtbench/triton/internal/transport"
)

// Names of what carries requests, as RequestOptions.Transport and Target.Transport have them.
const (
	TransportH2     = "h2"      // gRPC with framing of our own: plain text without compression
	TransportGRPCGo = "grpc-go" // gRPC with the plain library
	TransportHTTP   = "http"    // HTTP/1.1, not for RequestOptions
)

// grpcTransports are what can carry gRPC, by name.
var grpcTransports = map[string]transport.Dialer{
	TransportGRPCGo: grpcraw.Dial,
	TransportH2:     h2.Dial,
}

// CheckTransport returns an error unless a name is one that RequestOptions.Transport takes.
func CheckTransport(name string) error {
	if _, known := grpcTransports[name]; known || name == "" {
		return nil
	}
	return fmt.Errorf("transport %q, expected one of %q", name, sortedKeys(grpcTransports))
}

// transport names what carries requests to a server, as far as the caller leaves that open: h2 where it can, because it takes about half
// of the processor time of a request, which is the server's loss where both run on one machine.
func (e *endpoint) transport(asked string) (string, error) {
	plain := e.tls == nil && e.Compression == ""
	switch {
	case e.Protocol == HTTP:
		return TransportHTTP, CheckTransport(asked)
	case asked == "" && plain:
		return TransportH2, nil
	case asked == "":
		return TransportGRPCGo, nil
	case asked == TransportH2 && !plain:
		return "", fmt.Errorf("transport %q has neither encryption nor compression, expected %q", asked, TransportGRPCGo)
	}
	return asked, CheckTransport(asked)
}

// dialer returns what carries the requests.
func (t *Target) dialer() transport.Dialer {
	if t.options.Transport == TransportHTTP {
		return rest.Dial
	}
	return grpcTransports[t.options.Transport]
}

// Transport names what carries the requests: TransportH2, TransportGRPCGo or TransportHTTP.
func (t *Target) Transport() string { return t.options.Transport }
