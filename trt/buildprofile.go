package trt

import (
	"fmt"
	"math"

	"github.com/trtbench/trtbench/internal/named"
)

// BuildProfile is an optimization profile to build: for each input with open dimensions the smallest, the best and the largest
// shape; for an input that carries sizes, these. A name may hold one * for any text; an exact name goes before it.
type BuildProfile map[string]ProfileRange

// NewBuildProfile puts together what trtexec takes as --minShapes, --optShapes and --maxShapes, each of which may be nil. An
// end that is not given for an input takes the value of another, as in trtexec: the smallest and the best are each other's or
// else the largest, and the largest is the best.
func NewBuildProfile(minShapes, optShapes, maxShapes Shapes) BuildProfile {
	profile := BuildProfile{}
	for _, shapes := range []Shapes{minShapes, optShapes, maxShapes} {
		for name := range shapes {
			first := func(choices ...Shapes) []int64 {
				for _, choice := range choices {
					if shape, _, ok := named.Lookup(choice, name); ok {
						return shape
					}
				}
				return nil
			}
			profile[name] = ProfileRange{
				Min: first(minShapes, optShapes, maxShapes),
				Opt: first(optShapes, minShapes, maxShapes),
				Max: first(maxShapes, optShapes, minShapes),
			}
		}
	}
	return profile
}

// ProfileError is an optimization profile that cannot be built.
type ProfileError struct {
	Profile int    // its place in BuildOptions.Profiles
	Input   string // the input that it is about; empty when it is about all
	Fault   string // what was found, what was expected, what to do
}

// Error names the profile and the input.
func (e *ProfileError) Error() string {
	if e.Input == "" {
		return fmt.Sprintf("trt: optimization profile %d: %s", e.Profile, e.Fault)
	}
	return fmt.Sprintf("trt: optimization profile %d: input %s: %s", e.Profile, e.Input, e.Fault)
}

// fault returns what is wrong with a range whatever the input is, or nothing.
func (r ProfileRange) fault() string {
	if len(r.Min) != len(r.Opt) || len(r.Opt) != len(r.Max) {
		return fmt.Sprintf("%s is the smallest shape, %s the best and %s the largest; expected as many dimensions in each",
			formatShape(r.Min), formatShape(r.Opt), formatShape(r.Max))
	}
	for i := range r.Min {
		low, best, high := r.Min[i], r.Opt[i], r.Max[i]
		if low < 0 || high > math.MaxInt32 {
			return fmt.Sprintf("dimension %d goes from %d to %d, expected sizes from 0 to %d", i, low, high, math.MaxInt32)
		}
		if low > best || best > high {
			return fmt.Sprintf("dimension %d is %d in the smallest shape, %d in the best and %d in the largest; expected them in "+
				"this order", i, low, best, high)
		}
	}
	return ""
}
