package trt_test

import (
	"io"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/trt"
)

func TestBuildRefusesProfiles(t *testing.T) {
	changed := func(name string, r trt.ProfileRange) trt.BuildProfile {
		p := profileOf(2, 4)
		p[name] = r
		return p
	}
	without := func(name string) trt.BuildProfile {
		p := profileOf(2, 4)
		delete(p, name)
		return p
	}
	tests := map[string]struct {
		profiles []trt.BuildProfile
		profile  int
		input    string
		want     string
	}{
		"none":       {nil, 0, "x", "its shape is [batch, length, 4] and no sizes are given for it"},
		"an input":   {[]trt.BuildProfile{profileOf(1, 1), without("bias")}, 1, "bias", "its shape is [batch, 4] and no sizes are given"},
		"rank":       {[]trt.BuildProfile{changed("bias", flat(2))}, 0, "bias", "its shape is [batch, 4] and 2 has 1 dimensions"},
		"fixed size": {[]trt.BuildProfile{changed("bias", flat(2, 5))}, 0, "bias", "dimension 1 is 4 in the model ([batch, 4]) and goes from 5 to 5"},
		"no input":   {[]trt.BuildProfile{changed("bais", flat(2, 4))}, 0, "bais", `it has x, bias; did you mean "bias"?`},
		"order": {[]trt.BuildProfile{changed("bias", trt.ProfileRange{Min: []int64{3, 4}, Opt: []int64{2, 4}, Max: []int64{4, 4}})}, 0,
			"bias", "dimension 0 is 3 in the smallest shape, 2 in the best and 4 in the largest"},
		"ranks": {[]trt.BuildProfile{changed("bias", trt.ProfileRange{Min: []int64{3}, Opt: []int64{2, 4}, Max: []int64{4, 4}})}, 0,
			"bias", "expected as many dimensions in each"},
		"negative": {[]trt.BuildProfile{changed("bias", flat(-1, 4))}, 0, "bias", "goes from -1 to -1, expected sizes from 0 to"},
	}
	onEachMajor(t, func(t *testing.T, lib *trt.Library) {
		for name, test := range tests {
			t.Run(name, func(t *testing.T) {
				_, err := lib.Build(t.Context(), 0, dynamicModel, io.Discard, trt.BuildOptions{Profiles: test.profiles})
				var profile *trt.ProfileError
				require.ErrorAs(t, err, &profile)
				assert.Equal(t, test.profile, profile.Profile)
				assert.Equal(t, test.input, profile.Input)
				assert.ErrorContains(t, err, test.want)
			})
		}
	})
}

// flat is a range of one shape.
func flat(shape ...int64) trt.ProfileRange {
	return trt.ProfileRange{Min: shape, Opt: shape, Max: shape}
}

// A pattern stands for several inputs.
func TestBuildProfilePatterns(t *testing.T) {
	onEachMajor(t, func(t *testing.T, lib *trt.Library) {
		_, err := lib.Build(t.Context(), 0, dynamicModel, io.Discard, trt.BuildOptions{
			Profiles: []trt.BuildProfile{{"x": flat(1, 1, 4), "b*": flat(1, 4)}},
		})
		assert.NoError(t, err)
	})
}

func TestNewBuildProfile(t *testing.T) {
	one, two, three := []int64{1, 8}, []int64{2, 8}, []int64{3, 8}
	tests := map[string]struct {
		least, best, most trt.Shapes
		want              trt.BuildProfile
	}{
		"all": {trt.Shapes{"x": one}, trt.Shapes{"x": two}, trt.Shapes{"x": three},
			trt.BuildProfile{"x": {Min: one, Opt: two, Max: three}}},
		"best alone":        {nil, trt.Shapes{"x": two}, nil, trt.BuildProfile{"x": flat(two...)}},
		"largest alone":     {nil, nil, trt.Shapes{"x": three}, trt.BuildProfile{"x": flat(three...)}},
		"smallest and best": {trt.Shapes{"x": one}, trt.Shapes{"x": two}, nil, trt.BuildProfile{"x": {Min: one, Opt: two, Max: two}}},
		"different inputs":  {trt.Shapes{"x": one}, trt.Shapes{"y": two}, nil, trt.BuildProfile{"x": flat(one...), "y": flat(two...)}},
		"none":              {nil, nil, nil, trt.BuildProfile{}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, test.want, trt.NewBuildProfile(test.least, test.best, test.most))
		})
	}
}
