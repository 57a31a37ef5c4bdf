package stream

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"time"
)

// Shape is a distribution of times.
type Shape string

// The shapes.
const (
	ShapeFixed     Shape = "fixed"     // always Low
	ShapeUniform   Shape = "uniform"   // from Low to High
	ShapeLognormal Shape = "lognormal" // median Low, of which a sixth is above High
)

// Length is a time that is drawn at random. Its zero value is always 0.
type Length struct {
	Shape Shape         `json:"shape,omitempty"` // empty: ShapeFixed
	Low   time.Duration `json:"low_ns,omitempty"`
	High  time.Duration `json:"high_ns,omitempty"`
}

// Fixed returns the length that is always the same.
func Fixed(d time.Duration) Length { return Length{Shape: ShapeFixed, Low: d} }

// ParseLength reads 15s, uniform:5s:20s, or lognormal:8s:16s. The last one has a median of 8 s, and 16 s is one standard deviation of
// the logarithm above it: 84 % are shorter.
func ParseLength(text string) (Length, error) {
	fields := strings.Split(text, ":")
	shape := Shape(fields[0])
	times := fields[1:]
	want := 2
	switch shape {
	case ShapeUniform, ShapeLognormal:
	case ShapeFixed:
		want = 1
	default:
		shape, times, want = ShapeFixed, fields, 1
	}
	if len(times) != want {
		return Length{}, fmt.Errorf("stream: length %q: expected a time as in 15s, uniform:5s:20s, or lognormal:8s:16s", text)
	}
	l := Length{Shape: shape}
	for i, into := range []*time.Duration{&l.Low, &l.High}[:want] {
		d, err := time.ParseDuration(times[i])
		if err != nil {
			return Length{}, fmt.Errorf("stream: length %q: %q is no time; expected one as in 15s, uniform:5s:20s, or lognormal:8s:16s", text, times[i])
		}
		*into = d
	}
	if err := l.validate(); err != nil {
		return Length{}, fmt.Errorf("stream: length %q: %w", text, err)
	}
	return l, nil
}

// String returns what ParseLength reads.
func (l Length) String() string {
	if l.Shape == ShapeUniform || l.Shape == ShapeLognormal {
		return fmt.Sprintf("%s:%v:%v", l.Shape, l.Low, l.High)
	}
	return l.Low.String()
}

// maxLength bounds lengths, and those that are drawn, so that sums of instants stay far from overflowing.
const maxLength = 24 * time.Hour

func (l Length) validate() error {
	switch l.Shape {
	case ShapeFixed, "":
		if l.High != 0 {
			return fmt.Errorf("a fixed time has one value; it has %v and %v", l.Low, l.High)
		}
	case ShapeUniform, ShapeLognormal:
		if l.High < l.Low {
			return fmt.Errorf("%v is below %v; exchange them", l.High, l.Low)
		}
		if l.Shape == ShapeLognormal && l.Low == 0 {
			return fmt.Errorf("the median is 0; expected more")
		}
	default:
		return fmt.Errorf("shape %q; expected %s, %s or %s", string(l.Shape), ShapeFixed, ShapeUniform, ShapeLognormal)
	}
	for _, d := range []time.Duration{l.Low, l.High} {
		if d < 0 || d > maxLength {
			return fmt.Errorf("%v; expected 0 to %v", d, maxLength)
		}
	}
	return nil
}

// draw returns a time.
func (l Length) draw(r *rand.Rand) time.Duration {
	switch l.Shape {
	case ShapeUniform:
		return l.Low + time.Duration(r.Int64N(int64(l.High-l.Low)+1))
	case ShapeLognormal:
		sigma := math.Log(float64(l.High) / float64(l.Low))
		return time.Duration(min(float64(l.Low)*math.Exp(sigma*r.NormFloat64()), float64(maxLength)))
	}
	return l.Low
}
