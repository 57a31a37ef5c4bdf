package h2

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"

	"github.com/trtbench/trtbench/triton/internal/grpcraw"
	"github.com/trtbench/trtbench/triton/internal/transport"
)

// answer ends the next call with an answer.
func (p *peer) answer() {
	p.t.Helper()
	ends["answer"].do(p, p.next(http2.FrameData).Header().StreamID)
}

// A server that takes no more calls on a connection, as many do after a number of calls or for a restart, gets those that follow on another,
// while it answers those that it has; over grpc-go as well.
func TestAnotherConnectionFollows(t *testing.T) {
	for name, dial := range map[string]transport.Dialer{"h2": Dial, "grpc-go": grpcraw.Dial} {
		t.Run(name, func(t *testing.T) {
			address, peers := serve(t)
			client, seen, err := dialled(t, dial, address, transport.Config{})
			require.NoError(t, err)
			p := receive(t, peers)
			require.NoError(t, client.Send(0, request(1)))
			p.answer()
			require.Equal(t, answered, seen.end(t))

			require.NoError(t, client.Send(0, request(2)))
			open := p.next(http2.FrameData).Header().StreamID
			require.NoError(t, p.framer.WriteGoAway(open, http2.ErrCodeNo, nil))
			require.NoError(t, p.framer.WritePing(false, [8]byte{1}))
			for !p.next(http2.FramePing).(*http2.PingFrame).IsAck() { // grpc-go sends some of its own
			}
			require.NoError(t, client.Send(0, request(3)))
			next := receive(t, peers)
			next.answer()
			assert.Equal(t, answered, seen.end(t), "a call on the new connection")
			ends["answer"].do(p, open)
			assert.Equal(t, answered, seen.end(t), "a call on the old one")
			_, err = p.framer.ReadFrame()
			for err == nil {
				_, err = p.framer.ReadFrame()
			}
			assert.Error(t, err, "which is closed then")
			require.NoError(t, client.Send(0, request(4)))
			next.answer()
			assert.Equal(t, answered, seen.end(t))
			assert.Empty(t, seen.failures)
		})
	}
}

// Whoever sends while no connection takes calls waits for the next one and does not lose the request.
func TestSendersWaitForTheNextConnection(t *testing.T) {
	address, peers := serve(t)
	client, seen, err := dialled(t, Dial, address, transport.Config{Conns: 4})
	require.NoError(t, err)
	const rounds, calls = 20, 25
	total := 0
	for p := receive(t, peers); ; p = receive(t, peers) {
		total++
		go func() { // the server
			last := uint32(0)
			for range calls {
				last = p.next(http2.FrameData).Header().StreamID
				ends["answer"].do(p, last)
			}
			_ = p.framer.WriteGoAway(last, http2.ErrCodeNo, nil)
		}()
		for i := range calls {
			require.NoError(t, client.Send(i%4, request(int64(total*calls+i))))
			require.Equal(t, answered, seen.end(t))
		}
		if total == rounds {
			break
		}
	}
	assert.Empty(t, seen.failures)
}

// A server that turns away every connection is not asked again and again without a pause.
func TestServerThatGoesAwayAtOnce(t *testing.T) {
	address, peers := serve(t)
	client, _, err := dialled(t, Dial, address, transport.Config{})
	require.NoError(t, err)
	begin := time.Now()
	for range 3 {
		require.NoError(t, receive(t, peers).framer.WriteGoAway(0, http2.ErrCodeNo, nil))
	}
	assert.GreaterOrEqual(t, time.Since(begin), 2*firstPause)
	require.Eventually(t, func() bool { return client.Send(0, request(1)) != nil || len(peers) > 0 }, patience, time.Millisecond)
}

// Deadlines end calls on a connection that takes no others, and what was held back leaves.
func TestCallsOfTheOldConnection(t *testing.T) {
	address, peers := serve(t)
	client, seen, err := dialled(t, Dial, address, transport.Config{Deadline: 100 * time.Millisecond})
	require.NoError(t, err)
	p := receive(t, peers)
	held := request(1)
	held.More = true
	require.NoError(t, client.Send(0, held))
	require.NoError(t, p.framer.WriteGoAway(1, http2.ErrCodeNo, nil))
	assert.Equal(t, uint32(1), p.next(http2.FrameData).Header().StreamID)
	assert.Equal(t, "DeadlineExceeded", seen.end(t))
	assert.Equal(t, http2.ErrCodeCancel, p.next(http2.FrameRSTStream).(*http2.RSTStreamFrame).ErrCode)
}

// More streams than the server takes are an error, at once or at the deadline of connecting, and nothing hangs.
func TestMoreStreamsThanTheServerTakes(t *testing.T) {
	limit := http2.Setting{ID: http2.SettingMaxConcurrentStreams, Val: 2}
	address, _ := serve(t, limit)
	_, _, err := dialled(t, Dial, address, transport.Config{Conns: 3, Stream: true})
	assert.ErrorContains(t, err, "the server takes 2 streams at a time on a TCP connection, expected 3 or more; open fewer")
	_, _, err = dialled(t, Dial, address, transport.Config{Conns: 4, Shared: 2, Stream: true})
	assert.NoError(t, err)
	_, _, err = dialledWithin(t, 100*time.Millisecond, grpcraw.Dial, address, transport.Config{Conns: 3, Stream: true})
	assert.ErrorContains(t, err, "open stream 3 of 3")
	assert.ErrorIs(t, err, context.DeadlineExceeded)
}

// Header fields that do not fit into a frame go on in others.
func TestLongHeaderFields(t *testing.T) {
	for _, size := range []int{minFrame - 200, minFrame, 3*minFrame + 1} {
		long := strings.Repeat("~", size)
		client, p, seen := together(t, transport.Config{Header: map[string]string{"a": long}})
		require.NoError(t, client.Send(0, request(1)))
		p.framer.ReadMetaHeaders = hpack.NewDecoder(headerTable, nil)
		p.framer.MaxHeaderListSize = 1 << 20
		fields := p.next(http2.FrameHeaders).(*http2.MetaHeadersFrame)
		value := ""
		for _, f := range fields.RegularFields() {
			if f.Name == "a" {
				value = f.Value
			}
		}
		assert.Equal(t, long, value)
		p.answer()
		assert.Equal(t, answered, seen.end(t))
	}
}

// A request that the server turns back unseen has failed. grpc-go sends it once more instead, which docs/perf_analyzer.md says.
func TestRequestsThatAreTurnedBack(t *testing.T) {
	for name, c := range map[string]struct {
		turn func(p *peer, id uint32)
		want string
	}{
		"goes away": {func(p *peer, _ uint32) { _ = p.framer.WriteGoAway(0, http2.ErrCodeNo, nil) }, down},
		"refused":   {reset(http2.ErrCodeRefusedStream), "Unavailable"},
	} {
		for carrier, dial := range map[string]transport.Dialer{"h2": Dial, "grpc-go": grpcraw.Dial} {
			t.Run(name+" over "+carrier, func(t *testing.T) {
				address, peers := serve(t)
				client, seen, err := dialled(t, dial, address, transport.Config{})
				require.NoError(t, err)
				p := receive(t, peers)
				require.NoError(t, client.Send(0, request(1)))
				c.turn(p, p.next(http2.FrameData).Header().StreamID)
				if carrier == "h2" {
					assert.Equal(t, c.want, seen.end(t))
					return
				}
				if name == "goes away" {
					p = receive(t, peers)
				}
				p.answer()
				assert.Equal(t, answered, seen.end(t))
			})
		}
	}
}
