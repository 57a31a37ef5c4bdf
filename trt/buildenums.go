package trt

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Precision is a type that TensorRT 10 may compute in instead of float32, where that is faster. Later versions take all types
// from the model.
type Precision string

// The precisions, named as trtexec's options.
const (
	PrecisionFP16 Precision = "fp16"
	PrecisionBF16 Precision = "bf16"
	PrecisionINT8 Precision = "int8" // of layers whose scales the model gives
	PrecisionFP8  Precision = "fp8"
	PrecisionINT4 Precision = "int4" // needs TensorRT 10.1
	PrecisionBest Precision = "best" // of float16, bfloat16 and int8, those that the device has
)

// PrecisionConstraints says whether TensorRT 10 keeps to the types that single layers ask for.
type PrecisionConstraints string

// The constraints, named as trtexec's.
const (
	ConstraintsNone   PrecisionConstraints = "" // also "none"
	ConstraintsPrefer PrecisionConstraints = "prefer"
	ConstraintsObey   PrecisionConstraints = "obey"
)

// Sparsity says whether weights with a 2:4 pattern of zeros are used as such.
type Sparsity string

// The ways to use sparsity, named as trtexec's.
const (
	SparsityDisable Sparsity = "" // also "disable"
	SparsityEnable  Sparsity = "enable"
	SparsityForce   Sparsity = "force" // refused: it overwrites weights, and the engine computes something else
)

// TilingLevel is how long TensorRT searches for a tiling that keeps intermediate values in the L2 cache.
type TilingLevel int

// The levels of tiling, numbered as TensorRT does.
const (
	TilingNone     TilingLevel = 0
	TilingFast     TilingLevel = 1
	TilingModerate TilingLevel = 2
	TilingFull     TilingLevel = 3
)

// RuntimePlatform is the operating system that the engine will run on.
type RuntimePlatform int

// The platforms, numbered as TensorRT does.
const (
	SameAsBuild  RuntimePlatform = 0
	WindowsAMD64 RuntimePlatform = 1 // needs TensorRT 10.2
)

var (
	tilingLevels     = map[string]TilingLevel{"none": 0, "fast": 1, "moderate": 2, "full": 3, "0": 0, "1": 1, "2": 2, "3": 3}
	runtimePlatforms = map[string]RuntimePlatform{"SameAsBuild": SameAsBuild, "WindowsAMD64": WindowsAMD64}
	compatibilities  = map[string]HardwareCompatibility{
		"none": SameDevice, "ampere+": AmpereAndLater, "sameComputeCapability": SameCapability,
	}
)

// ParseTilingLevel reads a level as trtexec's --tilingOptimizationLevel takes it, 0 to 3, or its name.
func ParseTilingLevel(s string) (TilingLevel, error) {
	return parseName("tiling level", s, tilingLevels)
}

// ParseRuntimePlatform reads a platform as trtexec's --runtimePlatform takes it: SameAsBuild or WindowsAMD64.
func ParseRuntimePlatform(s string) (RuntimePlatform, error) {
	return parseName("runtime platform", s, runtimePlatforms)
}

// ParseHardwareCompatibility reads a level as trtexec's --hardwareCompatibilityLevel takes it: none, ampere+ or
// sameComputeCapability.
func ParseHardwareCompatibility(s string) (HardwareCompatibility, error) {
	return parseName("hardware compatibility", s, compatibilities)
}

// String is the level as trtexec names it.
func (h HardwareCompatibility) String() string { return nameOf(h, compatibilities) }

func parseName[T any](what, s string, names map[string]T) (T, error) {
	value, known := names[s]
	if !known {
		return value, fmt.Errorf("trt: %s %q: expected one of %s", what, s, strings.Join(slices.Sorted(maps.Keys(names)), ", "))
	}
	return value, nil
}

func nameOf[T interface {
	comparable
	~int
}](value T, names map[string]T) string {
	for name, known := range names {
		if known == value {
			return name
		}
	}
	return fmt.Sprintf("level %d", int(value))
}
