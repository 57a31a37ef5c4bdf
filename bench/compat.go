package bench

import (
	"fmt"
	"time"

	"github.com/trtbench/trtbench/record"
)

// Compat names the trtexec whose semantics a run follows: the one of TensorRT 10 or the one of TensorRT 11.
type Compat int

// The trtexec generations that can be followed. CompatAuto takes the major version of the loaded TensorRT, and 10
// for other backends.
const (
	CompatAuto Compat = 0
	Compat10   Compat = 10
	Compat11   Compat = 11
)

// rules is all that differs between the generations; everything else is common.
type rules struct {
	transfers        bool // copies are part of each inference unless the user says otherwise
	spin             bool
	graph            bool
	extraRounds      int  // rounds beyond the asked minimum
	firstRoundCopies bool // the first round copies in any case
	uploadFirst      bool // inputs are on the device before the graph's trial inference
	separateProfile  bool // layers are timed in a run of their own
}

var rulesOf = map[Compat]rules{
	Compat10: {transfers: true},
	Compat11: {spin: true, graph: true, extraRounds: 1, firstRoundCopies: true, uploadFirst: true, separateProfile: true},
}

// resolve picks the generation for a target.
func (c Compat) resolve(d record.Description) Compat {
	if c != CompatAuto {
		return c
	}
	if d.Backend == TensorRT && d.Major() >= int(Compat11) {
		return Compat11
	}
	return Compat10
}

// TensorRT is the name under which package trt describes itself, see [record.Description].
const TensorRT = "TensorRT"

// Defaults of trtexec, the same in both generations.
const (
	DefaultIterations = 10
	DefaultDuration   = 3 * time.Second
	DefaultWarmUp     = 200 * time.Millisecond
	DefaultLanes      = 1
)

func (c Compat) validate() error {
	if _, known := rulesOf[c]; known || c == CompatAuto {
		return nil
	}
	return fmt.Errorf("compat is %d: trtexec's semantics are known for TensorRT 10 and 11; use one of these, or leave it out to follow the loaded library", c)
}
