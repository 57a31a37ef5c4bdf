package triton

import (
	"fmt"

	"github.com/trtbench/trtbench/triton/data"
)

// check compares the outputs of an answer with those that are expected, byte by byte, and calls the caller's own check.
func (t *Target) check(w waiting, a *answer) error {
	for i := range t.payloads[w.stream][w.step].expected {
		want := &t.payloads[w.stream][w.step].expected[i]
		place, found := a.find(want.name)
		if !found {
			return fmt.Errorf("the answer does not have the bytes of output %q", want.name)
		}
		if place.size != len(want.data) {
			return fmt.Errorf("output %q has %d bytes, expected %d", want.name, place.size, len(want.data))
		}
		if at := differs(want.data, a.cursor.pieces, place); at >= 0 {
			if size := data.Size(want.datatype); size > 0 {
				return fmt.Errorf("output %q differs from what is expected, first at element %d", want.name, at/size)
			}
			return fmt.Errorf("output %q differs from what is expected, first at byte %d", want.name, at)
		}
	}
	if t.options.Check == nil {
		return nil
	}
	return t.options.Check(Answered{Stream: int(w.stream), Step: int(w.step), Session: int(w.state), Start: w.start, Outputs: a})
}
