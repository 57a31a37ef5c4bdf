package record

// Description says where the numbers of a run come from: what was measured, by which library, on which
// device. It is written into every recording and printed above every report.
type Description struct {
	Backend   string   `json:"backend"`             // library that ran the model: "TensorRT" or "ONNX Runtime"
	Version   string   `json:"version"`             // its version, as in "10.15.1"
	Library   string   `json:"library,omitempty"`   // path of the shared library that was loaded
	Simulated bool     `json:"simulated"`           // true when no real device stood behind the numbers
	Device    Device   `json:"device"`              // the processor that computed
	Model     Model    `json:"model"`               // the file that was run
	Tensors   []Tensor `json:"tensors,omitempty"`   // inputs, then outputs, with the shapes that were run
	Stages    []Stage  `json:"stages"`              // the stages this backend measures; others are absent, not zero
	Notes     []string `json:"notes,omitempty"`     // what a reader should know: thread counts, graph level, …
	Serving   Serving  `json:"serving,omitempty"`   // how requests come to the model
	Runtime   string   `json:"runtime,omitempty"`   // what computed, whoever served it: "ONNX Runtime", "TensorRT", or the server's own word for it, as in "python"
	Transport string   `json:"transport,omitempty"` // what carries requests to a server: "h2", "grpc-go", "http"; "" where there is none, or in older files
}

// Serving says how requests come to a model.
type Serving string

// The ways of serving. A model that is run back to back is not served: the field is empty.
const (
	ServedHere          Serving = "in-process"                // recurrent states, if there are any, stay where the model runs
	ServedHereTravelled Serving = "in-process, states travel" // recurrent states go through the host with every chunk
	ServedByTriton      Serving = "triton"                    // by a Triton server
)

// Names of runtimes, as Description.Runtime has them.
const (
	RuntimeONNX     = "ONNX Runtime"
	RuntimeTensorRT = "TensorRT"
)

// Measures reports whether the backend measures the given stage.
func (d *Description) Measures(stage Stage) bool {
	for _, s := range d.Stages {
		if s == stage {
			return true
		}
	}
	return false
}

// Major returns the leading number of Version, or 0 when there is none.
func (d *Description) Major() int {
	major := 0
	for _, c := range d.Version {
		if c < '0' || c > '9' {
			break
		}
		major = 10*major + int(c-'0')
		if major > 1<<20 {
			return 0
		}
	}
	return major
}

// Stage is a part of one inference that a backend can time.
type Stage string

// The stages of one inference, in the order in which they happen.
const (
	StageEnqueue Stage = "enqueue" // host time spent to queue the work
	StageH2D     Stage = "h2d"     // copies from host to device
	StageCompute Stage = "compute" // the computation itself
	StageD2H     Stage = "d2h"     // copies from device to host
)

// DeviceKind tells a CPU from a GPU.
type DeviceKind string

// The kinds of device.
const (
	CPU DeviceKind = "CPU"
	GPU DeviceKind = "GPU"
)

// Device is the processor that computed. Fields that are unknown or do not apply are zero.
type Device struct {
	Kind              DeviceKind `json:"kind"`
	Name              string     `json:"name"`
	Index             int        `json:"index"`                        // CUDA's device number
	UUID              string     `json:"uuid,omitempty"`               // "GPU-…", as nvidia-smi prints it
	PCIBusID          string     `json:"pci_bus_id,omitempty"`         // "0000:3b:00.0"
	ComputeCapability string     `json:"compute_capability,omitempty"` // "9.0"
	MemoryBytes       uint64     `json:"memory_bytes,omitempty"`
	SMs               int        `json:"sms,omitempty"`              // streaming multiprocessors
	ClockMHz          int        `json:"clock_mhz,omitempty"`        // maximum of the compute clock
	MemoryClockMHz    int        `json:"memory_clock_mhz,omitempty"` // maximum of the memory clock
	DriverVersion     string     `json:"driver_version,omitempty"`   // CUDA version of the driver, as in "13.0"
	RuntimeVersion    string     `json:"runtime_version,omitempty"`  // version of the CUDA runtime, as in "13.0"
}

// Model is the file that was run.
type Model struct {
	Path   string `json:"path"`
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"` // of the file, in lower-case hexadecimal
}

// Tensor is one input or output, with the shape that was run.
type Tensor struct {
	Name  string `json:"name"`
	Input bool   `json:"input"`
	Type  string `json:"type"`  // "float32", "float16", "int32", …
	Shape []int  `json:"shape"` // every dimension known; -1 only where the model decides while it runs
}
