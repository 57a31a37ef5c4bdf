package trt

import (
	"fmt"
	"slices"
	"strings"
)

// TacticSource is a place that TensorRT takes implementations of layers from.
type TacticSource string

// The sources, named as TensorRT does. TensorRT 11 has the last two alone.
const (
	TacticsCUBLAS               TacticSource = "CUBLAS"
	TacticsCUBLASLt             TacticSource = "CUBLAS_LT"
	TacticsCUDNN                TacticSource = "CUDNN"
	TacticsEdgeMaskConvolutions TacticSource = "EDGE_MASK_CONVOLUTIONS"
	TacticsJITConvolutions      TacticSource = "JIT_CONVOLUTIONS"
)

// PreviewFeature is a behaviour of TensorRT that is tried out before it becomes the default.
type PreviewFeature string

// The features, named as trtexec's --preview takes them.
const (
	PreviewProfileSharing          PreviewFeature = "profileSharing0806" // TensorRT 10
	PreviewAliasedPluginIO         PreviewFeature = "aliasedPluginIO1003"
	PreviewRuntimeActivationResize PreviewFeature = "runtimeActivationResize1010"
	PreviewMultiDeviceRuntime      PreviewFeature = "multiDeviceRuntime1016" // TensorRT 10.16
)

var (
	tacticSources = []TacticSource{
		TacticsCUBLAS, TacticsCUBLASLt, TacticsCUDNN, TacticsEdgeMaskConvolutions, TacticsJITConvolutions,
	}
	previewFeatures = []PreviewFeature{
		PreviewProfileSharing, PreviewAliasedPluginIO, PreviewRuntimeActivationResize, PreviewMultiDeviceRuntime,
	}
)

// ParseTacticSources reads switches as trtexec's --tacticSources takes them: "+CUDNN,-JIT_CONVOLUTIONS".
func ParseTacticSources(s string) (map[TacticSource]bool, error) {
	return parseSwitches("tactic sources", s, tacticSources)
}

// ParsePreviewFeatures reads switches as trtexec's --preview takes them: "+aliasedPluginIO1003".
func ParsePreviewFeatures(s string) (map[PreviewFeature]bool, error) {
	return parseSwitches("preview features", s, previewFeatures)
}

func parseSwitches[T ~string](what, s string, known []T) (map[T]bool, error) {
	if s == "" {
		return nil, nil
	}
	switches := map[T]bool{}
	for item := range strings.SplitSeq(s, ",") {
		name, on := strings.CutPrefix(item, "+")
		name, off := strings.CutPrefix(name, "-")
		if on == off || !slices.Contains(known, T(name)) {
			return nil, fmt.Errorf("trt: %s %q: expected + or - before one of %s", what, item, namesOf(known))
		}
		switches[T(name)] = on
	}
	return switches, nil
}
