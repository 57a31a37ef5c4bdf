package trt

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/trtbench/trtbench/csrc"
	"github.com/trtbench/trtbench/internal/named"
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
	pairs, err := named.Split(s, "sizes", 0)
	if err != nil {
		return nil, fmt.Errorf("trt: parse shapes %q: %w", s, err)
	}
	shapes := Shapes{}
	for _, p := range pairs {
		sizes, err := parseSizes(p.Value)
		if err != nil {
			return nil, fmt.Errorf("trt: parse shapes %q: %s: %w", s, p.Name, err)
		}
		if strings.Count(p.Name, "*") > 1 {
			return nil, fmt.Errorf("trt: parse shapes %q: %s: at most one * in a name", s, p.Name)
		}
		shapes[p.Name] = sizes
	}
	return shapes, nil
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
