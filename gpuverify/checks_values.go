package gpuverify

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/trtbench/trtbench/accuracy"
	"github.com/trtbench/trtbench/tensor"
)

// tolerance is how far an element may be from a reference that was computed in another order: absolute + relative · |reference|.
type tolerance struct{ absolute, relative float64 }

// Tolerances of the type that an output has, and of the type that a model computes in; the coarser one counts. An output of another
// type, as one of integers, must be equal.
var (
	ofType     = map[string]tolerance{"float32": {1e-4, 1e-4}, "float16": {1e-3, 2e-3}}
	ofComputer = map[string]tolerance{"float32": {1e-4, 1e-4}, "float16": {1e-2, 1e-2}}
)

// withinTolerance is the sentence for a page.
const withinTolerance = "float32 within 0.0001 + 0.0001·|reference| (TF32 is off), float16 within 0.001 + 0.002·|reference|, " +
	"all floats of a model that computes in float16 within 0.01 + 0.01·|reference|, others equal"

// compareValues notes outputs that are farther from their references than their type, or the one that they were computed in, allows,
// and returns the largest difference. Every output must have a reference.
func compareValues(v *verdict, where string, got, want []tensor.Values, computes string) (largest float64) {
	references := map[string]tensor.Values{}
	for _, w := range want {
		references[w.Name] = w
	}
	if len(got) == 0 || len(got) != len(want) {
		v.fail("%s: there are %d outputs; expected %d", where, len(got), len(want))
		return 0
	}
	for _, g := range got {
		reference, known := references[g.Name]
		if !known {
			v.fail("%s: output %s has no reference", where, g.Name)
			continue
		}
		t, floats := ofType[g.Type]
		if c := ofComputer[computes]; floats && c.absolute > t.absolute {
			t = c
		}
		results, err := accuracy.Compare([]tensor.Values{g}, map[string]tensor.Values{g.Name: reference},
			accuracy.Options{Algorithm: accuracy.L0, AbsoluteTolerance: t.absolute, RelativeTolerance: t.relative})
		if err != nil {
			v.fail("%s: %v", where, err)
			continue
		}
		r := results[0]
		if d := math.Abs(r.Worst.Value - r.Worst.Reference); d > largest {
			largest = d
		}
		if !r.Passed {
			v.fail("%s: %s: %.0f of %d elements are too far; element %d is %v, expected %v",
				where, g.Name, r.Loss*float64(r.Elements), r.Elements, r.Worst.Index, r.Worst.Value, r.Worst.Reference)
		}
	}
	return largest
}

// Sizes of the reference model, as testdata/models tells.
const (
	signalSamples = 2400
	stateSize     = 219729
	frames        = 10
	tokens        = 35
	countDigit    = 1000
)

// chain follows what the reference model must say about the audio of one row: how many chunks it has seen, and their checksum.
type chain struct{ count, checksum int }

// next takes a chunk into account. The checksum is (31·c + s) mod 1009, where s sums (1 + j mod 7)·(sample + 32768).
func (c *chain) next(signal []int32) {
	sum := 0
	for j, s := range signal {
		sum += (1 + j%7) * (int(s) + 32768)
	}
	c.count, c.checksum = c.count+1, (31*c.checksum+sum)%1009
}

// check compares one row of the outputs with what must be there: frame 9 points at the count, frame 8 at the checksum, and the
// state has both as numbers.
func (c *chain) check(v *verdict, where string, logprobs, state []float64) {
	if len(logprobs) != frames*tokens || len(state) != stateSize {
		v.fail("%s: %d and %d elements; expected %d and %d", where, len(logprobs), len(state), frames*tokens, stateSize)
		return
	}
	for _, fact := range []struct {
		what      string
		got, want int
	}{
		{"frame 9 of logprobs points at", largestAt(logprobs[9*tokens:]), c.count % tokens},
		{"frame 8 of logprobs points at", largestAt(logprobs[8*tokens : 9*tokens]), c.checksum % tokens},
		{"the state's count is", int(state[0]) + countDigit*int(state[1]), c.count},
		{"the state's checksum is", int(state[2]), c.checksum},
	} {
		if fact.got != fact.want {
			v.fail("%s: %s %d; expected %d", where, fact.what, fact.got, fact.want)
		}
	}
}

func largestAt(row []float64) int {
	at := 0
	for i, x := range row {
		if x > row[at] {
			at = i
		}
	}
	return at
}

// elements returns an output as numbers.
func elements(values []tensor.Values, name string) ([]float64, error) {
	at := slices.IndexFunc(values, func(v tensor.Values) bool { return v.Name == name })
	if at < 0 {
		var names []string
		for _, v := range values {
			names = append(names, v.Name)
		}
		return nil, fmt.Errorf("there is no %s among %s", name, strings.Join(names, ", "))
	}
	e, err := values[at].Elements()
	if err != nil {
		return nil, err
	}
	numbers := make([]float64, 0, e.Len())
	for x := range e.Floats() {
		numbers = append(numbers, x)
	}
	return numbers, nil
}
