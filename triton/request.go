package triton

import (
	"errors"
	"fmt"
	"slices"

	"github.com/trtbench/trtbench/internal/suggest"
	"github.com/trtbench/trtbench/triton/data"
)

// RequestOptions say what requests look like and how they travel.
type RequestOptions struct {
	Data   data.Options // contents; its Carried is set from States
	Batch  int          // items in one request; 0 stands for 1
	States []StatePair  // recurrent states that each answer has for the next request of its session; see Model.States
	// Outputs are those that answers shall have; nil: all.
	Outputs []string
	// Parameters go along with each request: values are string, int64, bool or float64.
	Parameters map[string]any

	Streaming bool // one stream per connection carries its requests, instead of a call for each; gRPC only
	Shared    int  // connections that share a TCP connection; 0: all. Over HTTP each has its own.

	// Memory puts tensors into memory that the server reads and writes itself; states that are carried stay in the requests.
	Memory Memory

	// Check is called for each answer whose content is validated, besides the comparison with expected outputs. It is called
	// for the answers of a session in order as long as it has one request under way, and for others at the same time.
	Check func(r Answered) error

	// Transport names what carries gRPC: TransportH2, which has neither TLS nor compression, or TransportGRPCGo. "" stands for h2
	// where it can be.
	Transport string
}

// Answered is a request whose answer is there.
type Answered struct {
	Stream, Step int     // the payload
	Session      int     // load.Request.State; -1: none
	Start        bool    // the first of its sequence
	Outputs      Outputs // until the check returns
}

// Outputs is the content of an answer.
type Outputs interface {
	// Output returns a copy of the bytes of an output; false when the answer does not have it in binary form.
	Output(name string) ([]byte, bool)
}

// validate checks the options against a model. The error names every fault.
func (o *RequestOptions) validate(m *Model, protocol Protocol) error {
	var faults []error
	fault := func(format string, args ...any) { faults = append(faults, fmt.Errorf(format, args...)) }
	switch {
	case o.Batch < 0:
		fault("batch %d, expected 1 or more", o.Batch)
	case o.Batch > 1 && !m.batched():
		fault("batch %d: the model takes single items, its max_batch_size is 0", o.Batch)
	case o.Batch > max(m.MaxBatch, 1):
		fault("batch %d: the model takes up to %d items in a request", o.Batch, m.MaxBatch)
	case o.Batch > 1 && m.Sequences:
		fault("batch %d: a model with sequences takes one item in a request", o.Batch)
	}
	if o.Streaming && protocol != GRPC {
		fault("streaming needs gRPC")
	}
	if m.Decoupled && !o.Streaming {
		fault("the model answers a request any number of times (decoupled), which needs streaming over gRPC")
	}
	if o.Shared < 0 {
		fault("%d connections that share one of TCP, expected 0 or more", o.Shared)
	}
	if err := CheckStates(o.States, m.Inputs, m.Outputs); err != nil {
		faults = append(faults, err)
	}
	for _, name := range o.Outputs {
		if byName(m.Outputs, name) == nil {
			fault("the model has no output %q, only %q%s", name, names(m.Outputs), suggest.Hint(name, names(m.Outputs)))
		}
	}
	for _, s := range o.States {
		if o.Outputs != nil && !slices.Contains(o.Outputs, s.Output) {
			fault("output %q is not asked for, and feeds state %s", s.Output, s)
		}
	}
	for _, name := range sortedKeys(o.Parameters) {
		if err := checkParameter(name, o.Parameters[name]); err != nil {
			faults = append(faults, err)
		}
	}
	return errors.Join(faults...)
}

func sortedKeys[T any](m map[string]T) []string {
	keys := make([]string, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}
