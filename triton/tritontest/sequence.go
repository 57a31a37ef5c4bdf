package tritontest

import (
	"sync"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/trtbench/trtbench/triton/kserve"
)

// sequences are the sequences of a model that are open.
type sequences struct {
	mu    sync.Mutex
	steps map[uint64]int64 // done so far, by id
}

// check follows a request's sequence. It refuses what the real server refuses, in its words, and notes what it would let pass.
func (s *sequences) check(r *Request) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.steps == nil {
		s.steps = map[uint64]int64{}
	}
	if r.Sequence == 0 {
		return status.Errorf(codes.InvalidArgument, "inference request to model '%s' must specify a non-zero or non-empty correlation ID", r.Model)
	}
	steps, open := s.steps[r.Sequence]
	switch {
	case r.Start && open:
		r.mock.violate("model %s: sequence %d was started again after %d steps, before it ended", r.Model, r.Sequence, steps)
		steps = 0
	case !r.Start && !open:
		r.mock.violate("model %s: a step of sequence %d, which has not been started or has ended", r.Model, r.Sequence)
		return status.Errorf(codes.InvalidArgument,
			"inference request for sequence %d to model '%s' must specify the START flag on the first request of the sequence", r.Sequence, r.Model)
	}
	r.Step = steps + 1
	s.steps[r.Sequence] = r.Step
	if r.End {
		delete(s.steps, r.Sequence)
	}
	return nil
}

// forget ends all sequences, as a restart of the server does.
func (s *sequences) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.steps)
}

func (s *sequences) open() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.steps)
}

// OpenSequences returns the number of sequences of a model that were started and not ended. It panics for a model that the mock does
// not have.
func (m *Mock) OpenSequences(model string) int { return m.station(model).sequences.open() }

// Sequence is a model with sequences: input x (INT32), outputs step (INT32), the number of the request in its sequence from 1, and sum
// (INT32), the sum of all x of the sequence. The steps of a sequence prove that none was lost, mixed up or sent twice.
func Sequence() Model {
	var mu sync.Mutex
	sums := map[uint64]int32{}
	return Model{
		Config: &kserve.ModelConfig{
			Name: "sequence", Backend: "mock", MaxBatchSize: 16,
			Input: []*kserve.ModelInput{input("x", kserve.DataType_TYPE_INT32, 1)},
			Output: []*kserve.ModelOutput{
				output("step", kserve.DataType_TYPE_INT32, 1),
				output("sum", kserve.DataType_TYPE_INT32, 1),
			},
			SchedulingChoice: &kserve.ModelConfig_SequenceBatching{SequenceBatching: &kserve.ModelSequenceBatching{
				MaxSequenceIdleMicroseconds: 1_000_000,
				StrategyChoice: &kserve.ModelSequenceBatching_Oldest{Oldest: &kserve.ModelSequenceBatching_StrategyOldest{
					MaxCandidateSequences: 1024,
				}},
			}},
		},
		Infer: func(r *Request) ([][]byte, error) {
			if len(r.Inputs[0].Data) != 4 {
				return nil, status.Error(codes.InvalidArgument, "mock: a request of a sequence has one item")
			}
			mu.Lock()
			defer mu.Unlock()
			if r.Start {
				sums[r.Sequence] = 0
			}
			sum := sums[r.Sequence] + int32At(r.Inputs[0].Data, 0)
			sums[r.Sequence] = sum
			if r.End {
				delete(sums, r.Sequence)
			}
			return [][]byte{int32Bytes(int32(r.Step)), int32Bytes(sum)}, nil
		},
	}
}
