package cli

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/trtbench/trtbench/serve"
	"github.com/trtbench/trtbench/triton"
)

// streamTargetFlags says what serves the streams: one server, or several in one table.
type streamTargetFlags struct {
	onnx, engine string
	backends     []string // that the ONNX model is served on
	url, model   string
	targets      []string
	travel       bool
	libraryPath  []string
	simulated    bool
	device       string
	cache        cacheFlags // of the engines that are built
	transport    string     // to Triton servers

	list []streamTarget
}

// Kinds of --target.
const (
	targetORT            = "ort"
	targetORTTravel      = "ort-travel"
	targetTensorRT       = "tensorrt"
	targetTensorRTTravel = "tensorrt-travel"
	targetTriton         = "triton"
)

// streamTarget is one server of the table.
type streamTarget struct {
	name   string // in the table
	kind   string
	path   string // of a model in this process
	url    string // of a Triton server
	model  string // on it
	travel bool
}

func (s *streamTargetFlags) register(flags *pflag.FlagSet) {
	flags.StringVar(&s.onnx, "onnx", "", "ONNX model, served on --backend")
	flags.StringSliceVar(&s.backends, "backend", nil, "onnxruntime, tensorrt, for which an engine is built, or both, one row for each (default onnxruntime; tensorrt with --simulated)")
	flags.StringVar(&s.engine, "loadEngine", "", "serialized TensorRT engine")
	flags.StringVarP(&s.url, "url", "u", "", "Triton server, host:port of gRPC (default localhost:8001 where -m is given)")
	flags.StringVarP(&s.model, "model-name", "m", "", "model on it")
	flags.StringArrayVar(&s.targets, "target", nil, "one more row, KIND:WHERE; may be repeated")
	flags.BoolVar(&s.travel, "travel", false, "one more row for each model in this process: states through the host with every chunk")
	flags.StringSliceVar(&s.libraryPath, "library-path", nil, "folder or file where the libraries of NVIDIA or ONNX Runtime are; may be repeated")
	flags.BoolVar(&s.simulated, "simulated", false, "use the simulated device instead of a GPU: its engines and times are invented")
	flags.StringVar(&s.device, "device", "0", "CUDA device: its number, its UUID (GPU-…) or its PCI address (0000:3b:00.0)")
	s.cache.register(flags)
	flags.StringVar(&s.transport, "transport", "", "what carries gRPC to a Triton server: h2 is framing of our own that takes half the processor time, grpc-go the plain library (default h2; grpc-go for grpcs://)")
}

// finish makes the list of targets, in the order of the table.
func (s *streamTargetFlags) finish() error {
	var faults []error
	given := s.targets
	if s.engine != "" {
		given = append(given, targetTensorRT+":"+s.engine)
	}
	models, err := s.modelTargets()
	if err != nil {
		faults = append(faults, err)
	}
	given = append(given, models...)
	switch {
	case s.model != "":
		url := s.url
		if url == "" {
			url = "localhost:8001"
		}
		given = append(given, targetTriton+":"+url+"/"+s.model)
	case s.url != "":
		faults = append(faults, errors.New("-u names a server and no model; add -m MODEL"))
	}
	if len(given) == 0 {
		faults = append(faults, errors.New("nothing to measure; give --onnx=FILE, --loadEngine=FILE, -u HOST:PORT -m MODEL, or --target=KIND:WHERE"))
	}
	for _, text := range given {
		t, err := parseStreamTarget(text)
		if err != nil {
			faults = append(faults, err)
			continue
		}
		s.list = append(s.list, t)
		if s.travel && t.kind != targetTriton && !t.travel {
			t.travel = true
			s.list = append(s.list, t)
		}
	}
	if err := triton.CheckTransport(s.transport); err != nil {
		faults = append(faults, fmt.Errorf("--transport: %w", err))
	}
	if err := checkDevice(s.device); err != nil {
		faults = append(faults, fmt.Errorf("--device: %w", err))
	}
	if s.simulated && len(s.list) > 0 && !slices.ContainsFunc(s.list, func(t streamTarget) bool { return t.kind == targetTensorRT }) {
		faults = append(faults, errors.New("--simulated is a device for TensorRT, and nothing is served on that; leave it out, or add --backend=tensorrt"))
	}
	s.nameTargets()
	return errors.Join(faults...)
}

// modelTargets are the targets that --onnx and --backend mean.
func (s *streamTargetFlags) modelTargets() ([]string, error) {
	if s.onnx == "" {
		if len(s.backends) > 0 {
			return nil, errors.New("--backend says where the model of --onnx is served; add --onnx=FILE")
		}
		return nil, nil
	}
	backends := s.backends
	if len(backends) == 0 {
		backends = []string{backendONNXRuntime}
		if s.simulated {
			backends = []string{backendTensorRT}
		}
	}
	var targets []string
	for _, backend := range backends {
		switch backend {
		case backendONNXRuntime:
			targets = append(targets, targetORT+":"+s.onnx)
		case backendTensorRT:
			targets = append(targets, targetTensorRT+":"+s.onnx)
		default:
			return nil, fmt.Errorf("--backend is %q; expected %s, %s or both, separated by a comma", backend, backendONNXRuntime, backendTensorRT)
		}
	}
	return targets, nil
}

// parseStreamTarget reads KIND:WHERE.
func parseStreamTarget(text string) (streamTarget, error) {
	kind, where, _ := strings.Cut(text, ":")
	t := streamTarget{kind: kind, path: where}
	switch kind {
	case targetORT, targetTensorRT:
	case targetORTTravel:
		t.kind, t.travel = targetORT, true
	case targetTensorRTTravel:
		t.kind, t.travel = targetTensorRT, true
	case targetTriton:
		place := strings.LastIndex(where, "/")
		if place <= 0 || place == len(where)-1 {
			return t, fmt.Errorf("--target=%s: expected triton:HOST:PORT/MODEL", text)
		}
		t.path, t.url, t.model = "", where[:place], where[place+1:]
		return t, nil
	default:
		return t, fmt.Errorf("--target=%s: expected ort:FILE, ort-travel:FILE, tensorrt:FILE, tensorrt-travel:FILE or triton:HOST:PORT/MODEL", text)
	}
	if where == "" {
		return t, fmt.Errorf("--target=%s names no file; expected %s:FILE", text, kind)
	}
	return t, nil
}

// nameTargets gives every target a name of its own.
func (s *streamTargetFlags) nameTargets() {
	used := map[string]int{}
	for i := range s.list {
		t := &s.list[i]
		switch {
		case t.kind == targetTriton:
			t.name = "Triton: " + t.model
		case t.kind == targetORT:
			t.name = "ONNX Runtime"
		default:
			t.name = "TensorRT"
		}
		if t.travel {
			t.name += ", state travels"
		}
		if used[t.name]++; used[t.name] > 1 {
			t.name = fmt.Sprintf("%s (%d)", t.name, used[t.name])
		}
	}
}

// pairs returns the recurrent states that were given: nil to find them, empty for none.
func (s *streamServeFlags) pairs() ([]serve.State, error) {
	switch s.state {
	case stateAuto:
		return nil, nil
	case stateNone:
		return []serve.State{}, nil
	}
	parsed, err := triton.ParseStates(s.state)
	if err != nil {
		return nil, err
	}
	var states []serve.State
	for _, p := range parsed {
		states = append(states, serve.State{Input: p.Input, Output: p.Output})
	}
	return states, nil
}
