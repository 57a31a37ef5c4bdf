package sim

import (
	"errors"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
)

// Limits of a plan. The libraries have the same.
const (
	maxRank     = 8
	maxExtent   = math.MaxInt32
	maxElements = 1 << 40
	maxBytes    = 1 << 50
	maxCount    = 1e15
	maxMicros   = 1e12
	maxGbps     = 1e6
	maxStreams  = 64
)

var (
	dataTypes = []string{"float32", "float16", "int8", "int32", "bool", "uint8", "float8", "bfloat16", "int64", "int4", "float4", "e8m0"}
	formats   = []string{"", "linear", "chw2", "hwc8", "chw4", "chw16", "chw32", "dhwc8", "cdhw32", "hwc", "dla_linear", "dla_hwc4", "hwc16", "dhwc"}
	functions = []Function{"", FunctionNone, FunctionFill, FunctionCopy, FunctionStreamingAcoustic}
	faultable = []string{
		"deserialize", "createExecutionContext", "setOptimizationProfile", "setInputShape", "inferShapes", "setTensorAddress", "enqueue",
		"reportToProfiler",
	}
	tilings    = []string{"", "none", "fast", "moderate", "full"}
	buildFlags = []string{
		"fp16", "int8", "debug", "gpu_fallback", "refit", "disable_timing_cache", "tf32", "sparse_weights", "safety_scope",
		"obey_precision_constraints", "prefer_precision_constraints", "direct_io", "reject_empty_algorithms", "version_compatible",
		"exclude_lean_runtime", "fp8", "error_on_timing_cache_miss", "bf16", "disable_compilation_cache", "strip_plan", "refit_identical",
		"weight_streaming", "int4", "refit_individual", "strict_nans", "monitor_memory", "fp4", "editable_timing_cache",
		"distributive_independence", "strongly_typed",
	}
	versionText = regexp.MustCompile(`^[1-9][0-9]?\.[0-9]{1,2}(\.[0-9]{1,2})?$`)
	slowText    = regexp.MustCompile(`^slow:([0-9]+(\.[0-9]+)?)$`)
)

// faults collects what is wrong with a plan.
type faults []error

func (f *faults) add(format string, args ...any) { *f = append(*f, fmt.Errorf(format, args...)) }

func (f *faults) within(name string, value, least, most float64) {
	if !(value >= least && value <= most) {
		f.add("%s is %g, expected %g to %g", name, value, least, most)
	}
}

func oneOf[T ~string](f *faults, name string, value T, choices ...T) {
	if !slices.Contains(choices, value) {
		f.add("%s is %q, expected one of %q", name, value, slices.DeleteFunc(slices.Clone(choices), func(c T) bool { return c == "" }))
	}
}

// Validate returns every fault of the plan, joined, or nil.
func (p *Plan) Validate() error {
	var f faults
	if p.TensorRT != "" && !versionText.MatchString(p.TensorRT) {
		f.add("tensorrt is %q, expected a version such as 10.15.1", p.TensorRT)
	}
	p.checkTensors(&f)
	for i, profile := range p.Profiles {
		p.checkRanges(&f, fmt.Sprintf("profiles[%d]", i), profile)
	}
	if len(p.Profiles) == 0 {
		p.checkRanges(&f, "profiles", Profile{})
	}
	p.checkNumbers(&f)
	p.checkLayers(&f)
	oneOf(&f, "hardware_compatibility", p.HardwareCompatibility, "", "none", "ampere_plus", "same_compute_capability")
	oneOf(&f, "profiling_verbosity", p.ProfilingVerbosity, "", "layer_names_only", "none", "detailed")
	p.checkFunction(&f)
	p.checkBuild(&f)
	for i, fault := range p.Faults {
		checkFault(&f, fmt.Sprintf("faults[%d]", i), fault)
	}
	return errors.Join(f...)
}

func (p *Plan) checkNumbers(f *faults) {
	for _, n := range []struct {
		name  string
		value float64
		most  float64
	}{
		{"time.base_us", p.Time.BaseUs, maxMicros}, {"time.per_item_us", p.Time.PerItemUs, maxMicros}, {"time.spread", p.Time.Spread, 1},
		{"time.first_us", p.Time.FirstUs, maxMicros}, {"time.enqueue_us", p.Time.EnqueueUs, maxMicros},
		{"time.graph_launch_us", p.Time.GraphLaunchUs, maxMicros}, {"memory.device_bytes", float64(p.Memory.DeviceBytes), maxBytes},
		{"memory.weights_bytes", float64(p.Memory.WeightsBytes), maxBytes}, {"aux_streams", float64(p.AuxStreams), maxStreams},
		{"memory.streamable_weights_bytes", float64(p.Memory.StreamableWeightsBytes), maxBytes},
	} {
		f.within(n.name, n.value, 0, n.most)
	}
	oneOf(f, "time.distribution", p.Time.Distribution, "", "uniform", "normal")
	if p.Time.Seed != nil {
		f.within("time.seed", float64(*p.Time.Seed), 0, maxCount)
	}
	if p.Copy != nil {
		optional(f, "copy.h2d_gbps", p.Copy.H2DGbps, maxGbps)
		optional(f, "copy.d2h_gbps", p.Copy.D2HGbps, maxGbps)
		optional(f, "copy.latency_us", p.Copy.LatencyUs, maxMicros)
	}
	for _, bytes := range p.Memory.ProfileDeviceBytes {
		f.within("memory.profile_device_bytes", float64(bytes), 0, maxBytes)
	}
	if n := len(p.Memory.ProfileDeviceBytes); n > 0 && n != max(len(p.Profiles), 1) {
		f.add("memory.profile_device_bytes has %d numbers, expected %d, one for each profile", n, max(len(p.Profiles), 1))
	}
}

func optional(f *faults, name string, value *float64, most float64) {
	if value != nil {
		f.within(name, *value, 0, most)
	}
}

func (p *Plan) checkLayers(f *faults) {
	shares := 0.0
	for i, l := range p.Layers {
		if l.Name == "" {
			f.add("layers[%d]: no name", i)
		}
		f.within(fmt.Sprintf("layers[%d].share", i), l.Share, 0, 1)
		shares += l.Share
		if l.Precision != "" {
			oneOf(f, fmt.Sprintf("layers[%d].precision", i), l.Precision, dataTypes...)
		}
		checkLayerTensors(f, fmt.Sprintf("layers[%d].inputs", i), l.Inputs)
		checkLayerTensors(f, fmt.Sprintf("layers[%d].outputs", i), l.Outputs)
	}
	if len(p.Layers) > 0 && math.Abs(shares-1) > 0.01 {
		f.add("layers: the shares add up to %g, expected 1", shares)
	}
}

func checkLayerTensors(f *faults, name string, tensors []LayerTensor) {
	for i, t := range tensors {
		where := fmt.Sprintf("%s[%d]", name, i)
		if t.Name == "" {
			f.add("%s: no name", where)
		}
		oneOf(f, where+".type", t.Type, dataTypes...)
		if len(t.Shape) > maxRank {
			f.add("%s.shape has %d dimensions, expected at most %d", where, len(t.Shape), maxRank)
		}
		for axis, d := range t.Shape {
			f.within(fmt.Sprintf("%s.shape[%d]", where, axis), float64(d), -1, maxExtent)
		}
	}
}

func (p *Plan) checkBuild(f *faults) {
	if p.Build == nil {
		return
	}
	f.within("build.optimization_level", float64(p.Build.OptimizationLevel), 0, 5)
	for i, flag := range p.Build.Flags {
		oneOf(f, fmt.Sprintf("build.flags[%d]", i), flag, buildFlags...)
	}
	f.within("build.workspace_bytes", float64(p.Build.WorkspaceBytes), 0, maxBytes)
	oneOf(f, "build.tiling", p.Build.Tiling, tilings...)
}

func (p *Plan) checkFunction(f *faults) {
	oneOf(f, "function", p.Function, functions...)
	count := func(mode string) (n int) {
		for _, t := range p.Tensors {
			if t.Mode == mode {
				n++
			}
		}
		return n
	}
	if p.Function == FunctionCopy && count("input") < count("output") {
		f.add("function: copy needs an input for every output")
	}
	if p.Function != FunctionStreamingAcoustic {
		return
	}
	for _, want := range []Tensor{
		{Name: "signal", Mode: "input", Type: "int32", Shape: []int64{2400, 1}},
		{Name: "state", Mode: "input", Type: "float16", Shape: []int64{219729}},
		{Name: "logprobs", Mode: "output", Type: "float32", Shape: []int64{10, 35}},
		{Name: "state_next", Mode: "output", Type: "float16", Shape: []int64{219729}},
	} {
		right := func(t Tensor) bool {
			return t.Name == want.Name && t.Mode == want.Mode && t.Type == want.Type && len(t.Shape) > 0 && slices.Equal(t.Shape[1:], want.Shape)
		}
		if !slices.ContainsFunc(p.Tensors, right) {
			f.add("function: streaming_acoustic needs the %s %q, %s, a batch of %v", want.Mode, want.Name, want.Type, want.Shape)
		}
	}
}

func checkFault(f *faults, name string, fault Fault) {
	oneOf(f, name+".call", fault.Call, faultable...)
	f.within(name+".at", float64(fault.At), 0, maxCount)
	f.within(name+".every", float64(fault.Every), 0, maxCount)
	if slow := slowText.FindStringSubmatch(fault.Error); slow != nil {
		if ms, err := strconv.ParseFloat(slow[1], 64); err == nil {
			f.within(name+".error: slow", ms, 0, 1e9)
			return
		}
	}
	oneOf(f, name+".error", fault.Error, "fail", "hang", "device-lost", "slow:<milliseconds>")
}
