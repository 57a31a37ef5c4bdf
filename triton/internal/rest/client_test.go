package rest

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
	"google.golang.org/grpc/codes"

	"github.com/trtbench/trtbench/triton/internal/transport"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// event is a call of the handler.
type event struct {
	tag  int64
	text string // pieces of an answer
	err  error
}

// events is a transport.Handler.
type events struct {
	ends chan event
	sent chan int64
}

func (e *events) Sent(tag, _ int64) { e.sent <- tag }

func (e *events) Message(_ int, tag, _ int64, pieces [][]byte) {
	texts := make([]string, len(pieces))
	for i, piece := range pieces {
		texts[i] = string(piece)
	}
	e.ends <- event{tag: tag, text: strings.Join(texts, "|")}
}

func (e *events) Failed(_ int, tag, _ int64, err error) { e.ends <- event{tag: tag, err: err} }

func (e *events) Down(int, int64, error) {}

// open dials a server that answers by the handler.
func open(t *testing.T, deadline time.Duration, handler http.HandlerFunc) (transport.Transport, *events, *httptest.Server) {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	e := &events{make(chan event, 100), make(chan int64, 100)}
	begin := time.Now()
	client, err := Dial(t.Context(), transport.Config{Address: server.Listener.Addr().String(), Path: "/v2/models/m/infer", Conns: 1,
		Header: map[string]string{"x-key": "k"}, Deadline: deadline, Clock: func() int64 { return int64(time.Since(begin)) }, Handler: e})
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, client.Close()) })
	return client, e, server
}

func send(t *testing.T, c transport.Transport, tag int64) {
	t.Helper()
	require.NoError(t, c.Send(0, transport.Request{Tag: tag, Head: []byte("{head}"), Body: [][]byte{[]byte("one"), []byte("two")}}))
}

func TestExchange(t *testing.T) {
	client, e, _ := open(t, time.Minute, func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		assert.NoError(t, err)
		assert.Equal(t, "{head}onetwo", string(body))
		assert.Equal(t, "6", r.Header.Get("Inference-Header-Content-Length"))
		assert.Equal(t, "k", r.Header.Get("X-Key"))
		assert.Equal(t, "/v2/models/m/infer", r.URL.Path)
		w.Header().Set("Inference-Header-Content-Length", "4")
		_, _ = io.WriteString(w, "{ok}bytes")
	})
	for tag := range int64(3) {
		send(t, client, tag)
		assert.Equal(t, event{tag: tag, text: "{ok}|bytes"}, <-e.ends)
		assert.Equal(t, tag, <-e.sent)
	}
}

func TestAnswersOfManyKinds(t *testing.T) {
	for name, c := range map[string]struct {
		answer func(w http.ResponseWriter)
		text   string
		err    string
	}{
		"JSON alone": {func(w http.ResponseWriter) { _, _ = io.WriteString(w, "{ok}") }, "{ok}", ""},
		"in chunks": {func(w http.ResponseWriter) {
			for range 3 {
				_, _ = io.WriteString(w, "part")
				w.(http.Flusher).Flush()
			}
		}, "partpartpart", ""},
		"last on its socket": {func(w http.ResponseWriter) {
			w.Header().Set("Connection", "close")
			_, _ = io.WriteString(w, "{ok}")
		}, "{ok}", ""},
		"error":          {func(w http.ResponseWriter) { http.Error(w, `{"error":"no such shape"}`, http.StatusBadRequest) }, "", "InvalidArgument: no such shape"},
		"error in words": {func(w http.ResponseWriter) { http.Error(w, "<b>busy</b>", http.StatusServiceUnavailable) }, "", "Unavailable: HTTP 503 Service Unavailable: <b>busy</b>"},
		"wrong length": {func(w http.ResponseWriter) {
			w.Header().Set("Inference-Header-Content-Length", "5")
			_, _ = io.WriteString(w, "{ok}")
		}, "", `Internal: the answer has 4 bytes and says that its JSON has "5"`},
		"large": {func(w http.ResponseWriter) { _, _ = io.WriteString(w, strings.Repeat("x", 1<<20)) }, strings.Repeat("x", 1<<20), ""},
	} {
		t.Run(name, func(t *testing.T) {
			client, e, _ := open(t, time.Minute, func(w http.ResponseWriter, r *http.Request) {
				_, _ = io.Copy(io.Discard, r.Body)
				c.answer(w)
			})
			for tag := range int64(3) {
				send(t, client, tag)
				got := <-e.ends
				assert.Equal(t, tag, got.tag)
				assert.Equal(t, c.text, got.text)
				if c.err != "" {
					assert.EqualError(t, got.err, c.err)
				}
			}
		})
	}
}

func TestSilence(t *testing.T) {
	release := make(chan struct{})
	client, e, _ := open(t, 30*time.Millisecond, func(http.ResponseWriter, *http.Request) { <-release })
	send(t, client, 7)
	got := <-e.ends
	assert.Equal(t, int64(7), got.tag)
	var status *transport.StatusError
	require.ErrorAs(t, got.err, &status)
	assert.Equal(t, codes.DeadlineExceeded, status.Code)
	close(release)
	send(t, client, 8) // on a new socket
	assert.Equal(t, event{tag: 8, text: ""}, <-e.ends)
}

// Requests that are under way at once have sockets of their own.
func TestManyAtOnce(t *testing.T) {
	arrived, release := make(chan struct{}, 20), make(chan struct{})
	client, e, server := open(t, 0, func(w http.ResponseWriter, r *http.Request) {
		arrived <- struct{}{}
		<-release
		fmt.Fprint(w, "{}")
	})
	for tag := range int64(20) {
		send(t, client, tag)
	}
	for range 20 {
		<-arrived
	}
	close(release)
	for range 20 {
		assert.NoError(t, (<-e.ends).err)
	}
	// The server closes what is idle; the next request opens another.
	server.CloseClientConnections()
	require.Eventually(t, func() bool {
		err := client.Send(0, transport.Request{Tag: 99, Head: []byte("{head}"), Body: [][]byte{[]byte("one"), []byte("two")}})
		return err == nil && (<-e.ends).err == nil
	}, 10*time.Second, time.Millisecond)
}

func TestServerBreaksOff(t *testing.T) {
	client, e, _ := open(t, 0, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "100")
		_, _ = io.WriteString(w, "begin")
		w.(http.Flusher).Flush()
		panic(http.ErrAbortHandler)
	})
	send(t, client, 1)
	assert.ErrorIs(t, (<-e.ends).err, transport.ErrDown)
}

func TestCloseLosesWhatIsUnderWay(t *testing.T) {
	release := make(chan struct{})
	client, e, _ := open(t, 0, func(http.ResponseWriter, *http.Request) { <-release })
	defer close(release)
	send(t, client, 1)
	require.NoError(t, client.Close())
	assert.ErrorIs(t, (<-e.ends).err, transport.ErrDown)
	assert.ErrorIs(t, client.Send(0, transport.Request{Tag: 2}), transport.ErrDown)
}

func TestDialRefuses(t *testing.T) {
	for want, config := range map[string]transport.Config{
		"0 connections, expected 1 or more": {},
		"HTTP has neither streams":          {Conns: 1, Stream: true},
		"refused":                           {Conns: 1, Address: "127.0.0.1:1"},
	} {
		_, err := Dial(context.Background(), config)
		assert.ErrorContains(t, err, want)
	}
}
