package tritontest

import (
	"context"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/peer"
	"google.golang.org/grpc/status"
)

// accept begins to work on a request. reply gets its answers once they are due, in the calling goroutine or in another; it gets none
// for a request that is lost. The fault tells what the transport has to do besides.
func (m *Mock) accept(r *Request, reply func([]answer, Fault)) Fault {
	r.mock = m
	refuse := func(err error) { reply([]answer{{model: r.Model, id: r.ID, err: err}}, Fault{}) }
	s := m.stations[r.Model]
	if s == nil {
		refuse(status.Errorf(codes.NotFound, "Request for unknown model: '%s' is not found", r.Model))
		return Fault{}
	}
	model, n := s.read(), s.arrivals.Add(1)-1
	var fault Fault
	if model.Behaviour.Fault != nil {
		fault = model.Behaviour.Fault(n)
	}
	if fault.Close || fault.Reset {
		return fault
	}
	batch, err := model.check(r)
	if model.Behaviour.NotReady {
		err = status.Errorf(codes.NotFound, "Request for unknown model: '%s' has no available versions", r.Model)
	}
	if err == nil && model.Config.GetSequenceBatching() != nil {
		err = s.sequences.check(r)
	}
	if err != nil {
		s.statistics.refused()
		refuse(err)
		return Fault{}
	}
	answers := model.answers(r, batch, fault)
	s.arrive(&job{batch: batch, failed: len(answers) > 0 && answers[0].err != nil, done: func() {
		if !fault.Lost {
			reply(answers, fault)
		}
	}})
	return fault
}

// answers works out everything that the request is answered with.
func (m *Model) answers(r *Request, batch int64, fault Fault) []answer {
	id := r.ID
	if fault.ID != "" {
		id = fault.ID
	}
	if fault.Code != codes.OK {
		return []answer{{model: r.Model, id: id, err: status.Errorf(fault.Code, "mock: %v, as the test wants it", fault.Code)}}
	}
	decoupled, count := m.Config.GetModelTransactionPolicy().GetDecoupled(), 1
	if decoupled && m.Answers != nil {
		count = m.Answers(r)
	}
	var answers []answer
	for r.answered = 0; r.answered < count; r.answered++ {
		a := answer{model: r.Model, id: id, final: r.emptyFinal && !decoupled}
		a.outputs, a.err = m.outputs(r, batch, fault.Extra)
		answers = append(answers, a)
	}
	if decoupled && r.emptyFinal {
		answers = append(answers, answer{model: r.Model, id: id, final: true})
	}
	if fault.Twice {
		answers = append(answers, answers...)
	}
	return answers
}

// infer answers a single request. With cut, the connection that it came by is to be reset instead.
func (m *Mock) infer(ctx context.Context, r *Request) (_ answer, cut bool, _ error) {
	replies := make(chan []answer, 1)
	fault := m.accept(r, func(answers []answer, _ Fault) { replies <- answers })
	if fault.Close || fault.Reset {
		return answer{}, fault.Reset, status.Error(max(fault.Code, codes.Canceled), "mock: call ended, as the test wants it")
	}
	select {
	case answers := <-replies:
		return answers[0], false, answers[0].err
	case <-ctx.Done():
		return answer{}, false, status.FromContextError(ctx.Err()).Err()
	}
}

// inferUnary is ModelInfer.
func (m *Mock) inferUnary(ctx context.Context, in *frame) (*frame, error) {
	defer in.free()
	r, err := parseRequest(in.bytes)
	if err != nil {
		return nil, err
	}
	if s := m.stations[r.Model]; s != nil && s.read().Config.GetModelTransactionPolicy().GetDecoupled() {
		return nil, status.Error(codes.Unimplemented, "ModelInfer RPC doesn't support models with decoupled transaction policy")
	}
	a, cut, err := m.infer(ctx, r)
	if cut {
		m.cutPeer(ctx)
	}
	if err != nil {
		return nil, err
	}
	return &frame{bytes: a.appendResponse(nil)}, nil
}

// cutPeer resets the connection that a call came by.
func (m *Mock) cutPeer(ctx context.Context) {
	if client, ok := peer.FromContext(ctx); ok {
		m.cutConnection(client.Addr.String())
	}
}

// pause waits, and returns false when the call ended first.
func (m *Mock) pause(ctx context.Context, d time.Duration) bool {
	over := make(chan struct{})
	m.clock.AfterFunc(d, func() { close(over) })
	select {
	case <-over:
		return true
	case <-ctx.Done():
		return false
	}
}
