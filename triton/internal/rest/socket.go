package rest

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"sync"
	"time"

	"google.golang.org/grpc/codes"

	"github.com/trtbench/trtbench/triton/internal/transport"
)

// socket carries one request at a time.
type socket struct {
	client *client
	conn   int
	raw    net.Conn
	reader *bufio.Reader
	head   []byte      // of the HTTP request
	pieces net.Buffers // what is written

	mu   sync.Mutex
	tag  int64 // of the request under way; NoTag: none
	dead bool
}

func newSocket(c *client, conn int, raw net.Conn) *socket {
	return &socket{client: c, conn: conn, raw: raw, reader: bufio.NewReaderSize(raw, 1<<16), tag: transport.NoTag}
}

// send writes a request. After an error the socket is closed, and the handler hears nothing of the request.
func (s *socket) send(r transport.Request) error {
	s.mu.Lock()
	if s.dead {
		s.mu.Unlock()
		return transport.ErrDown
	}
	s.tag = r.Tag
	s.mu.Unlock()

	size := len(r.Head)
	for _, piece := range r.Body {
		size += len(piece)
	}
	s.head = append(s.head[:0], s.client.start...)
	s.head = strconv.AppendInt(s.head, int64(len(r.Head)), 10)
	s.head = append(s.head, "\r\nContent-Length: "...)
	s.head = strconv.AppendInt(s.head, int64(size), 10)
	s.head = append(s.head, "\r\n\r\n"...)
	s.head = append(s.head, r.Head...)
	all := append(append(s.pieces[:0], s.head), r.Body...)
	s.pieces = all
	if d := s.client.config.Deadline; d > 0 {
		_ = s.raw.SetDeadline(time.Now().Add(d))
	}
	_, err := all.WriteTo(s.raw)
	at := s.client.config.Clock()
	clear(s.pieces)
	if err == nil {
		s.client.config.Handler.Sent(r.Tag, at)
		return nil
	}
	// The answer may have come all the same: a server that refuses need not read to the end.
	if s.takeTag() == transport.NoTag {
		return nil
	}
	_ = s.raw.Close()
	return fmt.Errorf("%w: %w", transport.ErrDown, err)
}

// takeTag takes the request under way: whoever got it tells how it ended.
func (s *socket) takeTag() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	tag := s.tag
	s.tag = transport.NoTag
	return tag
}

// run reads answers until the socket closes.
func (s *socket) run() {
	defer s.client.readers.Done()
	err := error(nil)
	for err == nil {
		err = s.receive()
	}
	s.mu.Lock()
	s.dead = true
	s.mu.Unlock()
	tag := s.takeTag()
	_ = s.raw.Close()
	s.client.drop(s)
	if tag == transport.NoTag {
		return
	}
	failure := fmt.Errorf("%w: %w", transport.ErrDown, err)
	if errors.Is(err, os.ErrDeadlineExceeded) {
		failure = &transport.StatusError{Code: codes.DeadlineExceeded, Text: "no answer within the deadline"}
	}
	s.client.config.Handler.Failed(s.conn, tag, s.client.config.Clock(), failure)
}

// contents keeps the memory that answers are read into.
var contents = sync.Pool{New: func() any { return new([]byte) }}

// receive waits for an answer and hands it over.
func (s *socket) receive() error {
	if _, err := s.reader.Peek(1); err != nil {
		return err
	}
	answer, err := http.ReadResponse(s.reader, nil)
	if err != nil {
		return err
	}
	buffer := contents.Get().(*[]byte)
	defer contents.Put(buffer)
	if *buffer, err = readAll((*buffer)[:0], answer.Body, answer.ContentLength); err != nil {
		return err
	}
	at := s.client.config.Clock()
	body := *buffer
	tag := s.takeTag()
	if tag == transport.NoTag {
		return errors.New("an answer that nothing asked for")
	}
	if s.client.config.Deadline > 0 {
		_ = s.raw.SetDeadline(time.Time{})
	}
	last := answer.Close
	if !last {
		s.client.release(s)
	}
	s.deliver(answer, tag, at, body)
	if last {
		return io.EOF
	}
	return nil
}

// deliver tells the handler how a request ended.
func (s *socket) deliver(answer *http.Response, tag, at int64, body []byte) {
	handler := s.client.config.Handler
	if answer.StatusCode != http.StatusOK {
		handler.Failed(s.conn, tag, at, &transport.StatusError{
			Code: transport.HTTPCode(answer.StatusCode), Text: transport.HTTPError(answer.StatusCode, body)})
		return
	}
	pieces := [][]byte{body}
	if text := answer.Header.Get("Inference-Header-Content-Length"); text != "" {
		length, err := strconv.Atoi(text)
		if err != nil || length < 0 || length > len(body) {
			handler.Failed(s.conn, tag, at, &transport.StatusError{Code: codes.Internal,
				Text: fmt.Sprintf("the answer has %d bytes and says that its JSON has %q", len(body), text)})
			return
		}
		pieces = [][]byte{body[:length], body[length:]}
	}
	handler.Message(s.conn, tag, at, pieces)
}

// readAll appends the content of an answer. size is what the answer says, below 0 when it does not.
func readAll(dst []byte, from io.Reader, size int64) ([]byte, error) {
	if size > 0 && int64(cap(dst)) < size && size < maxFirst {
		dst = make([]byte, 0, size)
	}
	for {
		if len(dst) == cap(dst) {
			dst = append(dst, 0)[:len(dst)]
		}
		n, err := from.Read(dst[len(dst):cap(dst)])
		dst = dst[:len(dst)+n]
		if err == io.EOF {
			return dst, nil
		}
		if err != nil {
			return dst, err
		}
	}
}

// maxFirst bounds the memory that is taken because an answer says that it is large.
const maxFirst = 1 << 26
