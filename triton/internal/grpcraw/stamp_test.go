package grpcraw

import (
	"bytes"
	"encoding/binary"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/net/http2"

	"github.com/trtbench/trtbench/triton/internal/transport"
)

// grpcMessage is a request with an id as gRPC sends it.
func grpcMessage(id int64, size int, compressed byte) []byte {
	m := make([]byte, 5+transport.IDSize+size)
	m[0] = compressed
	binary.BigEndian.PutUint32(m[1:], uint32(len(m)-5))
	transport.PutID(m[5:], id)
	return m
}

// conversation is what a client writes that sends requests 1 to 5: two interleaved on streams, two in one frame, one in a call.
func conversation(t testing.TB) []byte {
	t.Helper()
	var wire bytes.Buffer
	wire.WriteString(http2.ClientPreface)
	framer := http2.NewFramer(&wire, nil)
	require.NoError(t, framer.WriteSettings(http2.Setting{ID: http2.SettingMaxFrameSize, Val: 1 << 14}))
	require.NoError(t, framer.WriteHeaders(http2.HeadersFrameParam{StreamID: 1, BlockFragment: []byte("abc"), EndHeaders: true}))
	first, second := grpcMessage(1, 500, 0), grpcMessage(2, 10, 0)
	require.NoError(t, framer.WriteData(1, false, first[:3]))
	require.NoError(t, framer.WriteData(3, false, second[:20]))
	require.NoError(t, framer.WriteData(1, false, first[3:]))
	require.NoError(t, framer.WritePing(false, [8]byte{}))
	require.NoError(t, framer.WriteData(3, false, second[20:]))
	require.NoError(t, framer.WriteData(3, false, append(grpcMessage(3, 0, 0), grpcMessage(4, 7, 0)...)))
	require.NoError(t, framer.WriteData(5, true, grpcMessage(5, 70, 0)))
	require.NoError(t, framer.WriteData(7, true, grpcMessage(6, 70, 1))) // compressed: its id cannot be seen
	require.NoError(t, framer.WriteData(9, false, grpcMessage(7, 70, 0)[:50]))
	require.NoError(t, framer.WriteRSTStream(9, http2.ErrCodeCancel))
	require.NoError(t, framer.WriteData(1, false, []byte{0, 0, 0, 0, 0})) // an empty message
	require.NoError(t, framer.WriteData(1, true, nil))
	return wire.Bytes()
}

func TestWatchFindsTheEndsOfRequests(t *testing.T) {
	wire := conversation(t)
	for _, size := range []int{1, 2, 3, 5, 9, 17, 100, len(wire)} {
		var order []int64
		at := map[int64]int64{}
		w := newWatch(func(tag, when int64) {
			order = append(order, tag)
			at[tag] = when
		})
		for written := 0; written < len(wire); {
			n := min(size, len(wire)-written)
			written += n
			w.wrote(wire[written-n:written], int64(written))
		}
		assert.Equal(t, []int64{1, 2, 3, 4, 5}, order, "written %d bytes at a time", size)
		if size == 1 {
			assert.Less(t, at[3], at[4], "each at its own last byte")
		}
		assert.Len(t, w.messages, 1, "stream 3 is open, the others have ended")
	}
}

func FuzzWatch(f *testing.F) {
	f.Add(conversation(f), byte(7))
	f.Add([]byte(http2.ClientPreface+"\x00\x00\x05\x00\x01\x00\x00\x00\x01\x00\xff\xff\xff\xff"), byte(1))
	f.Fuzz(func(t *testing.T, wire []byte, size byte) {
		whole, parts := 0, 0
		newWatch(func(int64, int64) { whole++ }).wrote(wire, 1)
		w := newWatch(func(int64, int64) { parts++ })
		for step := max(int(size), 1); len(wire) > 0; wire = wire[min(step, len(wire)):] {
			w.wrote(wire[:min(step, len(wire))], 1)
		}
		assert.Equal(t, whole, parts)
	})
}

func BenchmarkWatch(b *testing.B) {
	wire := conversation(b)
	w := newWatch(func(int64, int64) {})
	w.wrote(wire[:preface], 0)
	b.SetBytes(int64(len(wire) - preface))
	b.ReportAllocs()
	for b.Loop() {
		w.wrote(wire[preface:], 1)
	}
}
