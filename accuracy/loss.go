package accuracy

import (
	"math"
	"slices"

	"github.com/trtbench/trtbench/tensor"
)

// measure walks through an output and its reference, which has as many elements, side by side.
func measure(name string, values, references *tensor.Elements, o *Options) *Result {
	r := &Result{Name: name, Elements: values.Len()}
	var l loss
	wanted := slices.AppendSeq(make([]float64, 0, references.Len()), references.Floats())
	index, farthest := 0, -1.0
	for value := range values.Floats() {
		reference := wanted[index]
		d := distance(value, reference)
		if !(d <= farthest) && !math.IsNaN(farthest) {
			farthest, r.Worst = d, Difference{index, value, reference}
		}
		l.add(value, reference, d, o.AbsoluteTolerance+o.RelativeTolerance*math.Abs(reference))
		index++
	}
	r.Loss = l.of(o.Algorithm, index, farthest)
	r.Passed = r.Loss <= o.Threshold // never for NaN
	return r
}

// distance is the absolute difference: 0 for what is the same, and NaN where just one of both is no number.
func distance(value, reference float64) float64 {
	if value == reference || math.IsNaN(value) && math.IsNaN(reference) {
		return 0
	}
	return math.Abs(value - reference)
}

// loss adds up what the algorithms need.
type loss struct {
	outside           int
	absolute, squared float64
	dot, norm, other  float64
}

func (l *loss) add(value, reference, distance, tolerance float64) {
	if distance != 0 && (!(distance <= tolerance) || math.IsInf(distance, 0)) { // the tolerance of an infinite reference is no help
		l.outside++
	}
	l.absolute += distance
	l.squared += distance * distance
	l.dot += value * reference
	l.norm += value * value
	l.other += reference * reference
}

func (l *loss) of(a Algorithm, elements int, farthest float64) float64 {
	n := float64(elements)
	switch {
	case elements == 0:
		return 0
	case a == L1:
		return l.absolute / n
	case a == L2:
		return l.squared / n
	case a == LInf:
		return farthest
	case a == Cosine:
		return l.cosine()
	}
	return float64(l.outside) / n
}

func (l *loss) cosine() float64 {
	switch {
	case l.squared == 0: // the same, whatever it is
		return 0
	case l.norm == 0 || l.other == 0:
		return 1 // nothing has no direction
	}
	return max(1-l.dot/(math.Sqrt(l.norm)*math.Sqrt(l.other)), 0)
}
