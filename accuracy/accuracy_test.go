package accuracy

import (
	"encoding/binary"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/x448/float16"

	"github.com/trtbench/trtbench/record"
	"github.com/trtbench/trtbench/tensor"
)

var nan, inf = math.NaN(), math.Inf(1)

func floats(values ...float64) tensor.Values {
	v := tensor.Values{Tensor: record.Tensor{Name: "y", Type: "float64", Shape: []int{len(values)}}}
	for _, x := range values {
		v.Data = binary.LittleEndian.AppendUint64(v.Data, math.Float64bits(x))
	}
	return v
}

func references(v tensor.Values) map[string]tensor.Values { return map[string]tensor.Values{"y": v} }

func TestAlgorithms(t *testing.T) {
	for name, c := range map[string]struct {
		algorithm       Algorithm
		value, expected []float64
		want            float64
	}{
		"L0, equal":                {"", []float64{1, 2}, []float64{1, 2}, 0},
		"L0, outside":              {L0, []float64{1, 2.1, 3, 4.1}, []float64{1, 2, 3, 4}, 0.5},
		"L0, on the edge":          {L0, []float64{0, 0.5, -0.5, 101}, []float64{0, 0, 0, 100}, 0.5}, // 0.01 + 0.01·100 = 1.01
		"L0, one is no number":     {L0, []float64{nan, 1}, []float64{1, nan}, 1},
		"L0, both are no numbers":  {L0, []float64{nan, 1}, []float64{nan, 1}, 0},
		"L0, infinite":             {L0, []float64{inf, -inf, 1, inf}, []float64{inf, -inf, inf, -inf}, 0.5},
		"L0, nothing":              {L0, nil, nil, 0},
		"L1":                       {L1, []float64{1, 2, 3}, []float64{1, 5, 0}, 2},
		"L1, one is no number":     {L1, []float64{1, nan}, []float64{1, 5}, nan},
		"L2":                       {L2, []float64{1, 2, 3}, []float64{1, 5, 0}, 6},
		"LInf":                     {LInf, []float64{1, 2, 3}, []float64{1, 5, -1}, 4},
		"LInf, infinite":           {LInf, []float64{inf}, []float64{inf}, 0},
		"cosine, equal":            {Cosine, []float64{1, 2, 3}, []float64{1, 2, 3}, 0},
		"cosine, same direction":   {Cosine, []float64{1, 2, 2}, []float64{2, 4, 4}, 0},
		"cosine, right angle":      {Cosine, []float64{1, 0}, []float64{0, 1}, 1},
		"cosine, opposite":         {Cosine, []float64{1, 2, 2}, []float64{-1, -2, -2}, 2},
		"cosine, nothing on one":   {Cosine, []float64{0, 0}, []float64{0, 1}, 1},
		"cosine, nothing on both":  {Cosine, []float64{0, 0}, []float64{0, 0}, 0},
		"cosine, one is no number": {Cosine, []float64{nan, 0}, []float64{0, 1}, nan},
	} {
		t.Run(name, func(t *testing.T) {
			results, err := Compare([]tensor.Values{floats(c.value...)}, references(floats(c.expected...)),
				Options{Algorithm: c.algorithm, AbsoluteTolerance: 0.01, RelativeTolerance: 0.01, Threshold: 0.4})
			require.NoError(t, err)
			require.Len(t, results, 1)
			if math.IsNaN(c.want) {
				assert.True(t, math.IsNaN(results[0].Loss))
			} else {
				assert.InDelta(t, c.want, results[0].Loss, 1e-15)
			}
			assert.Equal(t, c.want <= 0.4, results[0].Passed)
			assert.Equal(t, c.want <= 0.4, Passed(results))
		})
	}
}

func TestWorst(t *testing.T) {
	for name, c := range map[string]struct {
		value, expected []float64
		want            int
	}{
		"the farthest":             {[]float64{1, 2, 3}, []float64{1, 5, 2}, 1},
		"the first of equals":      {[]float64{1, 2, 3}, []float64{2, 3, 4}, 0},
		"what is no number before": {[]float64{1, nan, 3}, []float64{9, 3, 99}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			results, err := Compare([]tensor.Values{floats(c.value...)}, references(floats(c.expected...)), Options{})
			require.NoError(t, err)
			worst := results[0].Worst
			assert.Equal(t, c.want, worst.Index)
			assert.Equal(t, c.expected[c.want], worst.Reference)
		})
	}
}

func TestCompareTypesAndLayouts(t *testing.T) {
	half := tensor.Values{Tensor: record.Tensor{Name: "y", Type: "float16", Shape: []int{2}}}
	for _, x := range []float32{1, -0.5} {
		half.Data = binary.LittleEndian.AppendUint16(half.Data, float16.Fromfloat32(x).Bits())
	}
	for name, reference := range map[string]tensor.Values{
		"another type": floats(1, -0.5),
		"plain bytes":  {Data: half.Data},
	} {
		results, err := Compare([]tensor.Values{half}, references(reference), Options{})
		require.NoError(t, err, name)
		assert.Equal(t, []Result{{Name: "y", Passed: true, Elements: 2, Worst: Difference{0, 1, 1}}}, results, name)
	}

	padded := floats(1, 0, 2, 0)
	padded.Shape, padded.Layout.Strides = []int{2, 1}, []int{2, 1}
	expected := floats(1, 2)
	expected.Shape = []int{2, 1}
	results, err := Compare([]tensor.Values{floats(7), padded}, references(expected), Options{})
	assert.ErrorContains(t, err, "accuracy: output y: the reference has the shape 2x1, the output 1")
	require.Len(t, results, 1)
	assert.True(t, results[0].Passed)

	other := floats(7)
	other.Name = "other"
	results, err = Compare([]tensor.Values{other, padded}, map[string]tensor.Values{"y*": expected}, Options{})
	require.NoError(t, err)
	assert.Len(t, results, 1, "outputs without a reference are left out")
}

func TestCompareRefuses(t *testing.T) {
	outputs := []tensor.Values{floats(1, 2)}
	for name, c := range map[string]struct {
		references map[string]tensor.Values
		options    Options
		want       string
	}{
		"name":      {map[string]tensor.Values{"yy": floats(1, 2)}, Options{}, `no output is named yy; the outputs are y; did you mean "y"?`},
		"bytes":     {references(tensor.Values{Data: make([]byte, 32)}), Options{}, "the reference has 32 bytes, expected 16 for 2 of float64"},
		"shape":     {references(floats(1)), Options{}, "the reference has the shape 1, the output 2"},
		"type":      {references(tensor.Values{Tensor: record.Tensor{Type: "string"}}), Options{}, `reference: values of tensor "": elements of type "string" are not known`},
		"algorithm": {nil, Options{Algorithm: "l3"}, `algorithm "l3"; expected l0, l1, l2, lInf, cos`},
		"threshold": {nil, Options{Threshold: nan}, "threshold NaN; expected a number of at least 0"},
		"tolerance": {nil, Options{AbsoluteTolerance: -1, RelativeTolerance: inf}, "absolute tolerance -1; expected a number of at least 0\naccuracy: relative tolerance +Inf"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Compare(outputs, c.references, c.options)
			assert.ErrorContains(t, err, c.want)
		})
	}
}

func TestParseAlgorithm(t *testing.T) {
	for text, want := range map[string]Algorithm{"L0": L0, "l1": L1, "l2": L2, "linf": LInf, "COS": Cosine} {
		got, err := ParseAlgorithm(text)
		require.NoError(t, err)
		assert.Equal(t, want, got)
	}
	_, err := ParseAlgorithm("cosin")
	assert.ErrorContains(t, err, `did you mean "cos"?`)
	_, err = ParseAlgorithm("")
	assert.Error(t, err)
}
