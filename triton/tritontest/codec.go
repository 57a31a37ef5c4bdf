package tritontest

import (
	"google.golang.org/grpc/encoding"
	_ "google.golang.org/grpc/encoding/gzip" // clients may compress
	"google.golang.org/grpc/encoding/proto"
	"google.golang.org/grpc/mem"
)

// frame is a message as it is on the wire. A mock reads what it needs of it in place: decoding and encoding tensors would cost more
// than everything else that it does.
type frame struct {
	bytes  []byte
	buffer mem.Buffer // what bytes lies in, to be given back; nil for frames that are sent
}

func (f *frame) free() {
	if f.buffer != nil {
		f.buffer.Free()
	}
}

// frameCodec passes frames through and leaves all other messages to the ordinary codec.
type frameCodec struct{ encoding.CodecV2 }

func newFrameCodec() frameCodec { return frameCodec{encoding.GetCodecV2(proto.Name)} }

// Marshal returns the bytes of a frame.
func (c frameCodec) Marshal(v any) (mem.BufferSlice, error) {
	if f, ok := v.(*frame); ok {
		return mem.BufferSlice{mem.SliceBuffer(f.bytes)}, nil
	}
	return c.CodecV2.Marshal(v)
}

// Unmarshal keeps the bytes in a frame, without a copy where they are in one piece.
func (c frameCodec) Unmarshal(data mem.BufferSlice, v any) error {
	f, ok := v.(*frame)
	if !ok {
		return c.CodecV2.Unmarshal(data, v)
	}
	f.buffer = data.MaterializeToBuffer(mem.DefaultBufferPool())
	f.bytes = f.buffer.ReadOnlyData()
	return nil
}
