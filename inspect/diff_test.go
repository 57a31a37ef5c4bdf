package inspect

import (
	"io"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func compared(t *testing.T, a, b *Document) *Diff {
	t.Helper()
	d, err := Compare(a, b)
	require.NoError(t, err)
	return d
}

func TestDiffs(t *testing.T) {
	engines := compared(t, engineA(t), engineB(t))
	golden(t, "diff_engines.txt", func(w io.Writer) error { return engines.WriteText(w, DiffOptions{}) })
	golden(t, "diff_engines.json", engines.WriteJSON)
	models := compared(t, modelDocument(t, "streaming_acoustic.onnx"), modelDocument(t, "tiny/dynamic.onnx"))
	golden(t, "diff_models.txt", func(w io.Writer) error { return models.WriteText(w, DiffOptions{Limit: 4}) })
}

func TestDiffResults(t *testing.T) {
	assert.Equal(t, Identical, compared(t, engineA(t), engineA(t)).Result)
	rebuilt := engineA(t)
	rebuilt.File.SHA256, rebuilt.File.Bytes = "other", 1
	same := compared(t, engineA(t), rebuilt)
	assert.Equal(t, SameStructure, same.Result)
	golden(t, "diff_same.txt", func(w io.Writer) error { return same.WriteText(w, DiffOptions{}) })
	assert.Equal(t, Different, compared(t, engineA(t), engineB(t)).Result)

	header := &Document{Kind: KindEngine, File: engineA(t).File, Engine: &Engine{BuiltBy: "10.15.1"}}
	assert.Equal(t, Identical, compared(t, header, engineA(t)).Result, "nobody has to read files that are the same")
	_, err := Compare(header, engineB(t))
	assert.ErrorContains(t, err, "their layers can only be compared by a TensorRT that reads both")
	_, err = Compare(engineA(t), modelDocument(t, "tiny/scalar.onnx"))
	assert.ErrorContains(t, err, "before.plan is of kind engine and ../testdata/models/tiny/scalar.onnx of kind onnx")
}

func TestDiffOfEnginesThatTellLess(t *testing.T) {
	names, silentEngine := engineA(t), engineA(t)
	for i := range names.Engine.Read.Layers.List {
		l := &names.Engine.Read.Layers.List[i]
		*l = Layer{Index: i, Name: l.Name}
	}
	names.File.SHA256 = "names"
	d := compared(t, engineA(t), names)
	assert.Equal(t, SameStructure, d.Result)
	assert.Contains(t, d.Notes[0], "only the names")
	silentEngine.Engine.Read.Layers.Verbosity = silent
	d = compared(t, engineA(t), silentEngine)
	assert.Contains(t, d.Notes[0], "tells nothing about its layers")
	assert.False(t, slices.ContainsFunc(d.Sections, func(s Section) bool { return s.Name == "layers" }))
}

func TestLayersAreFound(t *testing.T) {
	layer := func(name, typ string, origins ...string) Layer {
		return Layer{Name: name, Type: typ, Origins: origins}
	}
	for name, c := range map[string]struct {
		a, b []Layer
		want []int // for each layer of a
	}{
		"by name":            {[]Layer{layer("x", "t"), layer("y", "t")}, []Layer{layer("y", "t"), layer("x", "u")}, []int{1, 0}},
		"duplicates in turn": {[]Layer{layer("copy", "t"), layer("copy", "t")}, []Layer{layer("copy", "t"), layer("x", "t"), layer("copy", "t"), layer("copy", "t")}, []int{0, 2}},
		"one duplicate gone": {[]Layer{layer("copy", "t"), layer("copy", "t")}, []Layer{layer("copy", "t")}, []int{0, -1}},
		"by origin":          {[]Layer{layer("myl_1", "gemm", "a", "b")}, []Layer{layer("myl_9", "gemm", "b", "a")}, []int{0}},
		"names that moved": {
			[]Layer{layer("myl_1", "gemm", "a"), layer("myl_2", "gemm", "b")},
			[]Layer{layer("myl_1", "gemm", "new"), layer("myl_2", "gemm", "a"), layer("myl_3", "gemm", "b")}, []int{1, 2},
		},
		"type decides among origins": {
			[]Layer{layer("k1", "gemm", "a"), layer("k2", "copy", "a")},
			[]Layer{layer("l1", "copy", "a"), layer("l2", "gemm", "a")}, []int{1, 0},
		},
		"another type of the same origin": {[]Layer{layer("k1", "gemm", "a")}, []Layer{layer("l1", "conv", "a")}, []int{0}},
		"nothing in common":               {[]Layer{layer("x", "t", "a")}, []Layer{layer("y", "t", "b")}, []int{-1}},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, c.want, match(layerThings(c.a, true), layerThings(c.b, true)))
		})
	}
}
