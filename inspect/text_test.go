package inspect

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestDocuments(t *testing.T) {
	header := &Document{Kind: KindEngine, File: engineA(t).File, Engine: &Engine{BuiltBy: "10.15.1"}, Notes: []string{"the rest takes a GPU"}}
	names := engineA(t)
	names.Engine.Read.Layers = Layers{Count: 2, Verbosity: "layer_names_only", List: []Layer{{Name: "conv1 + relu1"}, {Index: 1, Name: "softmax"}}}
	silentEngine := engineA(t)
	silentEngine.Engine.Read.Layers = Layers{Count: 2, Verbosity: "none", List: []Layer{{}, {Index: 1}}}
	for name, c := range map[string]struct {
		document *Document
		options  TextOptions
	}{
		"model":            {modelDocument(t, "streaming_acoustic.onnx"), TextOptions{}},
		"model_nodes":      {modelDocument(t, "tiny/dynamic.onnx"), TextOptions{Layers: LayerView{Limit: 2}}},
		"model_external":   {modelDocument(t, "tiny/external.onnx"), TextOptions{}},
		"model_sequence":   {modelDocument(t, "tiny/sequence.onnx"), TextOptions{}},
		"engine":           {engineA(t), TextOptions{}},
		"engine_header":    {header, TextOptions{}},
		"engine_names":     {names, TextOptions{}},
		"engine_silent":    {silentEngine, TextOptions{}},
		"engine_by_type":   {engineA(t), TextOptions{Layers: LayerView{Limit: 3, Sort: ByType}}},
		"engine_filtered":  {engineA(t), TextOptions{Layers: LayerView{Filter: "FP16", Sort: ByName}}},
		"engine_simulated": {simulated(engineA(t)), TextOptions{}},
	} {
		t.Run(name, func(t *testing.T) {
			golden(t, name+".txt", func(w io.Writer) error { return c.document.WriteText(w, c.options) })
		})
	}
	golden(t, "model.json", modelDocument(t, "tiny/dynamic.onnx").WriteJSON)
	golden(t, "engine.json", engineA(t).WriteJSON)
}

func simulated(d *Document) *Document {
	d.Kind, d.Engine.BuiltBy, d.Engine.Read.Library.Simulated = KindSimulated, "", true
	return d
}

// TestWidth keeps lines readable, however long the names are.
func TestWidth(t *testing.T) {
	d := engineA(t)
	for i := range d.Engine.Read.Layers.List {
		d.Engine.Read.Layers.List[i].Name = strings.Repeat("a long name/", 40)
	}
	d.Engine.Read.Tensors[0].Format = strings.Repeat("words ", 40)
	var text bytes.Buffer
	require.NoError(t, d.WriteText(&text, TextOptions{}))
	for line := range strings.Lines(text.String()) {
		assert.LessOrEqual(t, utf8.RuneCountInString(line), lineWidth+1, line)
	}
}

func TestViewOfManyLayers(t *testing.T) {
	layers := make([]Layer, 100)
	shown, more := LayerView{}.of(layers)
	assert.Len(t, shown, DefaultLimit)
	assert.Contains(t, more, "and 70 more; --all-layers")
	shown, more = LayerView{Limit: -1}.of(layers)
	assert.Len(t, shown, 100)
	assert.Empty(t, more)
	assert.NoError(t, LayerView{Sort: ByPlace}.Validate())
	assert.ErrorContains(t, LayerView{Sort: "time"}.Validate(), `sort layers by "time"; expected place, name, type, precision or tactic`)
}

func TestCut(t *testing.T) {
	for _, c := range []struct {
		text  string
		width int
		want  string
	}{{"short", 5, "short"}, {"abcdefgh", 5, "ab…gh"}, {"abcdefgh", 4, "a…gh"}, {"äöüäöü", 3, "ä…ü"}} {
		assert.Equal(t, c.want, cut(c.text, c.width))
	}
}
