package sim

import (
	"fmt"
	"slices"
)

func (p *Plan) checkTensors(f *faults) {
	if len(p.Tensors) == 0 {
		f.add("tensors: none")
	}
	seen := map[string]bool{}
	for i, t := range p.Tensors {
		name := fmt.Sprintf("tensors[%d]", i)
		switch {
		case t.Name == "":
			f.add("%s: no name", name)
		case seen[t.Name]:
			f.add("%s: %q appears twice", name, t.Name)
		}
		seen[t.Name] = true
		oneOf(f, name+".mode", t.Mode, "input", "output")
		oneOf(f, name+".type", t.Type, dataTypes...)
		oneOf(f, name+".format", t.Format, formats...)
		oneOf(f, name+".location", t.Location, "", "device", "host")
		checkShape(f, name+".shape", t.Shape, -1)
		if t.Mode == "input" {
			checkInput(f, name, t)
		} else {
			p.checkOutput(f, name, t)
		}
	}
}

func checkShape(f *faults, name string, shape []int64, least int64) {
	if len(shape) > maxRank {
		f.add("%s has %d dimensions, expected at most %d", name, len(shape), maxRank)
	}
	elements := 1.0
	for i, d := range shape {
		f.within(fmt.Sprintf("%s[%d]", name, i), float64(d), float64(least), maxExtent)
		elements *= max(float64(d), -float64(d))
	}
	if elements > maxElements {
		f.add("%s has more than 2^40 elements", name)
	}
}

func checkInput(f *faults, name string, t Tensor) {
	if len(t.DataShapes) > 0 || t.Aliases != "" {
		f.add("%s: an input has no data_shapes and no aliases", name)
	}
	wrong := len(t.Shape) > 1 || slices.Contains(t.Shape, -1) || t.Type != "int32" && t.Type != "int64"
	if t.ShapeTensor && wrong {
		f.add("%s: a shape tensor is int32 or int64, of fixed shape, with at most one dimension", name)
	}
}

func (p *Plan) checkOutput(f *faults, name string, t Tensor) {
	if t.ShapeTensor {
		f.add("%s: only an input can be a shape tensor", name)
	}
	if t.Aliases != "" && !slices.ContainsFunc(p.Tensors, func(in Tensor) bool { return in.Mode == "input" && in.Name == t.Aliases }) {
		f.add("%s.aliases: no input is named %q", name, t.Aliases)
	}
	if len(t.DataShapes) > 0 && !slices.Contains(t.Shape, -1) {
		f.add("%s: data_shapes without an unknown dimension", name)
	}
	for i, shape := range t.DataShapes {
		where := fmt.Sprintf("%s.data_shapes[%d]", name, i)
		checkShape(f, where, shape, 0)
		if !fits(shape, t.Shape) {
			f.add("%s: %v does not fit %v", where, shape, t.Shape)
		}
	}
	for axis, d := range t.Shape {
		source := func(in Tensor) bool { return in.Mode == "input" && axis < len(in.Shape) && in.Shape[axis] == -1 }
		if d == -1 && len(t.DataShapes) == 0 && !slices.ContainsFunc(p.Tensors, source) {
			f.add("%s.shape[%d] is -1, but no input has an unknown dimension there and there are no data_shapes", name, axis)
		}
	}
}

// fits reports whether a full shape is one of a tensor with the given dimensions.
func fits(full, dims []int64) bool {
	if len(full) != len(dims) {
		return false
	}
	for i, d := range dims {
		if d != -1 && d != full[i] {
			return false
		}
	}
	return true
}

func (p *Plan) checkRanges(f *faults, name string, profile Profile) {
	for _, list := range []struct {
		name   string
		ranges []Range
	}{{".inputs", profile.Inputs}, {".values", profile.Values}} {
		seen := map[string]bool{}
		for i, r := range list.ranges {
			where := fmt.Sprintf("%s%s[%d]", name, list.name, i)
			if seen[r.Tensor] {
				f.add("%s: %q appears twice", where, r.Tensor)
			}
			seen[r.Tensor] = true
			p.checkRange(f, where, r, list.name == ".values")
		}
		for _, t := range p.Tensors {
			needed := list.name == ".inputs" && slices.Contains(t.Shape, -1) || list.name == ".values" && t.ShapeTensor
			if t.Mode == "input" && needed && !seen[t.Name] {
				f.add("%s%s: %q is missing", name, list.name, t.Name)
			}
		}
	}
}

// valueCount is how many values a shape tensor has.
func valueCount(t Tensor) int {
	if len(t.Shape) == 0 {
		return 1
	}
	return int(t.Shape[0])
}

func (p *Plan) checkRange(f *faults, name string, r Range, values bool) {
	at := slices.IndexFunc(p.Tensors, func(t Tensor) bool { return t.Mode == "input" && t.Name == r.Tensor })
	if at < 0 {
		f.add("%s: no input is named %q", name, r.Tensor)
		return
	}
	t := p.Tensors[at]
	size := len(t.Shape)
	if values {
		if !t.ShapeTensor {
			f.add("%s: %q is no shape tensor", name, r.Tensor)
			return
		}
		size = valueCount(t)
	}
	if len(r.Min) != size || len(r.Opt) != size || len(r.Max) != size {
		f.add("%s: min, opt and max must have %d numbers", name, size)
		return
	}
	for i := range r.Min {
		if r.Min[i] > r.Opt[i] || r.Opt[i] > r.Max[i] {
			f.add("%s: min <= opt <= max does not hold at place %d", name, i)
		}
		if values {
			f.within(name+".min", float64(r.Min[i]), -maxCount, maxCount)
			f.within(name+".max", float64(r.Max[i]), -maxCount, maxCount)
		}
	}
	if values {
		return
	}
	checkShape(f, name+".min", r.Min, 0)
	checkShape(f, name+".max", r.Max, 0)
	if !fits(r.Min, t.Shape) || !fits(r.Max, t.Shape) {
		f.add("%s: does not fit the shape %v", name, t.Shape)
	}
}
