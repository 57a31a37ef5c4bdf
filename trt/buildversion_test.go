package trt

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/trtbench/trtbench/csrc"
	"github.com/trtbench/trtbench/cuda"
)

func TestBuilderFlags(t *testing.T) {
	ampere := cuda.Capability{Major: 8}
	tests := map[string]struct {
		options BuildOptions
		device  cuda.Capability
		want    []string
	}{
		"none":           {BuildOptions{}, ampere, nil},
		"best":           {BuildOptions{Precisions: []Precision{PrecisionBest}}, ampere, []string{"BF16", "FP16", "INT8"}},
		"best on Turing": {BuildOptions{Precisions: []Precision{PrecisionBest}}, cuda.Capability{Major: 7, Minor: 5}, []string{"FP16", "INT8"}},
		"best on 10.3":   {BuildOptions{Precisions: []Precision{PrecisionBest}}, cuda.Capability{Major: 10, Minor: 3}, []string{"BF16", "FP16"}},
		"twice":          {BuildOptions{Precisions: []Precision{PrecisionBest, PrecisionFP16}}, ampere, []string{"BF16", "FP16", "INT8"}},
		"constraints":    {BuildOptions{PrecisionConstraints: ConstraintsObey}, ampere, []string{"OBEY_PRECISION_CONSTRAINTS"}},
		"several": {BuildOptions{Refittable: true, VersionCompatible: true, Sparsity: SparsityEnable}, ampere,
			[]string{"REFIT", "SPARSE_WEIGHTS", "VERSION_COMPATIBLE"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, test.want, test.options.flags(test.device))
		})
	}
}

// Every name that this package gives TensorRT is in the shim's table, with a value in one of the majors.
func TestNamesHaveValues(t *testing.T) {
	names := map[[2]string]bool{{networkFlag, "STRONGLY_TYPED"}: true, {builderFlag, "TF32"}: true}
	everything := BuildOptions{
		Precisions: []Precision{PrecisionBest, PrecisionFP8, PrecisionINT4}, PrecisionConstraints: ConstraintsPrefer,
		Sparsity: SparsityEnable, Refittable: true, StripWeights: true, WeightStreaming: true, VersionCompatible: true,
		ExcludeLeanRuntime: true, DirectIO: true, NoTimingCache: true, ErrorOnTimingCacheMiss: true, NoCompilationCache: true,
	}
	for _, name := range append(everything.flags(cuda.Capability{Major: 9}), "OBEY_PRECISION_CONSTRAINTS") {
		names[[2]string{builderFlag, name}] = true
	}
	for _, feature := range previewFeatures {
		names[[2]string{previewFeature, previewNames[feature]}] = true
	}
	for _, source := range tacticSources {
		names[[2]string{tacticSource, string(source)}] = true
	}
	for _, v := range csrc.Values() {
		assert.True(t, names[[2]string{v.Enumeration, v.Name}], "%s::%s is in the table and nobody uses it", v.Enumeration, v.Name)
		delete(names, [2]string{v.Enumeration, v.Name})
	}
	assert.Empty(t, names, "not in the table")
}

// The same name is another number in the other major.
func TestValuesByMajor(t *testing.T) {
	ten, eleven := Version{Major: 10, Minor: 15}, Version{Major: 11, Minor: 2}
	assert.Equal(t, 13, valueIn(ten, builderFlag, "VERSION_COMPATIBLE"))
	assert.Equal(t, 12, valueIn(eleven, builderFlag, "VERSION_COMPATIBLE"))
	assert.Equal(t, -1, valueIn(eleven, builderFlag, "FP16"))
	assert.Equal(t, 1, valueIn(ten, networkFlag, "STRONGLY_TYPED"))
	assert.Equal(t, 0, valueIn(eleven, networkFlag, "STRONGLY_TYPED"))
	assert.Equal(t, -1, valueIn(Version{Major: 10}, previewFeature, "ALIASED_PLUGIN_IO_10_03"))
	assert.Equal(t, -1, valueIn(ten, builderFlag, "NOTHING"))
	assert.Equal(t, -1, valueIn(Version{Major: 12}, builderFlag, "REFIT"))
}
