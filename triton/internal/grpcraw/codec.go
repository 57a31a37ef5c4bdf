package grpcraw

import (
	"fmt"
	"sync"

	"google.golang.org/grpc/mem"

	"github.com/trtbench/trtbench/triton/internal/transport"
)

// codec hands messages over as they are.
type codec struct{}

// Name is part of encoding.CodecV2: the content is still a protobuf message.
func (codec) Name() string { return "proto" }

// Marshal is part of encoding.CodecV2. The head is copied, the body is not.
func (codec) Marshal(v any) (mem.BufferSlice, error) {
	r, ok := v.(*transport.Request)
	if !ok {
		return nil, fmt.Errorf("grpcraw: cannot send a %T", v)
	}
	message := make(mem.BufferSlice, 1, 1+len(r.Body))
	message[0] = copyHead(r.Head)
	for _, piece := range r.Body {
		message = append(message, mem.SliceBuffer(piece))
	}
	return message, nil
}

// Unmarshal is part of encoding.CodecV2.
func (codec) Unmarshal(message mem.BufferSlice, v any) error {
	a, ok := v.(*answer)
	if !ok {
		return fmt.Errorf("grpcraw: cannot receive into a %T", v)
	}
	at := a.config.Clock()
	a.pieces = a.pieces[:0]
	for _, buffer := range message {
		a.pieces = append(a.pieces, buffer.ReadOnlyData())
	}
	a.config.Handler.Message(a.conn, a.tag, at, a.pieces)
	clear(a.pieces)
	return nil
}

// answer is where the messages of a connection go.
type answer struct {
	config *transport.Config
	conn   int
	tag    int64
	pieces [][]byte
}

// headSize is above the size from which on grpc-go gives buffers back.
const headSize = 2048

// heads keeps the copies of heads.
var heads = headPool{sync.Pool{New: func() any { b := make([]byte, headSize); return &b }}}

// headPool is a mem.BufferPool.
type headPool struct{ sync.Pool }

// Get is part of mem.BufferPool.
func (p *headPool) Get(length int) *[]byte {
	b := p.Pool.Get().(*[]byte)
	*b = (*b)[:length]
	return b
}

// Put is part of mem.BufferPool.
func (p *headPool) Put(b *[]byte) { p.Pool.Put(b) }

func copyHead(head []byte) mem.Buffer {
	if len(head) > headSize {
		return mem.Copy(head, mem.DefaultBufferPool())
	}
	b := heads.Get(len(head))
	copy(*b, head)
	return mem.NewBuffer(b, &heads)
}
