package trt

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/trtbench/trtbench/csrc"
	"github.com/trtbench/trtbench/internal/named"
	"github.com/trtbench/trtbench/internal/suggest"
)

// checkProfiles finds every profile that does not fit the model's inputs.
func (b *build) checkProfiles() error {
	var faults []error
	profiles := b.options.Profiles
	if len(profiles) == 0 {
		profiles = []BuildProfile{nil}
	}
	for number, profile := range profiles {
		faults = append(faults, checkNames(number, profile, b.built.Inputs))
		for _, input := range b.built.Inputs {
			r, _, given := named.Lookup(profile, input.Name)
			if fault := input.misfit(r, given); fault != "" {
				faults = append(faults, &ProfileError{Profile: number, Input: input.Name, Fault: fault})
			}
		}
	}
	return errors.Join(faults...)
}

// checkNames finds ranges of inputs that the model does not have.
func checkNames(number int, profile BuildProfile, inputs []NetworkTensor) error {
	var names []string
	for _, input := range inputs {
		names = append(names, input.Name)
	}
	var faults []error
	for _, key := range slices.Sorted(maps.Keys(profile)) {
		if !slices.ContainsFunc(names, func(name string) bool { return named.Fits(key, name) }) {
			fault := fmt.Sprintf("the model has no such input; it has %s%s", strings.Join(names, ", "), suggest.Hint(key, names))
			faults = append(faults, &ProfileError{Profile: number, Input: key, Fault: fault})
		}
	}
	return errors.Join(faults...)
}

// misfit returns what is wrong with a range for an input, or nothing.
func (t NetworkTensor) misfit(r ProfileRange, given bool) string {
	switch {
	case !given && t.needsRange():
		return fmt.Sprintf("its shape is %s and no sizes are given for it; give the smallest, best and largest shape "+
			"(--minShapes, --optShapes, --maxShapes)", t.shapeText())
	case !given:
		return ""
	case t.Values && !t.Dynamic():
		if want := elementCount(t.Shape); want != int64(len(r.Min)) {
			return fmt.Sprintf("it carries %d sizes of dimensions and %s gives %d", want, formatShape(r.Min), len(r.Min))
		}
		return ""
	case len(r.Min) != len(t.Shape):
		return fmt.Sprintf("its shape is %s and %s has %d dimensions", t.shapeText(), formatShape(r.Opt), len(r.Opt))
	}
	for i, size := range t.Shape {
		if size >= 0 && (r.Min[i] != size || r.Max[i] != size) {
			return fmt.Sprintf("dimension %d is %d in the model (%s) and goes from %d to %d here",
				i, size, t.shapeText(), r.Min[i], r.Max[i])
		}
	}
	return ""
}

// needsRange reports whether each profile must say something of the input.
func (t NetworkTensor) needsRange() bool { return t.Dynamic() || t.Values }

// shapeText writes the shape with the names of open dimensions, and then in brackets, because names may have an x in them.
func (t NetworkTensor) shapeText() string {
	parts := make([]string, len(t.Shape))
	named := false
	for i, size := range t.Shape {
		parts[i] = fmt.Sprint(size)
		if size < 0 && i < len(t.Dimensions) && t.Dimensions[i] != "" {
			parts[i], named = t.Dimensions[i], true
		}
	}
	if !named {
		return formatShape(t.Shape)
	}
	return "[" + strings.Join(parts, ", ") + "]"
}

// addProfiles makes the profiles. Inputs whose shape the model settles need no range, and profiles without ranges are left out.
func (b *build) addProfiles() error {
	if !slices.ContainsFunc(b.built.Inputs, NetworkTensor.needsRange) {
		return nil
	}
	n := b.lib.nvinfer
	for number, ranges := range b.options.Profiles {
		var profile csrc.Object
		err := b.try(fmt.Sprintf("create optimization profile %d", number), func() (status int) {
			profile, status = n.CreateProfile(b.builder)
			return status
		})
		if err != nil {
			return err
		}
		for _, input := range b.built.Inputs {
			if r, _, given := named.Lookup(ranges, input.Name); given && input.needsRange() {
				if err := b.setRange(profile, number, input, r); err != nil {
					return err
				}
			}
		}
		err = b.set(fmt.Sprintf("add optimization profile %d", number), func() int { return n.AddProfile(b.config, profile) })
		if err != nil {
			return err
		}
	}
	return nil
}

func (b *build) setRange(profile csrc.Object, number int, input NetworkTensor, r ProfileRange) error {
	n := b.lib.nvinfer
	for _, end := range []struct {
		selector int
		name     string
		sizes    []int64
	}{{csrc.ProfileMin, "smallest", r.Min}, {csrc.ProfileOpt, "best", r.Opt}, {csrc.ProfileMax, "largest", r.Max}} {
		operation := fmt.Sprintf("optimization profile %d: set %s of %s to %s", number, end.name, input.Name, formatShape(end.sizes))
		err := b.set(operation, func() int {
			if input.Values && !input.Dynamic() {
				return n.SetProfileValues(profile, input.Name, end.selector, end.sizes)
			}
			return n.SetProfileShape(profile, input.Name, end.selector, end.sizes)
		})
		if err != nil {
			return err
		}
	}
	return nil
}
