package h2

import (
	"bytes"
	"context"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"
	"google.golang.org/grpc/codes"

	"github.com/trtbench/trtbench/triton/internal/transport"
)

const patience = 10 * time.Second

// events is a transport.Handler that tells what happens.
type events struct {
	messages chan []byte
	failures chan error
	mu       sync.Mutex
	sent     []int64
}

func newEvents() *events {
	return &events{messages: make(chan []byte, 100), failures: make(chan error, 100)}
}

func (e *events) Sent(tag, _ int64) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.sent = append(e.sent, tag)
}
func (e *events) Message(_ int, _, _ int64, pieces [][]byte) { e.messages <- bytes.Join(pieces, nil) }
func (e *events) Failed(_ int, _, _ int64, err error)        { e.failures <- err }
func (e *events) Down(_ int, _ int64, err error)             { e.failures <- err }

// peer is the other end of a connection: the test plays the server, frame by frame.
type peer struct {
	t      *testing.T
	conn   net.Conn
	framer *http2.Framer
	block  bytes.Buffer
	hpack  *hpack.Encoder
}

// next returns the next frame of a kind.
func (p *peer) next(kind http2.FrameType) http2.Frame {
	p.t.Helper()
	require.NoError(p.t, p.conn.SetReadDeadline(time.Now().Add(patience)))
	for {
		frame, err := p.framer.ReadFrame()
		require.NoError(p.t, err)
		if frame.Header().Type == kind {
			return frame
		}
	}
}

// trailers ends a stream with header fields.
func (p *peer) trailers(id uint32, fields ...string) {
	p.block.Reset()
	for i := 0; i < len(fields); i += 2 {
		require.NoError(p.t, p.hpack.WriteField(hpack.HeaderField{Name: fields[i], Value: fields[i+1]}))
	}
	half := p.block.Len() / 2 // in two frames
	require.NoError(p.t, p.framer.WriteHeaders(http2.HeadersFrameParam{StreamID: id, BlockFragment: p.block.Bytes()[:half], EndStream: true, PadLength: 3}))
	require.NoError(p.t, p.framer.WriteContinuation(id, true, p.block.Bytes()[half:]))
}

// headers sends header fields.
func (p *peer) headers(id uint32, end bool, fields ...string) {
	p.block.Reset()
	for i := 0; i < len(fields); i += 2 {
		require.NoError(p.t, p.hpack.WriteField(hpack.HeaderField{Name: fields[i], Value: fields[i+1]}))
	}
	_ = p.framer.WriteHeaders(http2.HeadersFrameParam{StreamID: id, BlockFragment: p.block.Bytes(), EndStream: end, EndHeaders: true})
}

// together opens a client of a server that is the test, which begins with settings.
func together(t *testing.T, config transport.Config, settings ...http2.Setting) (transport.Transport, *peer, *events) {
	t.Helper()
	return over(t, Dial, config, settings...)
}

// over is together with another way to carry requests.
func over(t *testing.T, dial transport.Dialer, config transport.Config, settings ...http2.Setting) (transport.Transport, *peer, *events) {
	t.Helper()
	address, peers := serve(t, settings...)
	client, seen, err := dialled(t, dial, address, config)
	require.NoError(t, err)
	return client, receive(t, peers), seen
}

// serve accepts connections, each of which begins with settings.
func serve(t *testing.T, settings ...http2.Setting) (address string, peers chan *peer) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	peers = make(chan *peer, 10)
	var accepting sync.WaitGroup
	t.Cleanup(func() {
		assert.NoError(t, listener.Close())
		accepting.Wait()
	})
	accepting.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			t.Cleanup(func() { _ = conn.Close() })
			p := &peer{t: t, conn: conn, framer: http2.NewFramer(conn, conn)}
			p.hpack = hpack.NewEncoder(&p.block)
			preface := make([]byte, len(http2.ClientPreface))
			_, _ = io.ReadFull(conn, preface)
			_ = p.framer.WriteSettings(settings...)
			peers <- p
		}
	})
	return listener.Addr().String(), peers
}

// dialled opens a client that is closed with the test.
func dialled(t *testing.T, dial transport.Dialer, address string, config transport.Config) (transport.Transport, *events, error) {
	t.Helper()
	return dialledWithin(t, patience, dial, address, config)
}

// dialledWithin is dialled with another limit for connecting.
func dialledWithin(t *testing.T, limit time.Duration, dial transport.Dialer, address string, config transport.Config) (transport.Transport, *events, error) {
	t.Helper()
	seen := newEvents()
	begin := time.Now()
	config.Address, config.Handler, config.Conns, config.Path = address, seen, max(config.Conns, 1), "/s/m"
	config.Clock = func() int64 { return int64(time.Since(begin)) }
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	client, err := dial(ctx, config)
	if err == nil {
		t.Cleanup(func() { assert.NoError(t, client.Close()) })
	}
	return client, seen, err
}

func request(tag int64, body ...[]byte) transport.Request {
	head := make([]byte, transport.IDSize)
	transport.PutID(head, tag)
	return transport.Request{Tag: tag, Head: head, Body: body}
}

func receive[T any](t *testing.T, from chan T) (v T) {
	t.Helper()
	select {
	case v = <-from:
	case <-time.After(patience):
		require.Fail(t, "nothing came")
	}
	return v
}

func TestEndsOfCalls(t *testing.T) {
	for name, c := range map[string]struct {
		end  func(p *peer, id uint32)
		code codes.Code // OK: the connection broke
		text string
	}{
		"badly escaped": {func(p *peer, id uint32) {
			p.trailers(id, ":status", "200", "grpc-status", "8", "grpc-message", "many %x")
		}, codes.ResourceExhausted, "many %x"},
		"escaped": {func(p *peer, id uint32) {
			p.trailers(id, ":status", "200", "grpc-status", "8", "grpc-message", "too%20m%C3%A4ny")
		}, codes.ResourceExhausted, "too mäny"},
		"HTTP":           {func(p *peer, id uint32) { p.trailers(id, ":status", "503") }, codes.Unavailable, "HTTP 503"},
		"no status":      {func(p *peer, id uint32) { p.trailers(id, ":status", "200") }, codes.OK, "without a status"},
		"odd status":     {func(p *peer, id uint32) { p.trailers(id, ":status", "200", "grpc-status", "x") }, codes.Unknown, "not a number"},
		"no answer":      {func(p *peer, id uint32) { p.trailers(id, ":status", "200", "grpc-status", "0") }, codes.OK, "closed it"},
		"refused":        {func(p *peer, id uint32) { _ = p.framer.WriteRSTStream(id, http2.ErrCodeRefusedStream) }, codes.Unavailable, "REFUSED"},
		"reset":          {func(p *peer, id uint32) { _ = p.framer.WriteRSTStream(id, http2.ErrCodeCancel) }, codes.OK, "CANCEL"},
		"goes away":      {func(p *peer, _ uint32) { _ = p.framer.WriteGoAway(0, http2.ErrCodeNo, nil) }, codes.OK, "goes away"},
		"compressed":     {func(p *peer, id uint32) { _ = p.framer.WriteData(id, false, []byte{1, 0, 0, 0, 0}) }, codes.Internal, "compressed"},
		"too large":      {func(p *peer, id uint32) { _ = p.framer.WriteData(id, false, []byte{0, 255, 0, 0, 0}) }, codes.Internal, "4278190080 bytes"},
		"push":           {func(p *peer, id uint32) { _ = p.framer.WriteRawFrame(http2.FramePushPromise, 4, id, make([]byte, 8)) }, codes.OK, "not allowed"},
		"odd ping":       {func(p *peer, _ uint32) { _ = p.framer.WriteRawFrame(http2.FramePing, 0, 0, make([]byte, 7)) }, codes.OK, "of 7 bytes"},
		"huge frame":     {func(p *peer, id uint32) { _, _ = p.conn.Write([]byte{255, 255, 255, 0, 0, 0, 0, 0, byte(id)}) }, codes.OK, "16777215 bytes"},
		"window too big": {func(p *peer, _ uint32) { _ = p.framer.WriteWindowUpdate(0, 1<<31-1) }, codes.OK, "a window of"},
		"hangs up":       {func(p *peer, _ uint32) { _ = p.conn.Close() }, codes.OK, "EOF"},
	} {
		t.Run(name, func(t *testing.T) {
			client, p, seen := together(t, transport.Config{})
			require.NoError(t, client.Send(0, request(1)))
			data := p.next(http2.FrameData).(*http2.DataFrame)
			require.True(t, data.StreamEnded())
			c.end(p, data.StreamID)
			err := receive(t, seen.failures)
			assert.ErrorContains(t, err, c.text)
			var answer *transport.StatusError
			if c.code == codes.OK {
				assert.ErrorIs(t, err, transport.ErrDown)
			} else if assert.ErrorAs(t, err, &answer) {
				assert.Equal(t, c.code, answer.Code)
			}
		})
	}
}

// An answer in many frames, of which the handler wants the beginning.
func TestTheRestOfAnAnswerIsNotKept(t *testing.T) {
	client, p, seen := together(t, transport.Config{Head: 10})
	require.NoError(t, client.Send(0, request(1)))
	id := p.next(http2.FrameData).Header().StreamID
	message := append([]byte{0, 0, 3, 0, 0}, bytes.Repeat([]byte{7}, 3<<16)...)
	for len(message) > 0 {
		n := min(3, len(message))
		if len(message) < 3<<16-3 {
			n = min(9999, len(message))
		}
		require.NoError(t, p.framer.WriteDataPadded(id, false, message[:n], make([]byte, 2)))
		message = message[n:]
	}
	got := receive(t, seen.messages)
	require.Len(t, got, 3<<16)
	assert.Equal(t, bytes.Repeat([]byte{7}, 10), got[:10])
	assert.Equal(t, byte(0), got[10])
}

// What is sent keeps to the windows, and what does not fit waits without holding up the reader; small requests go on meanwhile.
func TestWindows(t *testing.T) {
	client, p, seen := together(t, transport.Config{Conns: 2}, http2.Setting{ID: http2.SettingInitialWindowSize, Val: 100})
	sent := make(chan error, 1)
	go func() { sent <- client.Send(0, request(1, make([]byte, 10_000), make([]byte, 10_000))) }()
	got := len(p.next(http2.FrameData).(*http2.DataFrame).Data())
	assert.Equal(t, 100, got)
	require.NoError(t, client.Send(1, request(2)))
	assert.Equal(t, uint32(3), p.next(http2.FrameData).Header().StreamID)
	require.NoError(t, p.framer.WritePing(false, [8]byte{1}))
	assert.Equal(t, [8]byte{1}, p.next(http2.FramePing).(*http2.PingFrame).Data)
	require.NoError(t, p.framer.WriteSettings(http2.Setting{ID: http2.SettingInitialWindowSize, Val: 50}))
	require.NoError(t, p.framer.WriteWindowUpdate(1, 60))
	frame := p.next(http2.FrameData).(*http2.DataFrame)
	assert.Len(t, frame.Data(), 10)
	got += 10
	require.NoError(t, p.framer.WriteWindowUpdate(1, 1<<20))
	for want := 20_000 + transport.IDSize + messageHeader; got < want; {
		frame := p.next(http2.FrameData).(*http2.DataFrame)
		got += len(frame.Data())
		assert.Equal(t, got == want, frame.StreamEnded())
	}
	require.NoError(t, receive(t, sent))
	seen.mu.Lock()
	defer seen.mu.Unlock()
	assert.Equal(t, []int64{2, 1}, seen.sent)
}

// A server that takes one call at a time holds up the next, until the first ends.
func TestCallsAtATime(t *testing.T) {
	client, p, seen := together(t, transport.Config{}, http2.Setting{ID: http2.SettingMaxConcurrentStreams, Val: 1})
	require.NoError(t, client.Send(0, request(1)))
	sent := make(chan error, 1)
	go func() { sent <- client.Send(0, request(2)) }()
	require.Equal(t, uint32(1), p.next(http2.FrameData).Header().StreamID)
	assert.Empty(t, sent)
	require.NoError(t, p.framer.WriteData(1, true, []byte{0, 0, 0, 0, 1, 9}))
	assert.Equal(t, []byte{9}, receive(t, seen.messages))
	require.NoError(t, receive(t, sent))
	assert.Equal(t, uint32(3), p.next(http2.FrameData).Header().StreamID)
	go func() { sent <- client.Send(0, request(3)) }()
	require.NoError(t, client.Close())
	assert.ErrorIs(t, receive(t, sent), transport.ErrDown, "closing ends the wait")
}

func TestDeadlines(t *testing.T) {
	client, p, seen := together(t, transport.Config{Deadline: 20 * time.Millisecond})
	require.NoError(t, client.Send(0, request(1)))
	assert.ErrorContains(t, receive(t, seen.failures), "DeadlineExceeded")
	assert.Equal(t, http2.ErrCodeCancel, p.next(http2.FrameRSTStream).(*http2.RSTStreamFrame).ErrCode)
	require.NoError(t, p.framer.WriteData(1, true, []byte{0, 0, 0, 0, 0})) // too late
	require.NoError(t, client.Send(0, request(2)))
	require.NoError(t, p.framer.WriteData(3, true, []byte{0, 0, 0, 0, 1, 5}))
	assert.Equal(t, []byte{5}, receive(t, seen.messages))
}

func TestHeaderBlock(t *testing.T) {
	block := headerBlock(&transport.Config{Path: "/s/m", Address: "a:1", Deadline: 5 * time.Minute, Header: map[string]string{"x-bin": "\x01", "a": "b"}})
	for range 2 { // the second time means the same: nothing went into the table
		fields, err := hpack.NewDecoder(4096, nil).DecodeFull(block)
		require.NoError(t, err)
		var text []string
		for _, f := range fields {
			text = append(text, f.Name+"="+f.Value)
			assert.True(t, f.Sensitive || f.Name == ":method" || f.Name == ":scheme" || f.Name == "te", f.Name)
		}
		assert.Equal(t, ":method=POST :scheme=http :path=/s/m :authority=a:1 te=trailers content-type=application/grpc user-agent=trtbench"+
			" grpc-timeout=300001m a=b x-bin=AQ", strings.Join(text, " "))
	}
	assert.Equal(t, "1u", timeout(0))
	assert.Equal(t, "100000S", timeout(1e11))
}

// silent is a connection of which only the reading counts.
type silent struct {
	net.Conn
	in *bytes.Reader
}

func (s silent) Read(p []byte) (int, error)  { return s.in.Read(p) }
func (s silent) Write(p []byte) (int, error) { return len(p), nil }
func (s silent) Close() error                { return nil }

// Whatever a server sends, the reader ends with an error, and each call ends once.
func FuzzReader(f *testing.F) {
	var wire bytes.Buffer
	framer := http2.NewFramer(&wire, nil)
	_ = framer.WriteSettings(http2.Setting{ID: http2.SettingInitialWindowSize, Val: 1 << 20})
	_ = framer.WriteHeaders(http2.HeadersFrameParam{StreamID: 1, BlockFragment: []byte{0x88}, EndHeaders: true})
	_ = framer.WriteData(1, false, []byte{0, 0, 0, 0, 4, 1, 2})
	_ = framer.WritePing(false, [8]byte{})
	_ = framer.WriteData(1, true, []byte{3, 4})
	_ = framer.WriteDataPadded(3, false, []byte{0, 0, 0, 0, 1, 1}, make([]byte, 9))
	_ = framer.WriteRSTStream(3, http2.ErrCodeCancel)
	_ = framer.WriteWindowUpdate(5, 77)
	_ = framer.WriteGoAway(5, http2.ErrCodeNo, nil)
	f.Add(wire.Bytes(), false)
	f.Add(wire.Bytes(), true)
	f.Fuzz(func(t *testing.T, wire []byte, streaming bool) {
		seen := &counter{}
		c := &client{config: transport.Config{Conns: 4, Stream: streaming, Head: 100, Clock: func() int64 { return 1 }, Handler: seen},
			streams: make([]stream, 4), closed: true}
		s := newSession(&link{client: c}, silent{in: bytes.NewReader(wire)})
		for i := range 4 {
			_, err := s.begin(i, int64(i))
			require.NoError(t, err)
		}
		s.serve(t.Context())
		assert.Error(t, s.cause())
		assert.Zero(t, s.calls.open)
		if streaming {
			assert.Equal(t, 4, seen.ended)
		} else {
			assert.Equal(t, 4, seen.ended+seen.messages-seen.both)
		}
	})
}

// counter is a transport.Handler that counts the ends of calls.
type counter struct {
	answered [4]bool
	ended    int
	messages int
	both     int // answered, and then wrong
}

func (c *counter) Sent(int64, int64)      {}
func (c *counter) Down(int, int64, error) { c.ended++ }
func (c *counter) Failed(conn int, _, _ int64, _ error) {
	c.ended++
	if c.answered[conn] {
		c.both++
	}
}
func (c *counter) Message(conn int, _, _ int64, _ [][]byte) {
	c.messages++
	c.answered[conn] = true
}
