// Package inputs prepares the values of a model's inputs: read from files, zero, or random as trtexec makes them.
package inputs

import (
	"fmt"
	"slices"
	"strings"

	"github.com/trtbench/trtbench/internal/fill"
	"github.com/trtbench/trtbench/internal/named"
	"github.com/trtbench/trtbench/internal/suggest"
	"github.com/trtbench/trtbench/record"
	"github.com/trtbench/trtbench/tensor"
)

// Range bounds the random values of an input: floats lie in [Min, Max), integers in [Min, Max].
type Range = fill.Range

// Source says where the values of each input come from. The zero value stands for trtexec's random ones.
//
// The maps have names of inputs as keys. One * in a key stands for any text; the exact name goes before that.
type Source struct {
	Values map[string]tensor.Values // as Load returns them: their Type and Shape may be unknown, "" and nil
	Zero   []string                 // inputs that are all zeros; keys as in the maps
	Seed   uint32                   // start of the random values, the same for every input; 0 is trtexec's
	Seeds  map[string]uint32        // of single inputs
	Ranges map[string]Range         // bounds of random values; by default those of trtexec
}

// Shape returns the shape of the values that are given for an input, if it is known.
func (s *Source) Shape(input string) ([]int64, bool) {
	given, _, ok := named.Lookup(s.Values, input)
	if !ok || given.Shape == nil {
		return nil, false
	}
	shape := make([]int64, len(given.Shape))
	for i, size := range given.Shape {
		shape[i] = int64(size)
	}
	return shape, true
}

// Fill writes the values of an input into its data. Values that are given with their shape are put where the layout says; plain
// bytes must have the layout already. It is an error when values that are given have another type, shape or size.
func (s *Source) Fill(input *tensor.Values) error {
	if given, _, ok := named.Lookup(s.Values, input.Name); ok {
		if err := matches(&given, input); err != nil {
			return fmt.Errorf("values of %s: %w", input.Name, err)
		}
		if given.Shape != nil {
			return input.Put(given.Data)
		}
		copy(input.Data, given.Data)
		return nil
	}
	if s.zero(input.Name) {
		clear(input.Data)
		return nil
	}
	random := fill.Options{Seed: s.Seed}
	if seed, _, ok := named.Lookup(s.Seeds, input.Name); ok {
		random.Seed = seed
	}
	if r, _, ok := named.Lookup(s.Ranges, input.Name); ok {
		random.Range = &r
	}
	typ := input.Type
	switch typ { // trtexec does not fill these
	case "float4", "float4e2m1":
		typ = "uint8" // every byte is two numbers
	case "float8e8m0":
		typ = "uint8"
		if random.Range == nil {
			random.Range = &Range{Min: 120, Max: 134} // powers of two around 1, which is 127
		}
	}
	if err := random.Fill(input.Data, typ); err != nil {
		return fmt.Errorf("values of %s: %w", input.Name, err)
	}
	return nil
}

func (s *Source) zero(input string) bool {
	return slices.ContainsFunc(s.Zero, func(key string) bool { return named.Fits(key, input) })
}

// matches returns an error when values are not those of an input.
func matches(given, input *tensor.Values) error {
	switch {
	case given.Type != "" && !sameType(given.Type, input.Type):
		return fmt.Errorf("elements of type %s were given, the input takes %s", given.Type, input.Type)
	case given.Shape != nil && !slices.Equal(given.Shape, input.Shape):
		return fmt.Errorf("shape %s was given, the input is run with %s", tensor.FormatShape(given.Shape), tensor.FormatShape(input.Shape))
	case given.Shape != nil:
		return nil // their number is checked when they are put in place
	case len(given.Data) == 2*len(input.Data) && len(given.Data) > 0:
		return fmt.Errorf("%d bytes were given, the input takes %d: twice as many as %s of %s need, of which trtexec would take the first half",
			len(given.Data), len(input.Data), tensor.FormatShape(input.Shape), input.Type)
	case len(given.Data) != len(input.Data):
		return fmt.Errorf("%d bytes were given, the input takes %d for %s of %s",
			len(given.Data), len(input.Data), tensor.FormatShape(input.Shape), input.Type)
	}
	return nil
}

// sameType reports whether a file's elements can be an input's. Unsigned integers stand for the types of their size that other
// programs lack.
func sameType(given, wanted string) bool {
	switch wanted {
	case given:
		return true
	case "bool", "float8", "float8e4m3", "float8e8m0":
		return given == "uint8"
	case "bfloat16":
		return given == "uint16"
	}
	return false
}

// Unknown returns an error for every key that fits none of the inputs.
func (s *Source) Unknown(inputs []string) error {
	var faults []string
	check := func(option, key string) {
		if !slices.ContainsFunc(inputs, func(name string) bool { return named.Fits(key, name) }) {
			faults = append(faults, fmt.Sprintf("%s: no input is named %s; the inputs are %s%s",
				option, key, strings.Join(inputs, ", "), suggest.Hint(key, inputs)))
		}
	}
	for key := range s.Values {
		check("values", key)
	}
	for _, key := range s.Zero {
		check("zero", key)
	}
	for key := range s.Seeds {
		check("seeds", key)
	}
	for key := range s.Ranges {
		check("ranges", key)
	}
	return joined(faults)
}

// Warnings tells about inputs that get random values where a model most likely expects others: whole numbers that are named like
// indices, lengths or masks. A model may read out of bounds with such values, or do less work than it should.
func (s *Source) Warnings(inputs []record.Tensor) []string {
	var warnings []string
	for _, in := range inputs {
		_, _, given := named.Lookup(s.Values, in.Name)
		_, _, bounded := named.Lookup(s.Ranges, in.Name)
		if given || bounded || s.zero(in.Name) || !indexLike(in) {
			continue
		}
		warnings = append(warnings, fmt.Sprintf("input %s (%s) is named like an index, a length or a mask and gets random values from -128 to 127, "+
			"which the model may not be made for; give it values or a range", in.Name, in.Type))
	}
	return warnings
}

// indexWords are parts of names that promise numbers with a meaning.
var indexWords = []string{
	"id", "ids", "idx", "index", "indices", "indexes", "len", "lens", "length", "lengths", "mask", "offset", "offsets", "pos",
	"position", "positions", "token", "tokens", "count", "counts", "size", "sizes", "start", "end", "step", "steps", "slot", "slots",
}

// indexLike reports whether an input holds whole numbers and one of the words of its name is an index word.
func indexLike(in record.Tensor) bool {
	if in.Type != "int32" && in.Type != "int64" {
		return false
	}
	return slices.ContainsFunc(words(in.Name), func(word string) bool { return slices.Contains(indexWords, word) })
}

// words takes a name apart at signs, digits and changes from small to capital letters, in small letters.
func words(name string) []string {
	var spaced strings.Builder
	small := false
	for _, c := range name {
		letter := 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
		capital := 'A' <= c && c <= 'Z'
		if !letter || capital && small {
			spaced.WriteByte(' ')
		}
		if letter {
			spaced.WriteRune(c)
		}
		small = letter && !capital
	}
	return strings.Fields(strings.ToLower(spaced.String()))
}
