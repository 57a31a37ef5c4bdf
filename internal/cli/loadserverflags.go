package cli

import (
	"errors"
	"fmt"
	"time"

	"github.com/spf13/pflag"

	"github.com/trtbench/trtbench/triton"
)

// loadServerFlags says which server, and how it is spoken to.
type loadServerFlags struct {
	url, protocol string
	async, sync   bool
	streaming     bool
	headers       []string
	compression   string
	timeout       time.Duration
	transport     string

	grpcTLS                              bool
	grpcRoots, grpcKey, grpcCertificates string
	verifyPeer, verifyHost               int
	httpRoots, httpCertificate, httpKey  string
	certificateType, keyType             string
}

func (s *loadServerFlags) register(flags *pflag.FlagSet) {
	flags.StringVarP(&s.url, "url", "u", "", "server, host:port (default localhost:8000 for HTTP, localhost:8001 for gRPC)")
	flags.StringVarP(&s.protocol, "protocol", "i", "http", "http or grpc")
	flags.BoolVarP(&s.async, "async", "a", false, "do not wait for an answer before the next request (default for a model with sequences)")
	flags.BoolVar(&s.sync, "sync", false, "each sender waits for the answer (default for other models)")
	flags.BoolVar(&s.streaming, "streaming", false, "send requests over bidirectional streams of gRPC; implies --async")
	flags.StringArrayVarP(&s.headers, "header", "H", nil, "header field for every call, NAME:VALUE; may be repeated")
	flags.StringVar(&s.compression, "grpc-compression-algorithm", "none", "compress requests over gRPC: none, gzip or deflate")
	flags.DurationVar(&s.timeout, "server-timeout", triton.DefaultTimeout, "time for the answer to a question about the server, and to connect")
	flags.StringVar(&s.transport, "transport", "", "what carries gRPC: h2 is framing of our own that takes half the processor time, grpc-go the plain library (default h2; grpc-go for TLS, compression and --compat)")
	flags.BoolVar(&s.grpcTLS, "ssl-grpc-use-ssl", false, "encrypt gRPC")
	flags.StringVar(&s.grpcRoots, "ssl-grpc-root-certifications-file", "", "PEM file with the certificates that are trusted")
	flags.StringVar(&s.grpcKey, "ssl-grpc-private-key-file", "", "PEM file with the key of this client")
	flags.StringVar(&s.grpcCertificates, "ssl-grpc-certificate-chain-file", "", "PEM file with the certificate of this client")
	flags.IntVar(&s.verifyPeer, "ssl-https-verify-peer", 1, "0: accept any certificate of the server")
	flags.IntVar(&s.verifyHost, "ssl-https-verify-host", 2, "2: the certificate must name the host")
	flags.StringVar(&s.httpRoots, "ssl-https-ca-certificates-file", "", "PEM file with the certificates that are trusted; encrypts HTTP, as an https:// before the URL does")
	flags.StringVar(&s.httpCertificate, "ssl-https-client-certificate-file", "", "PEM file with the certificate of this client")
	flags.StringVar(&s.certificateType, "ssl-https-client-certificate-type", "PEM", "PEM")
	flags.StringVar(&s.httpKey, "ssl-https-private-key-file", "", "PEM file with the key of this client")
	flags.StringVar(&s.keyType, "ssl-https-private-key-type", "PEM", "PEM")
}

// options returns how the server is reached.
func (s *loadServerFlags) options() (triton.Options, error) {
	var faults []error
	o := triton.Options{URL: s.url, Header: map[string]string{}, Timeout: s.timeout}
	var err error
	if o.Protocol, err = triton.ParseProtocol(s.protocol); err != nil {
		faults = append(faults, fmt.Errorf("-i %s: expected http or grpc", s.protocol))
	}
	grpc := o.Protocol == triton.GRPC
	if s.compression != "none" {
		o.Compression = s.compression
	}
	for _, text := range s.headers {
		name, value, err := triton.ParseHeader(text)
		if err != nil {
			faults = append(faults, err)
			continue
		}
		o.Header[name] = value
	}
	switch {
	case s.async && s.sync:
		faults = append(faults, errors.New("--async and --sync exclude each other; give one"))
	case s.streaming && s.sync:
		faults = append(faults, errors.New("--streaming and --sync exclude each other: a stream does not wait; give one"))
	case s.streaming && !grpc:
		faults = append(faults, errors.New("--streaming is there over gRPC only; add -i grpc"))
	case s.compression != "none" && !grpc:
		faults = append(faults, errors.New("--grpc-compression-algorithm is there over gRPC only; add -i grpc"))
	case s.transport != "" && !grpc:
		faults = append(faults, errors.New("--transport is there over gRPC only; add -i grpc"))
	}
	if err := triton.CheckTransport(s.transport); err != nil {
		faults = append(faults, fmt.Errorf("--transport: %w", err))
	}
	if s.timeout <= 0 {
		faults = append(faults, fmt.Errorf("--server-timeout is %v; expected more than 0", s.timeout))
	}
	if grpc && (s.grpcTLS || s.grpcRoots != "" || s.grpcKey != "" || s.grpcCertificates != "") {
		o.TLS = &triton.TLS{CA: s.grpcRoots, Key: s.grpcKey, Cert: s.grpcCertificates}
	}
	if !grpc && (s.httpRoots != "" || s.httpCertificate != "" || s.httpKey != "" || s.verifyPeer == 0) {
		o.TLS = &triton.TLS{CA: s.httpRoots, Key: s.httpKey, Cert: s.httpCertificate, SkipVerify: s.verifyPeer == 0}
	}
	return o, errors.Join(append(faults, s.checkTLS())...)
}

// checkTLS refuses values of the options for HTTPS that mean something to libcurl and nothing here.
func (s *loadServerFlags) checkTLS() error {
	var faults []error
	if s.verifyPeer != 0 && s.verifyPeer != 1 {
		faults = append(faults, fmt.Errorf("--ssl-https-verify-peer is %d; expected 0 or 1", s.verifyPeer))
	}
	if s.verifyHost != 2 && s.verifyPeer == 1 {
		faults = append(faults, fmt.Errorf("--ssl-https-verify-host is %d; expected 2: a certificate that is checked must name the host; --ssl-https-verify-peer=0 checks nothing", s.verifyHost))
	}
	for _, kind := range []string{s.certificateType, s.keyType} {
		if kind != "PEM" {
			faults = append(faults, fmt.Errorf("certificates and keys of type %q are not read; expected PEM", kind))
		}
	}
	return errors.Join(faults...)
}
