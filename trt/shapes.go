package trt

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/trtbench/trtbench/csrc"
)

// Shapes gives inputs their shapes: sizes of dimensions by the input's name, none for a scalar. A name may hold one * for any
// text; an exact name goes before it. For an input that carries the values of a shape instead of data, the sizes are those
// values.
type Shapes map[string][]int64

// ParseShapes reads shapes as trtexec's --shapes takes them:
//
//	signal:16x2400x1,state:16x219729
//
// Pairs are separated by commas, a name from its sizes by the last colon, sizes by x. A name may stand in single quotes and
// must when it holds a comma or a colon. "scalar", or nothing after the colon, is a scalar. Of a repeated name the last counts.
func ParseShapes(s string) (Shapes, error) {
	if s == "" {
		return nil, nil
	}
	pairs, err := splitPairs(s)
	if err != nil {
		return nil, fmt.Errorf("trt: parse shapes %q: %w", s, err)
	}
	shapes := Shapes{}
	for _, p := range pairs {
		sizes, err := parseSizes(p.value)
		if err != nil {
			return nil, fmt.Errorf("trt: parse shapes %q: %s: %w", s, p.name, err)
		}
		if strings.Count(p.name, "*") > 1 {
			return nil, fmt.Errorf("trt: parse shapes %q: %s: at most one * in a name", s, p.name)
		}
		shapes[p.name] = sizes
	}
	return shapes, nil
}

// ParseInputs reads files for inputs as trtexec's --loadInputs takes them, "name:file,name:file", with the quoting of
// [ParseShapes].
func ParseInputs(s string) (map[string]string, error) {
	if s == "" {
		return nil, nil
	}
	pairs, err := splitPairs(s)
	if err != nil {
		return nil, fmt.Errorf("trt: parse inputs %q: %w", s, err)
	}
	files := map[string]string{}
	for _, p := range pairs {
		if p.value == "" {
			return nil, fmt.Errorf("trt: parse inputs %q: %s: no file after the colon", s, p.name)
		}
		files[p.name] = p.value
	}
	return files, nil
}

type pair struct{ name, value string }

var (
	errQuote = errors.New("a single quote is not closed, or there is text between it and the colon")
	errColon = errors.New("expected name:sizes or name:file")
	errName  = errors.New("expected a name before the colon")
)

// splitPairs takes apart "name:value,'quoted name':value".
func splitPairs(s string) ([]pair, error) {
	var pairs []pair
	for more := true; more; {
		var p pair
		if quoted, ok := strings.CutPrefix(s, "'"); ok {
			name, rest, closed := strings.Cut(quoted, "'")
			rest, colon := strings.CutPrefix(rest, ":")
			if !closed || !colon {
				return nil, errQuote
			}
			p.name = name
			p.value, s, more = strings.Cut(rest, ",")
		} else {
			var text string
			text, s, more = strings.Cut(s, ",")
			colon := strings.LastIndexByte(text, ':')
			if colon < 0 {
				return nil, fmt.Errorf("%w, found %q", errColon, text)
			}
			p = pair{text[:colon], text[colon+1:]}
		}
		if p.name == "" {
			return nil, errName
		}
		pairs = append(pairs, p)
	}
	return pairs, nil
}

func parseSizes(s string) ([]int64, error) {
	sizes := []int64{}
	if s == "" || s == "scalar" {
		return sizes, nil
	}
	for text := range strings.SplitSeq(s, "x") {
		size, err := strconv.ParseInt(text, 10, 32)
		negative := strings.HasPrefix(text, "-")
		switch {
		case err != nil && !errors.Is(err, strconv.ErrRange):
			return nil, fmt.Errorf("%q is no size, expected whole numbers with x between them, as in 4x3x224x224", text)
		case negative:
			return nil, fmt.Errorf("size %s is negative", text)
		case err != nil:
			return nil, fmt.Errorf("size %s is too large, the largest is %d", text, math.MaxInt32)
		}
		sizes = append(sizes, size)
	}
	if len(sizes) > csrc.MaxDims {
		return nil, fmt.Errorf("%d dimensions, TensorRT knows at most %d", len(sizes), csrc.MaxDims)
	}
	return sizes, nil
}

// lookup returns what a map has for a tensor, and under which key: its name, else a pattern that fits.
func lookup[T any](m map[string]T, tensor string) (value T, key string, ok bool) {
	if value, ok = m[tensor]; ok {
		return value, tensor, true
	}
	for pattern := range m {
		if matchesPattern(pattern, tensor) && (key == "" || betterPattern(pattern, key)) {
			key = pattern
		}
	}
	return m[key], key, key != ""
}

// betterPattern prefers the pattern that says more; of two that say as much, the first in the alphabet.
func betterPattern(a, b string) bool {
	return len(a) > len(b) || len(a) == len(b) && a < b
}

func matchesPattern(pattern, name string) bool {
	before, after, wild := strings.Cut(pattern, "*")
	return wild && len(name) >= len(before)+len(after) &&
		strings.HasPrefix(name, before) && strings.HasSuffix(name, after)
}

// formatShape writes a shape as --shapes takes it, with -1 for a dimension that is not decided.
func formatShape(shape []int64) string {
	if len(shape) == 0 {
		return "scalar"
	}
	var b strings.Builder
	for i, size := range shape {
		if i > 0 {
			b.WriteByte('x')
		}
		fmt.Fprint(&b, size)
	}
	return b.String()
}
