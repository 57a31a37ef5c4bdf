package trt

import (
	"fmt"

	"github.com/trtbench/trtbench/csrc"
)

// EngineInfo are the properties of an engine as a whole.
type EngineInfo struct {
	Name                   string
	Layers                 int
	Profiles               int
	AuxStreams             int   // streams that it uses beside the one of the inference
	DeviceMemoryBytes      int64 // that a context needs, in the profile that needs most
	StreamableWeightsBytes int64 // that can stay on the host; 0 when the engine was not built for it
	WeightsBytes           int64 // of all weights; -1 before TensorRT 10.14, which does not tell
	Refittable             bool
	HardwareCompatibility  HardwareCompatibility
	Verbosity              Verbosity // of what the inspector and profilers can tell
}

// HardwareCompatibility says on which devices an engine runs besides the kind it was built on.
type HardwareCompatibility int

// The levels of hardware compatibility.
const (
	SameDevice     HardwareCompatibility = 0
	AmpereAndLater HardwareCompatibility = 1
	SameCapability HardwareCompatibility = 2 // of the same compute capability
)

// Verbosity says how much is told about layers.
type Verbosity int

// The levels of verbosity, numbered as TensorRT does.
const (
	LayerNames Verbosity = 0
	Nothing    Verbosity = 1
	Detailed   Verbosity = 2
)

// verbosities are the names of the levels, today's and the former ones.
var verbosities = map[string]Verbosity{
	"layer_names_only": LayerNames, "none": Nothing, "detailed": Detailed, "default": LayerNames, "verbose": Detailed,
}

// ParseVerbosity reads a level as trtexec names it: layer_names_only (formerly default), none, or detailed (formerly verbose).
func ParseVerbosity(s string) (Verbosity, error) {
	v, known := verbosities[s]
	if !known {
		return 0, fmt.Errorf("trt: verbosity %q: expected layer_names_only, none or detailed", s)
	}
	return v, nil
}

// Engine is a deserialized engine. Its facts are read once and may be asked for by several goroutines; the other methods are for
// one at a time. Close it after its contexts.
type Engine struct {
	runtime  *Runtime
	object   csrc.Object
	node     *node
	info     EngineInfo
	tensors  []Tensor
	contexts int // made so far, to name them
}

// Info returns the properties of the engine as a whole.
func (e *Engine) Info() EngineInfo { return e.info }

// Tensors returns the inputs and outputs in the engine's order. The slice is the caller's; what the tensors point to is not.
func (e *Engine) Tensors() []Tensor { return append([]Tensor(nil), e.tensors...) }

// Tensor returns the input or output of the given name.
func (e *Engine) Tensor(name string) (Tensor, bool) {
	for _, t := range e.tensors {
		if t.Name == name {
			return t, true
		}
	}
	return Tensor{}, false
}

// Runtime returns the runtime that read the engine.
func (e *Engine) Runtime() *Runtime { return e.runtime }

// ProfileMemory returns the bytes of device memory that a context needs in a profile.
func (e *Engine) ProfileMemory(profile int) (bytes int64, err error) {
	if err := e.checkProfile(profile); err != nil {
		return 0, err
	}
	err = e.try(fmt.Sprintf("memory of profile %d", profile), func() (status int) {
		bytes, status = e.runtime.lib.nvinfer.ProfileMemory(e.object, profile)
		return status
	})
	return bytes, err
}

// Inspect returns the layers as JSON, as much as the engine was built to tell. With a context, which may be nil, shapes are known.
func (e *Engine) Inspect(c *Context) (json string, err error) {
	var context csrc.Object
	if c != nil {
		if err := c.node.use(); err != nil {
			return "", err
		}
		context = c.object
	}
	err = e.try("inspect", func() (status int) {
		json, status = e.runtime.lib.nvinfer.InspectEngine(e.object, context)
		return status
	})
	return json, err
}

// Serialize returns the engine as a plan.
func (e *Engine) Serialize() (plan []byte, err error) {
	err = e.try("serialize", func() (status int) {
		plan, status = e.runtime.lib.nvinfer.SerializeEngine(e.object)
		return status
	})
	return plan, err
}

// WeightBudget returns the bytes of device memory that streamed weights may take.
func (e *Engine) WeightBudget() (bytes int64, err error) {
	err = e.try("weight-streaming budget", func() (status int) {
		bytes, status = e.runtime.lib.nvinfer.WeightBudget(e.object)
		return status
	})
	return bytes, err
}

// SetWeightBudget sets how much device memory streamed weights may take. It must be called before contexts are made.
func (e *Engine) SetWeightBudget(budget WeightBudget) error {
	bytes, automatic := budget.of(e.info.StreamableWeightsBytes)
	return e.try(fmt.Sprintf("set weight-streaming budget to %v", budget), func() (status int) {
		if automatic {
			if bytes, status = e.runtime.lib.nvinfer.AutomaticWeightBudget(e.object); status != csrc.OK {
				return status
			}
		}
		return e.runtime.lib.nvinfer.SetWeightBudget(e.object, bytes)
	})
}

// Close frees the engine. It is an error while contexts are open. Closing twice is none.
func (e *Engine) Close() error { return e.node.close(e.free) }

func (e *Engine) free() error {
	e.runtime.destroy(e.object)
	return nil
}

func (e *Engine) try(operation string, f func() int) error {
	if err := e.node.use(); err != nil {
		return err
	}
	return e.runtime.try(e.node.name+": "+operation, f)
}

func (e *Engine) checkProfile(profile int) error {
	if profile < 0 || profile >= e.info.Profiles {
		return fmt.Errorf("trt: %s: profile %d was asked for, the profiles are 0 to %d", e.node.name, profile, e.info.Profiles-1)
	}
	return nil
}
