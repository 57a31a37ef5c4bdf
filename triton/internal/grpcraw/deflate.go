package grpcraw

import (
	"compress/zlib"
	"io"

	"google.golang.org/grpc/encoding"
	_ "google.golang.org/grpc/encoding/gzip" // registers itself
)

// deflate is what gRPC calls by this name: the format of zlib.
type deflate struct{}

func init() { encoding.RegisterCompressor(deflate{}) }

// Name is part of encoding.Compressor.
func (deflate) Name() string { return "deflate" }

// Compress is part of encoding.Compressor.
func (deflate) Compress(w io.Writer) (io.WriteCloser, error) { return zlib.NewWriter(w), nil }

// Decompress is part of encoding.Compressor.
func (deflate) Decompress(r io.Reader) (io.Reader, error) { return zlib.NewReader(r) }
