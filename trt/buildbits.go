package trt

import (
	"fmt"
	"strings"
	"sync"

	"github.com/trtbench/trtbench/csrc"
)

// TensorRT's enumerations whose values differ between the majors.
const (
	builderFlag    = "BuilderFlag"
	networkFlag    = "NetworkDefinitionCreationFlag"
	previewFeature = "PreviewFeature"
	tacticSource   = "TacticSource"
)

// previewNames are TensorRT's names of what trtexec calls otherwise.
var previewNames = map[PreviewFeature]string{
	PreviewProfileSharing:          "PROFILE_SHARING_0806",
	PreviewAliasedPluginIO:         "ALIASED_PLUGIN_IO_10_03",
	PreviewRuntimeActivationResize: "RUNTIME_ACTIVATION_RESIZE_10_10",
	PreviewMultiDeviceRuntime:      "MULTIDEVICE_RUNTIME_10_16",
}

var majorValues = sync.OnceValue(func() map[[2]string]csrc.Value {
	values := map[[2]string]csrc.Value{}
	for _, v := range csrc.Values() {
		values[[2]string{v.Enumeration, v.Name}] = v
	}
	return values
})

// findValue returns a name of an enumeration.
func findValue(enumeration, name string) (csrc.Value, bool) {
	v, known := majorValues()[[2]string{enumeration, name}]
	return v, known
}

// number is the version as csrc takes it.
func (v Version) number() int { return v.Major*10000 + v.Minor*100 + v.Patch }

// valueIn returns the value of a name in a version, or -1 when it lacks the name.
func valueIn(v Version, enumeration, name string) int {
	value, known := findValue(enumeration, name)
	if !known {
		return -1
	}
	return value.In(v.number())
}

// neededFor says which versions know a name, as in "10.8 or later".
func neededFor(value csrc.Value) string {
	switch {
	case value.Value11 >= 0:
		return fmt.Sprintf("10.%d or later", value.Since10)
	case value.Since10 == 0:
		return "10"
	}
	return fmt.Sprintf("10.%d or a later 10", value.Since10)
}

// namesOf lists strings of any named type.
func namesOf[T ~string](names []T) string {
	texts := make([]string, len(names))
	for i, name := range names {
		texts[i] = string(name)
	}
	return strings.Join(texts, ", ")
}
