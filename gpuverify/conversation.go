package gpuverify

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"sync"

	"github.com/trtbench/trtbench/serve"
	"github.com/trtbench/trtbench/trt"
)

// Conversations are of so many sessions on so many instances, each of which begins anew in the middle.
const (
	talkingSessions  = 12
	servingInstances = 2
)

// talk is what came of sessions that spoke to a served engine as fast as it answered.
type talk struct {
	sessions, chunks int             // chunks of all sessions
	starts           int             // chunks that began with a state of zero
	travel           bool            // states went through the host
	counted          serve.Counters  // by the executor
	device           *serve.Counters // by the simulated device, without batches and items; nil on a GPU
	wrong            []error         // answers that do not follow from the chunks before them
}

// converse serves the engine to sessions whose answers are verified.
func (v *verifier) converse(ctx context.Context, e *engine, executor *trt.Executor, travel bool) (_ *talk, err error) {
	t := &talk{sessions: talkingSessions, travel: travel}
	model := executor.Model()
	verifier, err := serve.NewAcousticVerifier(&model)
	if err != nil {
		return nil, err
	}
	server, err := serve.Open(ctx, executor, serve.Options{Sessions: t.sessions, Instances: servingInstances, Travel: travel, Policy: serve.Immediate{}})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, server.Close()) }()
	before, err := e.lib.copied()
	if err != nil {
		return nil, err
	}
	results := make([]spoken, t.sessions)
	var speaking sync.WaitGroup
	for i := range results {
		speaking.Go(func() { results[i] = speak(ctx, server, verifier, i, v.plan.talk) })
	}
	speaking.Wait()
	for _, r := range results {
		err = errors.Join(err, r.err)
		t.chunks += r.chunks
		t.starts += r.starts
		t.wrong = append(t.wrong, r.wrong...)
	}
	if err != nil {
		return nil, err
	}
	t.counted = server.Stats().Copied
	after, err := e.lib.copied()
	if err == nil && before != nil {
		t.device = &serve.Counters{
			HostBytes: after.HostBytes - before.HostBytes, ReplyBytes: after.ReplyBytes - before.ReplyBytes, StateBytes: after.StateBytes - before.StateBytes,
		}
	}
	return t, err
}

// spoken is what came of one session.
type spoken struct {
	chunks, starts int
	wrong          []error
	err            error
}

// speak sends the chunks of a session one after the other and verifies each answer.
func speak(ctx context.Context, server *serve.Server, verifier serve.Verifier, voice, chunks int) (s spoken) {
	session, err := server.OpenSession()
	if err != nil {
		return spoken{err: err}
	}
	defer session.Close()
	signal := make([]byte, 0, 4*signalSamples)
	for i := range chunks {
		signal = signal[:0]
		for _, sample := range audio(i, voice) {
			signal = binary.LittleEndian.AppendUint32(signal, uint32(sample))
		}
		chunk := serve.Chunk{Start: i == 0 || i == chunks/2, Inputs: [][]byte{signal}}
		answer, err := server.Submit(ctx, session, chunk)
		if err != nil {
			s.err = fmt.Errorf("chunk %d of session %d: %w", i+1, voice, err)
			return s
		}
		s.chunks++
		if chunk.Start {
			s.starts++
		}
		if err := verifier.Verify(serve.Observation{Session: voice, Start: chunk.Start, Inputs: chunk.Inputs, Outputs: answer.Outputs}); err != nil {
			s.wrong = append(s.wrong, err)
		}
	}
	return s
}

// copied is what the simulated device has copied so far; nil on a GPU, which does not tell.
func (l *library) copied() (*serve.Counters, error) {
	if !l.Simulated() {
		return nil, nil
	}
	text, err := l.CUDA().Runtime().SimCounters()
	if err != nil {
		return nil, err
	}
	var counters struct {
		Total struct {
			Host  int64 `json:"h2d_bytes"`
			Reply int64 `json:"d2h_bytes"`
			State int64 `json:"d2d_bytes"`
		} `json:"total"`
	}
	if err := json.Unmarshal([]byte(text), &counters); err != nil {
		return nil, fmt.Errorf("counters of the simulated device: %w", err)
	}
	return &serve.Counters{HostBytes: counters.Total.Host, ReplyBytes: counters.Total.Reply, StateBytes: counters.Total.State}, nil
}
