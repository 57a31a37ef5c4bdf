package trt_test

import (
	"bytes"
	"context"
	"fmt"
	"log"

	"github.com/trtbench/trtbench/bench"
	"github.com/trtbench/trtbench/trt"
)

// On a machine with a GPU: build an engine of a model with open dimensions, and measure it without a file in between.
func ExampleLibrary_Build() {
	lib, err := trt.Load()
	if err != nil {
		log.Fatal(err)
	}
	defer lib.Close()
	var plan bytes.Buffer
	built, err := lib.Build(context.Background(), 0, "model.onnx", &plan, trt.BuildOptions{
		StronglyTyped:   true,
		TimingCacheFile: "timing.cache",
		Profiles: []trt.BuildProfile{trt.NewBuildProfile(
			trt.Shapes{"signal": {1, 2400, 1}}, trt.Shapes{"signal": {16, 2400, 1}}, trt.Shapes{"signal": {16, 2400, 1}})},
		Progress: func(e trt.ProgressEvent) { fmt.Printf("%s: %d of %d\n", e.Phase, e.Step, e.Steps) },
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(built.Layers, "layers,", built.PlanBytes, "bytes, built in", built.BuildTime)
	target, err := trt.NewTargetFromPlan(lib, 0, "model.onnx", plan.Bytes(), trt.TargetOptions{
		Shapes: trt.Shapes{"signal": {16, 2400, 1}},
	})
	if err != nil {
		log.Fatal(err)
	}
	defer target.Close()
	recording, err := bench.Run(context.Background(), target, bench.Options{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(recording.Len(), "inferences")
}

// What the loaded TensorRT does not take is told before anything is built.
func ExampleBuildOptions_Validate() {
	options := trt.BuildOptions{TilingLevel: trt.TilingFast, MaxAuxStreams: new(-1)}
	fmt.Println(options.Validate(trt.Version{Major: 10, Minor: 3}))
	// Output:
	// trt: build option maxAuxStreams: found -1, expected 0 or more
	// trt: build option tilingOptimizationLevel: it needs TensorRT 10.8 or later, 10.3.0 is loaded
}

func ExampleParseIOFormats() {
	formats, err := trt.ParseIOFormats("fp16:chw+hwc8,int32:chw")
	fmt.Println(formats, err)
	// Output:
	// [{float16 [chw hwc8]} {int32 [chw]}] <nil>
}
