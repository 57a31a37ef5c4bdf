package trt

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestParseShapes(t *testing.T) {
	tests := map[string]Shapes{
		"":                     nil,
		"x:4":                  {"x": {4}},
		"x:4x2400x1,y:16x3":    {"x": {4, 2400, 1}, "y": {16, 3}},
		"a:b:2x3":              {"a:b": {2, 3}},
		"'a:b,c':2x3,d:1":      {"a:b,c": {2, 3}, "d": {1}},
		"'a':2":                {"a": {2}},
		"x:scalar,y:":          {"x": {}, "y": {}},
		"x:1,x:2":              {"x": {2}},
		"in*:2,*:3,*out:4":     {"in*": {2}, "*": {3}, "*out": {4}},
		"x:0x2147483647":       {"x": {0, 2147483647}},
		"x:1x1x1x1x1x1x1x1":    {"x": {1, 1, 1, 1, 1, 1, 1, 1}},
		"äöü/encoder.1/in:7x7": {"äöü/encoder.1/in": {7, 7}},
	}
	for text, want := range tests {
		got, err := ParseShapes(text)
		require.NoError(t, err, text)
		assert.Equal(t, want, got, text)
	}
}

func TestParseShapesRefuses(t *testing.T) {
	tests := map[string]string{
		"x":                            `expected name:sizes, found "x"`,
		"x:1,":                         `found ""`,
		",x:1":                         `found ""`,
		":1":                           "expected a name",
		"'':1":                         "expected a name",
		"'x:1":                         "quote is not closed",
		"'x'y:1":                       "quote is not closed, or there is text",
		"x:1xx2":                       `"" is no size`,
		"x:1X2":                        `"1X2" is no size`,
		"x:axb":                        `"a" is no size`,
		"x:2.5":                        `"2.5" is no size`,
		"x:-1x3":                       "size -1 is negative",
		"x:-99999999999999999999":      "is negative",
		"x:2147483648":                 "size 2147483648 is too large",
		"x:99999999999999999999":       "is too large",
		"a*b*:1":                       "at most one *",
		"x:1x1x1x1x1x1x1x1x1":          "9 dimensions, TensorRT knows at most 8",
		"x:" + strings.Repeat("9", 99): "too large",
	}
	for text, want := range tests {
		_, err := ParseShapes(text)
		assert.ErrorContains(t, err, want, text)
		assert.ErrorContains(t, err, "trt: parse shapes")
	}
}

func FuzzParseShapes(f *testing.F) {
	for _, seed := range []string{"x:4x2400x1,y:16x3", "'a:b,c':2x3", "x:scalar", "*:1", "a:b:", "'", "x:-1", "x:99999999999"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		shapes, err := ParseShapes(text)
		if err != nil {
			require.Nil(t, shapes)
			return
		}
		for name, sizes := range shapes {
			require.NotEmpty(t, name)
			for _, size := range sizes {
				require.True(t, 0 <= size && size <= 1<<31-1)
			}
			if !strings.Contains(name, "'") { // what was read can be written and read again
				again, err := ParseShapes("'" + name + "':" + formatShape(sizes))
				require.NoError(t, err)
				require.Equal(t, Shapes{name: sizes}, again)
			}
		}
	})
}

// streaming are the inputs of the reference model.
var streaming = []Tensor{
	{Name: "signal", Input: true, Shape: []int64{-1, 2400, 1},
		Profiles: []ProfileRange{{Min: []int64{1, 2400, 1}, Opt: []int64{8, 2400, 1}, Max: []int64{16, 2400, 1}}}},
	{Name: "state", Input: true, Shape: []int64{-1, 219729},
		Profiles: []ProfileRange{{Min: []int64{1, 219729}, Opt: []int64{8, 219729}, Max: []int64{16, 219729}}}},
	{Name: "scale", Input: true, Shape: []int64{3}},
}

func TestResolveShapes(t *testing.T) {
	resolved, warnings, err := resolveShapes(Shapes{"signal": {4, 2400, 1}, "st*": {4, 219729}, "s*": {9}}, streaming[:2], 0)
	require.NoError(t, err)
	assert.Empty(t, warnings)
	assert.Equal(t, []int64{4, 2400, 1}, resolved["signal"].shape)
	assert.Equal(t, []int64{4, 219729}, resolved["state"].shape)

	resolved, warnings, err = resolveShapes(nil, streaming, 0)
	require.NoError(t, err)
	assert.Equal(t, []int64{1, 2400, 1}, resolved["signal"].shape)
	assert.Equal(t, []int64{3}, resolved["scale"].shape)
	require.Len(t, warnings, 2)
	assert.Equal(t, "input signal has open dimensions (-1x2400x1) and no shape was given: it gets 1x2400x1", warnings[0])
}

func TestResolveShapesRefuses(t *testing.T) {
	tests := map[string]struct {
		shapes Shapes
		text   string
	}{
		"unknown": {Shapes{"signol": {1}},
			`trt: shape of signol: 1 was given, no input has this name; the inputs are signal, state, scale; did you mean "signal"?`},
		"unknown wildcard": {Shapes{"out*": {1}}, "no input has this name"},
		"rank": {Shapes{"signal": {4, 2400}}, "trt: shape of signal: 4x2400 was given, the engine has 3 dimensions there: " +
			"-1x2400x1; profile 0 takes 1x2400x1 to 16x2400x1 and is best at 8x2400x1"},
		"above profile": {Shapes{"signal": {17, 2400, 1}}, "dimension 0 must be 1 to 16; profile 0 takes 1x2400x1 to 16x2400x1"},
		"below profile": {Shapes{"signal": {0, 2400, 1}}, "dimension 0 must be 1 to 16"},
		"fixed":         {Shapes{"signal": {4, 2401, 1}}, "dimension 1 is always 2400: -1x2400x1"},
		"static":        {Shapes{"scale": {4}}, "trt: shape of scale: 4 was given, the engine was built for exactly 3"},
		"scalar":        {Shapes{"signal": {}}, "scalar was given"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, _, err := resolveShapes(test.shapes, streaming, 0)
			var shape *ShapeError
			require.ErrorAs(t, err, &shape)
			assert.ErrorContains(t, err, test.text)
		})
	}
}

func TestResolveShapesDefaultOutsideOfProfile(t *testing.T) {
	inputs := []Tensor{{Name: "x", Input: true, Shape: []int64{-1}, Profiles: []ProfileRange{{[]int64{4}, []int64{8}, []int64{16}}}}}
	_, _, err := resolveShapes(nil, inputs, 0)
	assert.ErrorContains(t, err, "dimension 0 must be 4 to 16; profile 0 takes 4 to 16 and is best at 8")
}

func TestResolveSizesCarriedByInput(t *testing.T) {
	inputs := []Tensor{{Name: "size", Input: true, Type: Int64, Shape: []int64{2}, Values: true, Location: OnHost,
		Profiles: []ProfileRange{{[]int64{1, 1}, []int64{4, 4}, []int64{8, 9}}}}}
	resolved, warnings, err := resolveShapes(Shapes{"size": {4, 9}}, inputs, 0)
	require.NoError(t, err)
	assert.Empty(t, warnings)
	assert.Equal(t, inputShape{shape: []int64{2}, values: []int64{4, 9}}, resolved["size"])

	resolved, warnings, err = resolveShapes(nil, inputs, 0)
	require.NoError(t, err)
	assert.Equal(t, []int64{1, 1}, resolved["size"].values)
	assert.Len(t, warnings, 1)

	_, _, err = resolveShapes(Shapes{"size": {4}}, inputs, 0)
	assert.ErrorContains(t, err, "the input carries 2 sizes")
	_, _, err = resolveShapes(Shapes{"size": {4, 10}}, inputs, 0)
	assert.ErrorContains(t, err, "dimension 1 must be 1 to 9")

	inputs[0].Shape[0] = -1
	_, _, err = resolveShapes(nil, inputs, 0)
	assert.ErrorContains(t, err, "cannot be left out")
}

func TestBufferBytes(t *testing.T) {
	linear := Layout{Dimension: -1}
	tests := map[string]struct {
		tensor  Tensor
		shape   []int64
		strides []int64
		want    int64
	}{
		"plain":            {Tensor{Type: Float32, Layout: linear}, []int64{2, 3}, []int64{3, 1}, 24},
		"no strides":       {Tensor{Type: Float16, Layout: linear}, []int64{2, 3}, nil, 12},
		"scalar":           {Tensor{Type: Int64, Layout: linear}, []int64{}, []int64{}, 8},
		"empty":            {Tensor{Type: Float32, Layout: linear}, []int64{4, 0}, []int64{0, 1}, 0},
		"padded rows":      {Tensor{Type: Int8, Layout: linear}, []int64{2, 3}, []int64{8, 1}, 16},
		"half bytes":       {Tensor{Type: Int4, Layout: linear}, []int64{3}, []int64{1}, 2},
		"CHW4 of 3":        {Tensor{Type: Int8, Layout: Layout{3, 1, 4, 1}}, []int64{1, 3, 5, 5}, []int64{25, 25, 5, 1}, 100},
		"HWC8 of 3":        {Tensor{Type: Float16, Layout: Layout{2, 1, 8, 2}}, []int64{1, 3, 2, 2}, []int64{4, 1, 2, 1}, 64},
		"component of one": {Tensor{Type: Float32, Layout: Layout{0, 1, 1, 4}}, []int64{2, 3}, []int64{3, 1}, 24},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := test.tensor.bufferBytes(test.shape, test.strides)
			require.NoError(t, err)
			assert.Equal(t, test.want, got)
		})
	}
	const big = 1<<31 - 1
	_, err := Tensor{Name: "x", Layout: linear}.bufferBytes([]int64{big, big, big, big}, nil)
	assert.ErrorContains(t, err, "more than can be addressed")
	_, err = Tensor{Name: "x", Layout: linear}.bufferBytes([]int64{2, 2}, []int64{1 << 62, 1})
	assert.ErrorContains(t, err, "more than can be addressed")
	_, err = Tensor{Name: "x", Type: 99}.bufferBytes([]int64{1}, nil)
	assert.ErrorContains(t, err, "type 99 is not known")
}
