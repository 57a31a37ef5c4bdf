package trt

import (
	"fmt"
	"strings"
)

// majorBit is a name in one of TensorRT's enumerations whose values differ between the majors.
type majorBit struct {
	name    string
	bit10   int // -1: TensorRT 10 has none
	since10 int // minor that brought it
	bit11   int // -1: TensorRT 11 has none
}

// of returns the value in a version, or -1 when it lacks the name.
func (b majorBit) of(v Version) int {
	switch {
	case v.Major == 10 && v.Minor >= b.since10:
		return b.bit10
	case v.Major == 11:
		return b.bit11
	}
	return -1
}

// needed names the versions that know the name, as in "10.8 or later".
func (b majorBit) needed() string {
	switch {
	case b.bit10 < 0:
		return "11 or later"
	case b.bit11 < 0 && b.since10 == 0:
		return "10"
	case b.bit11 < 0:
		return fmt.Sprintf("10.%d or a later 10", b.since10)
	}
	return fmt.Sprintf("10.%d or later", b.since10)
}

// The flags of builder configurations that this package sets.
var builderFlags = []majorBit{
	{"FP16", 0, 0, -1}, {"INT8", 1, 0, -1}, {"REFIT", 4, 0, 4}, {"DISABLE_TIMING_CACHE", 5, 0, 5}, {"TF32", 6, 0, 6},
	{"SPARSE_WEIGHTS", 7, 0, 7}, {"OBEY_PRECISION_CONSTRAINTS", 9, 0, -1}, {"PREFER_PRECISION_CONSTRAINTS", 10, 0, -1},
	{"DIRECT_IO", 11, 0, 11}, {"VERSION_COMPATIBLE", 13, 0, 12}, {"EXCLUDE_LEAN_RUNTIME", 14, 0, 13}, {"FP8", 15, 0, -1},
	{"ERROR_ON_TIMING_CACHE_MISS", 16, 0, 15}, {"BF16", 17, 0, -1}, {"DISABLE_COMPILATION_CACHE", 18, 0, 17},
	{"STRIP_PLAN", 19, 0, 18}, {"WEIGHT_STREAMING", 21, 0, 20}, {"INT4", 22, 1, -1},
}

var tacticSources = []majorBit{
	{"CUBLAS", 0, 0, -1}, {"CUBLAS_LT", 1, 0, -1}, {"CUDNN", 2, 0, -1}, {"EDGE_MASK_CONVOLUTIONS", 3, 0, 0},
	{"JIT_CONVOLUTIONS", 4, 0, 1},
}

var previewFeatures = []majorBit{
	{"profileSharing0806", 0, 0, -1}, {"aliasedPluginIO1003", 1, 3, 0}, {"runtimeActivationResize1010", 2, 10, 1},
	{"multiDeviceRuntime1016", 3, 16, -1},
}

// stronglyTyped is the flag of a network; TensorRT 11 ignores it.
var stronglyTyped = majorBit{"STRONGLY_TYPED", 1, 0, 0}

func findBit(bits []majorBit, name string) *majorBit {
	for i := range bits {
		if bits[i].name == name {
			return &bits[i]
		}
	}
	return nil
}

func bitNames(bits []majorBit) string {
	var names []string
	for _, b := range bits {
		names = append(names, b.name)
	}
	return strings.Join(names, ", ")
}
