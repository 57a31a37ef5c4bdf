// Package trt builds and runs TensorRT engines: it loads libnvinfer of major 10 or 11 at run time, compiles ONNX models to
// engines, reads engines, and offers them as a [bench.Target] whose inferences can be timed. One program serves both majors; no
// header or library of NVIDIA's is needed to build it.
//
//	lib, err := trt.Load()                                   // libcudart, then libnvinfer
//	defer lib.Close()
//	shapes, err := trt.ParseShapes("signal:4x2400x1,state:4x219729")
//	target, err := trt.NewTarget(lib, 0, "model.plan", trt.TargetOptions{Shapes: shapes})
//	defer target.Close()
//	recording, err := bench.Run(ctx, target, bench.Options{})
//
// # Building
//
// [Library.Build] compiles a model as trtexec does; [BuildOptions] has trtexec's settings and says which version takes them.
// An engine in memory is measured by [NewTargetFromPlan]:
//
//	var plan bytes.Buffer
//	built, err := lib.Build(ctx, 0, "model.onnx", &plan, trt.BuildOptions{})
//	target, err := trt.NewTargetFromPlan(lib, 0, "model.onnx", plan.Bytes(), trt.TargetOptions{})
//
// # Values and layers
//
// A run can keep what the last inference computed ([bench.Options.FetchOutputs]) and how long each layer took
// ([bench.Options.ProfileLayers]). Both come from lane 0. Values of inputs are given as package inputs reads them.
//
// # Sessions
//
// An [Executor] runs batches of sessions and keeps their recurrent states on the device: what a server of package serve, or a
// service of one's own, puts its batches into.
//
//	executor, err := trt.NewExecutor(lib, 0, "model.plan", trt.ExecutorOptions{})
//	opened, err := executor.Open(ctx, serve.Setup{Sessions: 1000, Instances: 2})
//	err = opened.Run(0, []serve.Item{{Session: 17, Start: true, Inputs: signal, Outputs: logprobs}})
//
// # Objects
//
//	Library   a loaded libnvinfer beside the CUDA runtime it works with
//	Runtime   reads engines on one device
//	Engine    a deserialized engine: tensors, optimization profiles, memory, layers
//	Context   one execution of an engine: input shapes, addresses, enqueue
//	Target    an engine file, ready for bench.Run
//	Executor  an engine file, ready for serve
//
// A parent outlives its children: closing an engine that still has contexts is an error that names them. Close may
// be called more than once; any other use of a closed object is an error that matches [ErrClosed].
//
// # Errors
//
// [*Error] carries the operation and the last error line that TensorRT logged while it ran. [*AbsentError] says that
// the loaded version lacks a method and which version has it. [*PlanError] says what is wrong with an engine file,
// before the file is handed to the library. [*ShapeError] says which input shape does not fit, and what would. [*ModelError],
// [*BuildOptionError], [*ProfileError] and [*TimingCacheError] say what keeps a model from being built.
//
// # Concurrency
//
// A Library is safe for concurrent use. A Runtime, Engine or Context is used by one goroutine at a time, except that
// reading the facts of an Engine is safe from several. The current CUDA device belongs to the thread: methods that
// need it set it themselves.
package trt
