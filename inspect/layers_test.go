package inspect

import (
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestParseLayers(t *testing.T) {
	layers := layersOf(t, "layers_a.json")
	require.Len(t, layers, 6)
	zero := 0
	assert.Equal(t, Layer{
		Index: 1, Name: "conv1 + relu1", Type: "CaskConvolution", Precision: "fp16", Stream: &zero,
		Tactic:  "sm80_xmma_fprop_implicit_gemm_f16f16_f16f16_f16_nhwckrsc_nhwc_tilesize128x64x32_stage4",
		Inputs:  []LayerTensor{{"Reformatted Input Tensor 0 to conv1 + relu1", []int64{8, 1, 2400}, "Row major linear FP16 format", "fp16"}},
		Outputs: []LayerTensor{{"heard", []int64{8, 64, 600}, "Half", "fp16"}},
		Origins: []string{"conv1", "relu1"},
	}, layers[1])
	assert.Equal(t, "fp32>fp16", layers[0].Precision)
	assert.Equal(t, "0x00000000000003e8", layers[0].Tactic, "a number where there is no name")
	assert.Nil(t, layers[0].Origins)
	assert.Equal(t, "fp16+int64>fp32", layers[2].Precision)
	assert.Equal(t, []int64{8, -1, 600}, layers[2].Inputs[0].Shape, "a dimension with a name is not known")
	assert.Empty(t, layers[3].Tactic, "zero is no tactic")
	assert.Empty(t, layers[4].Precision)
	assert.Equal(t, "int8", layers[5].Precision)
	assert.Nil(t, layers[4].Stream)
}

func TestParseLayersOfOtherVerbosities(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want []Layer
	}{
		"names only":  {`{"Layers": ["conv1 + \"relu1\"","relu2"],` + "\n" + `"Bindings": ["x"]}`, []Layer{{Name: `conv1 + "relu1"`}, {Index: 1, Name: "relu2"}}},
		"none":        {`{"Layers": ["",""], "Bindings": []}`, []Layer{{}, {Index: 1}}},
		"no layers":   {`{"Layers": [], "Bindings": []}`, []Layer{}},
		"no list":     {`{}`, []Layer{}},
		"other kinds": {`{"Layers": [{"Name": "a", "LayerType": 7, "Inputs": ["x"], "Outputs": {}, "StreamId": "0"}]}`, []Layer{{Name: "a"}}},
		"no shape":    {`{"Layers": [{"Name": "a", "Outputs": [{"Name": "y"}]}]}`, []Layer{{Name: "a", Outputs: []LayerTensor{{Name: "y"}}}}},
		"null":        {`{"Layers": [null]}`, []Layer{{}}},
	} {
		t.Run(name, func(t *testing.T) {
			layers, err := ParseLayers(c.text)
			require.NoError(t, err)
			assert.Equal(t, c.want, layers)
		})
	}
}

func TestParseLayersRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"":                       "what TensorRT tells about layers: ",
		"Layers:\nconv1":         "expected JSON",
		`{"Layers": [7]}`:        "layer 0: ",
		`{"Layers": ["a", [1]]}`: "layer 1: ",
	} {
		_, err := ParseLayers(text)
		assert.ErrorContains(t, err, want)
	}
}

func TestElements(t *testing.T) {
	for format, want := range map[string]string{
		"Row major linear FP32":                                     "fp32",
		"Row major linear BFloat16":                                 "bf16",
		"Channel major FP16 format where channel % 4 == 0":          "fp16",
		"Thirty-two wide channel vectorized row major Int8 format.": "int8",
		"Float":                     "fp32",
		"FP8":                       "fp8",
		"Bool":                      "bool",
		"N/A due to dynamic shapes": "",
		"":                          "",
	} {
		assert.Equal(t, want, elementOf(format), format)
	}
}

// FuzzParseLayers checks that any text is parsed or refused, and that what was parsed can be shown and compared.
func FuzzParseLayers(f *testing.F) {
	for _, name := range []string{"layers_a.json", "layers_b.json"} {
		text, err := os.ReadFile("testdata/" + name)
		require.NoError(f, err)
		f.Add(string(text))
	}
	f.Add(`{"Layers": ["conv1","relu1"],"Bindings": ["x"]}`)
	f.Fuzz(func(t *testing.T, text string) {
		layers, err := ParseLayers(text)
		if err != nil {
			return
		}
		var d Diff
		d.section("layers", layerThings(layers, true), layerThings(layers, true))
		for _, s := range d.Sections {
			if len(s.Items) > 0 || s.Alike != len(layers) {
				t.Fatalf("a list of layers differs from itself: %+v", s)
			}
		}
		LayerView{Limit: -1, Filter: "a", Sort: ByType}.of(layers)
	})
}

func layersOf(t *testing.T, name string) []Layer {
	t.Helper()
	text, err := os.ReadFile("testdata/" + name)
	require.NoError(t, err)
	layers, err := ParseLayers(string(text))
	require.NoError(t, err)
	return layers
}
