package sim

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
)

// PlanKey is the first key of a simulated plan; its value is [PlanVersion].
const (
	PlanKey     = "trtbench_simulated_plan"
	PlanVersion = 1
)

// Plan is a simulated engine: its interface, the time it takes, what it computes and what goes wrong. The zero value of a field means
// what its comment says. A plan is stored as JSON; [Parse] reads it, json.Marshal writes it. The libraries read the same text
// with the same rules.
type Plan struct {
	Comment string `json:"comment,omitempty"` // for readers of the file
	Name    string `json:"name,omitempty"`    // of the engine; empty: unnamed
	// TensorRT is the version the plan was built by, such as "10.15.1". Another library refuses it. Empty: any library takes it.
	TensorRT string    `json:"tensorrt,omitempty"`
	Tensors  []Tensor  `json:"tensors"`            // inputs and outputs in the order of the engine
	Profiles []Profile `json:"profiles,omitempty"` // optimisation profiles; none: one of the fixed shapes
	Time     Time      `json:"time,omitzero"`
	Copy     *Copy     `json:"copy,omitempty"`   // nil: copies are as fast as the device says
	Layers   []Layer   `json:"layers,omitempty"` // for the inspector and the profiler
	Memory   Memory    `json:"memory,omitzero"`
	// AuxStreams is how many auxiliary streams the engine claims to use, 0 to 64. They get no work.
	AuxStreams int  `json:"aux_streams,omitempty"`
	Refittable bool `json:"refittable,omitempty"`
	// HardwareCompatibility is none (the default), ampere_plus or same_compute_capability.
	HardwareCompatibility string `json:"hardware_compatibility,omitempty"`
	// ProfilingVerbosity is layer_names_only (the default), none or detailed: what the inspector tells.
	ProfilingVerbosity string   `json:"profiling_verbosity,omitempty"`
	Function           Function `json:"function,omitempty"`
	Build              *Built   `json:"build,omitempty"` // nil: the plan was written by hand
	Faults             []Fault  `json:"faults,omitempty"`
}

// Tensor is an input or output of the engine.
type Tensor struct {
	Name string `json:"name"`
	Mode string `json:"mode"` // input or output
	// Type is float32, float16, int8, int32, bool, uint8, float8, bfloat16, int64, int4, float4 or e8m0.
	Type string `json:"type"`
	// Shape has at most 8 dimensions; none is a scalar. -1 is unknown: in an input, a profile bounds it; in an output, it is that of
	// the first input whose dimension at the same place is unknown too, unless DataShapes is set.
	Shape []int64 `json:"shape,omitempty"`
	// Format is linear (the default), chw2, hwc8, chw4, chw16, chw32, dhwc8, cdhw32, hwc, dla_linear, dla_hwc4, hwc16 or dhwc.
	Format   string `json:"format,omitempty"`
	Location string `json:"location,omitempty"` // device (the default) or host
	// ShapeTensor says that the values of an input (int32 or int64, at most one dimension) are bounded by the profiles.
	ShapeTensor bool `json:"shape_tensor,omitempty"`
	// Aliases names the input whose memory an output shares.
	Aliases string `json:"aliases,omitempty"`
	// DataShapes makes the unknown dimensions of an output depend on the data: enqueues take these full shapes in turn.
	DataShapes [][]int64 `json:"data_shapes,omitempty"`
}

// Profile bounds the unknown dimensions of the inputs, and the values of shape tensors.
type Profile struct {
	Inputs []Range `json:"inputs,omitempty"` // one for each input with an unknown dimension, at least
	Values []Range `json:"values,omitempty"` // one for each shape tensor
}

// Range gives full shapes, or values, with Min <= Opt <= Max at every place.
type Range struct {
	Tensor string  `json:"tensor"`
	Min    []int64 `json:"min,omitempty"`
	Opt    []int64 `json:"opt,omitempty"`
	Max    []int64 `json:"max,omitempty"`
}

// Time says how long things take, in microseconds.
type Time struct {
	BaseUs    float64 `json:"base_us,omitempty"`     // on the device, each enqueue
	PerItemUs float64 `json:"per_item_us,omitempty"` // on the device, for each item of the batch: the first input's leading dimension
	// Spread varies the time on the device, relative to it, 0 to 1: the half width of a uniform distribution or the standard
	// deviation of a normal one, which is cut at four of them.
	Spread       float64 `json:"spread,omitempty"`
	Distribution string  `json:"distribution,omitempty"` // uniform (the default) or normal
	// Seed makes runs repeat: the n-th context of an engine draws the same times in every run. Absent: 1.
	Seed          *int64  `json:"seed,omitempty"`
	FirstUs       float64 `json:"first_us,omitempty"`        // more on the device in the first run of a context
	EnqueueUs     float64 `json:"enqueue_us,omitempty"`      // busy on the host in each enqueue
	GraphLaunchUs float64 `json:"graph_launch_us,omitempty"` // busy on the host for each enqueue that a launched graph holds
}

// Copy changes the copies of the GPU the engine is loaded on, from then on. A nil field keeps what the device says.
type Copy struct {
	H2DGbps   *float64 `json:"h2d_gbps,omitempty"` // gigabytes a second; 0: no time
	D2HGbps   *float64 `json:"d2h_gbps,omitempty"`
	LatencyUs *float64 `json:"latency_us,omitempty"` // microseconds before the first byte
}

// Layer takes a share of the engine's time. The shares add up to 1. All else is what the inspector tells of it.
type Layer struct {
	Name      string        `json:"name"`
	Type      string        `json:"type,omitempty"`
	Share     float64       `json:"share"`
	Precision string        `json:"precision,omitempty"` // a data type, as of tensors
	Tactic    string        `json:"tactic,omitempty"`
	Inputs    []LayerTensor `json:"inputs,omitempty"`
	Outputs   []LayerTensor `json:"outputs,omitempty"`
}

// LayerTensor is what a layer reads or writes.
type LayerTensor struct {
	Name  string  `json:"name"`
	Type  string  `json:"type"`
	Shape []int64 `json:"shape,omitempty"` // none: a scalar, or unknown
}

// Built is how the simulated builder was told to build the plan.
type Built struct {
	OptimizationLevel int `json:"optimization_level"` // 0 to 5
	// Flags are the builder flags that were set, named as in [BuildFlags]. A plan with version_compatible is taken by later versions of
	// TensorRT too, by a runtime that allows code for the host unless exclude_lean_runtime is there as well.
	Flags          []string `json:"flags,omitempty"`
	WorkspaceBytes int64    `json:"workspace_bytes,omitempty"` // the limit that was set; 0: none
	Tiling         string   `json:"tiling,omitempty"`          // none (the default), fast, moderate or full
}

// BuildFlags returns the names that Built.Flags may have: the builder flags of TensorRT 10 in the order of their numbers, and
// strongly_typed.
func BuildFlags() []string { return slices.Clone(buildFlags) }

// Memory is what the engine and its contexts allocate on the device, in bytes.
type Memory struct {
	DeviceBytes            int64   `json:"device_bytes,omitempty"`         // of a context
	ProfileDeviceBytes     []int64 `json:"profile_device_bytes,omitempty"` // of a context in each profile; none: DeviceBytes
	WeightsBytes           int64   `json:"weights_bytes,omitempty"`        // of the engine
	StreamableWeightsBytes int64   `json:"streamable_weights_bytes,omitempty"`
}

// Function is what an engine computes.
type Function string

const (
	FunctionNone Function = "none" // nothing: outputs stay as they are; also the zero value
	FunctionFill Function = "fill" // element i of every output is i mod 251
	FunctionCopy Function = "copy" // output i has the bytes of input i, and zeros behind them
	// FunctionStreamingAcoustic keeps the books of the streaming recogniser: a count of chunks, two checksums and the audio history in the
	// state, count and first checksum in frames 9 and 8 of logprobs. It needs the tensors signal, state, logprobs and state_next.
	FunctionStreamingAcoustic Function = "streaming_acoustic"
)

// Fault makes a call on the engine go wrong: the At-th one, and every Every-th after it when that is not 0.
type Fault struct {
	// Call is deserialize (counted by runtime and plan name), createExecutionContext, setOptimizationProfile, setInputShape, inferShapes,
	// setTensorAddress, enqueue or reportToProfiler (counted by engine).
	Call  string `json:"call"`
	At    int64  `json:"at,omitempty"` // from 1; 0 means 1
	Every int64  `json:"every,omitempty"`
	// Error is fail (the call fails with a message), hang (it never ends, until the device is configured anew), device-lost (every CUDA call
	// fails from then on) or slow:<milliseconds>. For enqueue, all but fail happen on the device and count runs there, those of graphs
	// included.
	Error string `json:"error"`
}

// stored is a plan as it is in a file.
type stored struct {
	Version int `json:"trtbench_simulated_plan"`
	plan
}

type plan Plan // without methods

// MarshalJSON writes the plan with the mark of a simulated plan as its first key.
func (p Plan) MarshalJSON() ([]byte, error) { return json.Marshal(stored{PlanVersion, plan(p)}) }

// IsPlan reports whether a file that begins with these bytes is a simulated plan, and not an engine of TensorRT. About 64 bytes
// are enough.
func IsPlan(header []byte) bool {
	const space = " \t\r\n"
	rest, found := bytes.CutPrefix(bytes.TrimLeft(header, space), []byte("{"))
	return found && bytes.HasPrefix(bytes.TrimLeft(rest, space), []byte(`"`+PlanKey+`"`))
}

// Parse reads a plan and validates it. It is strict: unknown, repeated and misspelt keys are errors.
func Parse(data []byte) (*Plan, error) {
	if err := checkText(data); err != nil {
		return nil, fmt.Errorf("sim: parse plan: %w", err)
	}
	var s stored
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&s); err != nil {
		return nil, fmt.Errorf("sim: parse plan: %w", err)
	}
	if s.Version != PlanVersion {
		return nil, fmt.Errorf("sim: parse plan: %s is %d, expected %d", PlanKey, s.Version, PlanVersion)
	}
	p := Plan(s.plan)
	if err := p.Validate(); err != nil {
		return nil, fmt.Errorf("sim: parse plan: %w", err)
	}
	return &p, nil
}
