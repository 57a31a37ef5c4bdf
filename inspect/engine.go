package inspect

// Engine is what is known about an engine: its header tells the version that built it, TensorRT the rest.
type Engine struct {
	BuiltBy string  `json:"built_by,omitempty"` // version of TensorRT, as in "10.15.1"; empty for a simulated engine
	Build   int     `json:"build,omitempty"`    // build number of that version
	Read    *Loaded `json:"read,omitempty"`     // nil when no TensorRT could read the engine
}

// Loaded is what TensorRT tells about an engine that it has read.
type Loaded struct {
	Library               Library   `json:"library"`
	Device                string    `json:"device"` // that the engine was read on
	Name                  string    `json:"name,omitempty"`
	Tensors               []Tensor  `json:"tensors"` // in the engine's order
	Profiles              []Profile `json:"profiles"`
	Memory                Memory    `json:"memory"`
	Layers                Layers    `json:"layers"`
	HardwareCompatibility string    `json:"hardware_compatibility"` // "none", "ampere+" or "sameComputeCapability", as trtexec has it
	Refittable            bool      `json:"refittable"`
	AuxStreams            int       `json:"aux_streams"` // streams that an inference uses beside its own
}

// Library is the TensorRT that read the engine.
type Library struct {
	Version   string `json:"version"`
	Path      string `json:"path"`
	Simulated bool   `json:"simulated"`
}

// Tensor is an input or output of an engine.
type Tensor struct {
	Name         string  `json:"name"`
	Input        bool    `json:"input"`
	Type         string  `json:"type"`
	Shape        []int64 `json:"shape"`    // -1 where the shapes of inputs, or the data, decide
	Location     string  `json:"location"` // "device" or "host"
	Format       string  `json:"format"`   // TensorRT's words
	Values       bool    `json:"carries_sizes,omitempty"`
	SharesMemory string  `json:"shares_memory,omitempty"` // of an output: the input whose memory it uses
}

// Profile is an optimization profile: what it allows for each input whose shape is not fixed.
type Profile struct {
	ContextBytes int64   `json:"context_bytes"` // device memory that a context takes in it
	Inputs       []Bound `json:"inputs"`
}

// Bound is what a profile allows for an input: shapes or, when the input carries sizes, these.
type Bound struct {
	Tensor string  `json:"tensor"`
	Min    []int64 `json:"min"`
	Opt    []int64 `json:"opt"`
	Max    []int64 `json:"max"`
}

// Memory is what an engine takes on the device, in bytes.
type Memory struct {
	ContextBytes           int64 `json:"context_bytes"` // of a context, in the profile that needs most
	StreamableWeightsBytes int64 `json:"streamable_weights_bytes"`
}

// Layers are the layers of an engine, as far as it was built to tell.
type Layers struct {
	Count     int     `json:"count"`
	Verbosity string  `json:"verbosity"` // "layer_names_only", "none" or "detailed"
	List      []Layer `json:"list,omitempty"`
}

// Layer is a layer of an engine: one kernel, or several that belong together. All but the name need an engine built to tell details.
type Layer struct {
	Index     int           `json:"index"` // place in the engine
	Name      string        `json:"name"`
	Type      string        `json:"type,omitempty"`
	Precision string        `json:"precision,omitempty"` // of outputs, "fp16"; where inputs differ from them, "int8>fp16"
	Tactic    string        `json:"tactic,omitempty"`    // name of the kernel, or its number
	Stream    *int          `json:"stream,omitempty"`
	Inputs    []LayerTensor `json:"inputs,omitempty"`
	Outputs   []LayerTensor `json:"outputs,omitempty"`
	Origins   []string      `json:"origins,omitempty"` // layers of the model that it came from
}

// LayerTensor is an input or output of a layer.
type LayerTensor struct {
	Name   string  `json:"name"`
	Shape  []int64 `json:"shape"`            // -1 where it is not known; null where nothing is told
	Format string  `json:"format,omitempty"` // TensorRT's words
	Type   string  `json:"type,omitempty"`   // element, as far as the format tells: "fp16"
}
