package h2

import (
	"cmp"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/net/http2"

	"github.com/trtbench/trtbench/triton/internal/grpcraw"
	"github.com/trtbench/trtbench/triton/internal/transport"
)

// Ends of calls besides codes of gRPC.
const (
	answered = "answered"
	down     = "down"
)

// one is an answer of one byte.
var one = []byte{0, 0, 0, 0, 1, 9}

// begins sends the header fields before an answer.
func (p *peer) begins(id uint32) {
	p.headers(id, false, ":status", "200", "content-type", "application/grpc")
}

// page ends a call as what stands between client and server does, with a page for people.
func (p *peer) page(id uint32, status string) {
	p.headers(id, false, ":status", status, "content-type", "text/html")
	_ = p.framer.WriteData(id, true, []byte("<html>Sorry</html>"))
}

// ends are what a server, or something before it, may do with a call, and how the call ends. grpcGo is how it ends over grpc-go, where that
// is not the same.
var ends = map[string]struct {
	do           func(p *peer, id uint32)
	want, grpcGo string
}{
	"answer": {do: func(p *peer, id uint32) {
		p.begins(id)
		_ = p.framer.WriteData(id, false, one)
		p.headers(id, true, "grpc-status", "0")
	}, want: answered},
	"answer without trailers": {do: func(p *peer, id uint32) {
		p.begins(id)
		_ = p.framer.WriteData(id, true, one)
	}, want: answered},
	"answer, then an error": {do: func(p *peer, id uint32) {
		p.begins(id)
		_ = p.framer.WriteData(id, false, one)
		p.headers(id, true, "grpc-status", "13")
	}, want: answered},
	"answer after early hints": {do: func(p *peer, id uint32) {
		p.headers(id, false, ":status", "103", "content-type", "text/html")
		p.begins(id)
		_ = p.framer.WriteData(id, false, one)
		p.headers(id, true, "grpc-status", "0")
	}, want: answered},
	"answer, byte by byte": {do: func(p *peer, id uint32) {
		p.begins(id)
		for i := range one {
			_ = p.framer.WriteData(id, false, one[i:i+1])
		}
		p.headers(id, true, "grpc-status", "0")
	}, want: answered},
	"answer of unknown type": {do: func(p *peer, id uint32) {
		p.headers(id, false, ":status", "200")
		_ = p.framer.WriteData(id, false, one)
		p.headers(id, true, "grpc-status", "0")
	}, want: answered, grpcGo: "Unknown"},
	"trailers only": {do: func(p *peer, id uint32) {
		p.headers(id, true, ":status", "200", "content-type", "application/grpc", "grpc-status", "8", "grpc-message", "no")
	}, want: "ResourceExhausted"},
	"trailers": {do: func(p *peer, id uint32) {
		p.begins(id)
		p.headers(id, true, "grpc-status", "3")
	}, want: "InvalidArgument"},
	"half an answer": {do: func(p *peer, id uint32) {
		p.begins(id)
		_ = p.framer.WriteData(id, false, one[:4])
		p.headers(id, true, "grpc-status", "0")
	}, want: "Internal"},
	"half an answer, then a reset": {do: func(p *peer, id uint32) {
		p.begins(id)
		_ = p.framer.WriteData(id, false, one[:4])
		_ = p.framer.WriteRSTStream(id, http2.ErrCodeInternal)
	}, want: "Internal"},
	"half an answer, then an error": {do: func(p *peer, id uint32) {
		p.begins(id)
		_ = p.framer.WriteData(id, false, one[:4])
		p.headers(id, true, "grpc-status", "14")
	}, want: "Unavailable", grpcGo: "Internal"},
	"compressed answer": {do: func(p *peer, id uint32) {
		p.begins(id)
		_ = p.framer.WriteData(id, false, []byte{1, 0, 0, 0, 0})
		p.headers(id, true, "grpc-status", "0")
	}, want: "Internal"},
	"page that says 200": {do: func(p *peer, id uint32) { p.page(id, "200") }, want: "Unknown"},
	"page that says 401": {do: func(p *peer, id uint32) { p.page(id, "401") }, want: "Unauthenticated"},
	"page that says 404": {do: func(p *peer, id uint32) { p.page(id, "404") }, want: "NotFound", grpcGo: "Unimplemented"},
	"page that says 429": {do: func(p *peer, id uint32) { p.page(id, "429") }, want: "ResourceExhausted", grpcGo: "Unavailable"},
	"page that says 500": {do: func(p *peer, id uint32) { p.page(id, "500") }, want: "Internal", grpcGo: "Unknown"},
	"page that says 502": {do: func(p *peer, id uint32) { p.page(id, "502") }, want: "Unavailable"},
	"503 without a page": {do: func(p *peer, id uint32) { p.headers(id, true, ":status", "503") }, want: "Unavailable"},
	"reset: none":        {do: reset(http2.ErrCodeNo), want: "Internal"},
	"reset: protocol":    {do: reset(http2.ErrCodeProtocol), want: "Internal"},
	"reset: cancel":      {do: reset(http2.ErrCodeCancel), want: down},
	"reset: calm":        {do: reset(http2.ErrCodeEnhanceYourCalm), want: "ResourceExhausted"},
	"reset: flow":        {do: reset(http2.ErrCodeFlowControl), want: "ResourceExhausted"},
	"hangs up":           {do: func(p *peer, _ uint32) { _ = p.conn.Close() }, want: down},
	"hangs up in an answer": {do: func(p *peer, id uint32) {
		p.begins(id)
		_ = p.framer.WriteData(id, false, one[:5])
		_ = p.conn.Close()
	}, want: down},
}

func reset(code http2.ErrCode) func(p *peer, id uint32) {
	return func(p *peer, id uint32) { _ = p.framer.WriteRSTStream(id, code) }
}

// end tells how a call ended: what comes after an answer changes nothing, and grpc-go may tell it as well.
func (e *events) end(t *testing.T) string {
	select {
	case <-e.messages:
		return answered
	case err := <-e.failures:
		if len(e.messages) > 0 {
			return answered
		}
		var status *transport.StatusError
		if errors.As(err, &status) {
			return status.Code.String()
		}
		assert.ErrorIs(t, err, transport.ErrDown)
		return down
	case <-time.After(patience):
		return "nothing came"
	}
}

// Calls end over h2 as they do over grpc-go, and each ends once.
func TestCallsEndAsOverGRPCGo(t *testing.T) {
	for name, c := range ends {
		for _, carrier := range []struct {
			name string
			dial transport.Dialer
			want string
		}{{"h2", Dial, c.want}, {"grpc-go", grpcraw.Dial, cmp.Or(c.grpcGo, c.want)}} {
			t.Run(name+" over "+carrier.name, func(t *testing.T) {
				client, p, seen := over(t, carrier.dial, transport.Config{})
				require.NoError(t, client.Send(0, request(1)))
				c.do(p, p.next(http2.FrameData).Header().StreamID)
				assert.Equal(t, carrier.want, seen.end(t))
			})
		}
	}
}

// After a call that ended in whatever way but a broken connection, the next one is answered.
func TestTheNextCall(t *testing.T) {
	for name, c := range ends {
		if strings.HasPrefix(name, "hangs up") {
			continue
		}
		t.Run(name, func(t *testing.T) {
			client, p, seen := together(t, transport.Config{})
			require.NoError(t, client.Send(0, request(1)))
			c.do(p, p.next(http2.FrameData).Header().StreamID)
			require.Equal(t, c.want, seen.end(t))
			require.NoError(t, client.Send(0, request(2)))
			ends["answer"].do(p, p.next(http2.FrameData).Header().StreamID)
			assert.Equal(t, answered, seen.end(t))
			assert.Empty(t, seen.failures)
			assert.Empty(t, seen.messages)
		})
	}
}
