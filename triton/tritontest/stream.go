package tritontest

import (
	"errors"
	"io"
	"sync"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// inferStream is ModelStreamInfer.
func (m *Mock) inferStream(stream grpc.ServerStream) error {
	s := &answerStream{stream: stream, drained: make(chan struct{})}
	defer s.close()
	for {
		in := &frame{}
		if err := stream.RecvMsg(in); errors.Is(err, io.EOF) {
			return s.drain()
		} else if err != nil {
			return err
		}
		s.begin()
		r, err := parseRequest(in.bytes)
		if err != nil {
			s.reply([]answer{{model: r.Model, id: r.ID, err: err}}, Fault{})
			in.free()
			continue
		}
		fault := m.accept(r, s.reply)
		in.free()
		switch {
		case fault.Reset:
			m.cutPeer(stream.Context())
			return status.Error(codes.Unavailable, "mock: connection cut")
		case fault.Close && fault.Code == codes.OK:
			return nil
		case fault.Close:
			return status.Error(fault.Code, "mock: stream closed, as the test wants it")
		case fault.Lost:
			s.end()
		}
		if fault.Pause > 0 && !m.pause(stream.Context(), fault.Pause) {
			return status.FromContextError(stream.Context().Err()).Err()
		}
	}
}

// answerStream sends answers on a stream, from any goroutine.
type answerStream struct {
	stream  grpc.ServerStream
	drained chan struct{} // closed when the client sends no more and has all its answers

	mu     sync.Mutex
	open   int // requests without an answer
	eof    bool
	closed bool
	held   []heldAnswers
}

// heldAnswers wait until the answers to some later requests are sent.
type heldAnswers struct {
	answers []answer
	after   int
}

func (s *answerStream) begin() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.open++
}

// end counts a request as done with.
func (s *answerStream) end() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.endLocked()
}

func (s *answerStream) endLocked() {
	s.open--
	if s.eof && s.open == len(s.held) {
		s.releaseLocked(true)
		close(s.drained)
		s.eof = false
	}
}

// reply sends the answers to a request, or keeps them until later ones are sent.
func (s *answerStream) reply(answers []answer, fault Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if fault.After > 0 && !s.eof {
		s.held = append(s.held, heldAnswers{answers, fault.After})
		return
	}
	s.sendLocked(answers)
	s.releaseLocked(false)
	s.endLocked()
}

// releaseLocked sends what has waited for long enough after one more answer was sent, or everything.
func (s *answerStream) releaseLocked(all bool) {
	kept := s.held[:0]
	for _, h := range s.held {
		h.after--
		if h.after > 0 && !all {
			kept = append(kept, h)
			continue
		}
		s.sendLocked(h.answers)
		s.open--
	}
	s.held = kept
}

// sendLocked sends answers. What cannot be sent is lost: the client has gone.
func (s *answerStream) sendLocked(answers []answer) {
	for i := range answers {
		if s.closed {
			return
		}
		if err := s.stream.SendMsg(answers[i].streamFrame()); err != nil {
			s.closed = true
		}
	}
}

// drain returns when all requests of a client that sends no more are answered, or the client has gone.
func (s *answerStream) drain() error {
	s.mu.Lock()
	s.eof = true
	s.open++ // so that there is one to end
	s.endLocked()
	s.mu.Unlock()
	select {
	case <-s.drained:
		return nil
	case <-s.stream.Context().Done():
		return status.FromContextError(s.stream.Context().Err()).Err()
	}
}

// close makes later answers go nowhere, as nothing may be sent once the call has returned.
func (s *answerStream) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
}
