package triton

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
	"time"
)

// Protocol is how a server is spoken to.
type Protocol uint8

// The protocols.
const (
	HTTP Protocol = iota // REST with binary tensors
	GRPC
)

// String returns the name that ParseProtocol takes.
func (p Protocol) String() string {
	if p == GRPC {
		return "grpc"
	}
	return "http"
}

// ParseProtocol reads the name of a protocol, "http" or "grpc" in any case.
func ParseProtocol(s string) (Protocol, error) {
	switch strings.ToLower(s) {
	case "http":
		return HTTP, nil
	case "grpc":
		return GRPC, nil
	}
	return 0, fmt.Errorf("triton: protocol %q, expected http or grpc", s)
}

// DefaultTimeout bounds each question to a server.
const DefaultTimeout = 10 * time.Second

// Options say how a server is reached. The zero value stands for HTTP on port 8000 of this machine.
type Options struct {
	URL         string // host:port, as for perf_analyzer's -u; a scheme (http, https, grpc, grpcs) may stand before it; "": localhost with the usual port
	Protocol    Protocol
	TLS         *TLS              // nil: plain text, unless the URL says https or grpcs
	Header      map[string]string // sent with every call
	Compression string            // of requests over gRPC: "gzip", "deflate", or "" for none
	Timeout     time.Duration     // of each question; 0 stands for DefaultTimeout
}

// TLS says how an encrypted connection is made.
type TLS struct {
	CA         string // file with certificates that are trusted; "": those of the system
	Cert, Key  string // files with the client's own certificate and its key, where the server asks for one
	SkipVerify bool   // accept any certificate of the server
	ServerName string // name that the server's certificate must have; "": the host of the URL
}

// endpoint is where a server is, after reading of Options.
type endpoint struct {
	Options
	address string // host:port
	host    string
	tls     *tls.Config // nil: plain text
}

// resolve checks the options. The error names every fault.
func (o Options) resolve() (*endpoint, error) {
	e := &endpoint{Options: o}
	if e.Timeout == 0 {
		e.Timeout = DefaultTimeout
	}
	var faults []error
	switch {
	case o.Protocol > GRPC:
		faults = append(faults, fmt.Errorf("unknown protocol %d", o.Protocol))
	case o.Timeout < 0:
		faults = append(faults, fmt.Errorf("timeout %s, expected 0 or more", o.Timeout))
	}
	switch o.Compression {
	case "", "gzip", "deflate":
		if o.Compression != "" && o.Protocol != GRPC {
			faults = append(faults, fmt.Errorf("compression %s is only there for gRPC", o.Compression))
		}
	default:
		faults = append(faults, fmt.Errorf("compression %q, expected gzip or deflate", o.Compression))
	}
	e.Header = make(map[string]string, len(o.Header))
	for name, value := range o.Header {
		if !validField(name, value) {
			faults = append(faults, fmt.Errorf("header %q: %q cannot be sent", name, value))
		}
		if reservedField(strings.ToLower(name)) {
			faults = append(faults, fmt.Errorf("header %q belongs to the protocol", name))
		}
		e.Header[strings.ToLower(name)] = value
	}
	secure, err := e.parseURL()
	if err != nil {
		faults = append(faults, err)
	}
	if secure && e.TLS == nil {
		e.TLS = &TLS{}
	}
	if e.TLS != nil {
		if e.tls, err = e.TLS.config(e.host); err != nil {
			faults = append(faults, err)
		}
	}
	if err := errors.Join(faults...); err != nil {
		return nil, fmt.Errorf("triton: options: %w", err)
	}
	return e, nil
}

// parseURL reads the address, and reports whether its scheme asks for encryption.
func (e *endpoint) parseURL() (secure bool, err error) {
	rest, port := e.URL, "8000"
	if e.Protocol == GRPC {
		port = "8001"
	}
	if scheme, after, found := strings.Cut(rest, "://"); found {
		protocol, known := map[string]Protocol{"http": HTTP, "https": HTTP, "grpc": GRPC, "grpcs": GRPC}[strings.ToLower(scheme)]
		if !known {
			return false, fmt.Errorf("URL %q: scheme %q, expected host:port", e.URL, scheme)
		}
		if protocol != e.Protocol {
			return false, fmt.Errorf("URL %q does not go with protocol %s", e.URL, e.Protocol)
		}
		secure = strings.HasSuffix(strings.ToLower(scheme), "s")
		rest = after
	}
	rest = strings.TrimSuffix(rest, "/")
	if strings.ContainsAny(rest, "/ ?#@") {
		return false, fmt.Errorf("URL %q, expected host:port", e.URL)
	}
	e.host = strings.Trim(rest, "[]")
	if strings.Count(rest, ":") == 1 || strings.Contains(rest, "]:") {
		if e.host, port, err = net.SplitHostPort(rest); err != nil {
			return false, fmt.Errorf("URL %q: %w, expected host:port", e.URL, err)
		}
	}
	if e.host == "" {
		e.host = "localhost"
	}
	if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
		return false, fmt.Errorf("URL %q: port %q, expected a number from 1 to 65535", e.URL, port)
	}
	e.address = net.JoinHostPort(e.host, port)
	return secure, nil
}

// config reads the files.
func (t *TLS) config(host string) (*tls.Config, error) {
	config := &tls.Config{ServerName: host, InsecureSkipVerify: t.SkipVerify, MinVersion: tls.VersionTLS12}
	if t.ServerName != "" {
		config.ServerName = t.ServerName
	}
	if t.CA != "" {
		text, err := os.ReadFile(t.CA)
		if err != nil {
			return nil, fmt.Errorf("certificates that are trusted: %w", err)
		}
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM(text) {
			return nil, fmt.Errorf("certificates that are trusted: %s has none in the form of PEM", t.CA)
		}
	}
	if t.Cert == "" && t.Key == "" {
		return config, nil
	}
	if t.Cert == "" || t.Key == "" {
		return nil, errors.New("a certificate of the client needs its key, and the other way round")
	}
	pair, err := tls.LoadX509KeyPair(t.Cert, t.Key)
	if err != nil {
		return nil, fmt.Errorf("certificate of the client: %w", err)
	}
	config.Certificates = []tls.Certificate{pair}
	return config, nil
}

// validField reports whether a header field can be sent: letters, digits and signs of names, and no control characters.
func validField(name, value string) bool {
	if name == "" || strings.HasPrefix(name, ":") {
		return false
	}
	for _, c := range []byte(name) {
		if !('a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.IndexByte("-_.", c) >= 0) {
			return false
		}
	}
	for _, c := range []byte(value) {
		if c < ' ' || c == 0x7f {
			return false
		}
	}
	return true
}

// reservedField reports whether the protocol itself needs a header field.
func reservedField(name string) bool {
	switch name {
	case "host", "connection", "content-length", "content-type", "transfer-encoding", "te", "upgrade", "inference-header-content-length":
		return true
	}
	return strings.HasPrefix(name, "grpc-")
}

// ParseHeader reads a header field as perf_analyzer's -H takes it, "name:value".
func ParseHeader(s string) (name, value string, err error) {
	name, value, found := strings.Cut(s, ":")
	name, value = strings.TrimSpace(name), strings.TrimSpace(value)
	if !found || !validField(name, value) {
		return "", "", fmt.Errorf("triton: header %q, expected name:value", s)
	}
	return name, value, nil
}
