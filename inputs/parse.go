package inputs

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/trtbench/trtbench/internal/named"
)

// ParseRanges reads bounds of random values, "name:min:max,name:min:max". A name may stand in single quotes and must when it
// holds a comma; one * in it stands for any text. Of a repeated name the last counts.
func ParseRanges(s string) (map[string]Range, error) {
	if s == "" {
		return nil, nil
	}
	pairs, err := named.Split(s, "min:max", 1)
	if err != nil {
		return nil, fmt.Errorf("inputs: parse ranges %q: %w", s, err)
	}
	ranges := map[string]Range{}
	for _, p := range pairs {
		low, high, _ := strings.Cut(p.Value, ":")
		r, err := parseRange(low, high)
		if err != nil {
			return nil, fmt.Errorf("inputs: parse ranges %q: %s: %w", s, p.Name, err)
		}
		ranges[p.Name] = r
	}
	return ranges, nil
}

func parseRange(low, high string) (Range, error) {
	var r Range
	for _, end := range []struct {
		text string
		to   *float64
	}{{low, &r.Min}, {high, &r.Max}} {
		v, err := strconv.ParseFloat(end.text, 64)
		if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
			return r, fmt.Errorf("%q is no finite number, expected min:max", end.text)
		}
		*end.to = v
	}
	if r.Min > r.Max {
		return r, fmt.Errorf("the lower end %v is above the upper one %v", r.Min, r.Max)
	}
	return r, nil
}

// ParseSeeds reads starts of random values, "name:seed,name:seed", with the names of [ParseRanges].
func ParseSeeds(s string) (map[string]uint32, error) {
	if s == "" {
		return nil, nil
	}
	pairs, err := named.Split(s, "seed", 0)
	if err != nil {
		return nil, fmt.Errorf("inputs: parse seeds %q: %w", s, err)
	}
	seeds := map[string]uint32{}
	for _, p := range pairs {
		seed, err := strconv.ParseUint(p.Value, 10, 32)
		if err != nil {
			return nil, fmt.Errorf("inputs: parse seeds %q: %s: %q is no seed, expected a whole number from 0 to %d", s, p.Name, p.Value, uint32(math.MaxUint32))
		}
		seeds[p.Name] = uint32(seed)
	}
	return seeds, nil
}

// joined makes one error of texts, in the order of the alphabet.
func joined(texts []string) error {
	slices.Sort(texts)
	var errs []error
	for _, text := range texts {
		errs = append(errs, errors.New(text))
	}
	return errors.Join(errs...)
}
