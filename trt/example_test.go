package trt_test

import (
	"context"
	"fmt"
	"log"

	"github.com/trtbench/trtbench/bench"
	"github.com/trtbench/trtbench/trt"
)

// On a machine with a GPU: measure an engine as trtexec does.
func ExampleNewTarget() {
	lib, err := trt.Load()
	if err != nil {
		log.Fatal(err)
	}
	defer lib.Close()
	target, err := trt.NewTarget(lib, 0, "model.plan", trt.TargetOptions{Shapes: trt.Shapes{"signal": {4, 2400, 1}}})
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

func ExampleReadPlanHeader() {
	header, err := trt.ReadPlanHeader("../testdata/plans/zero.sim.json")
	fmt.Println(header.Simulated, err)

	_, err = trt.ReadPlanHeader("../testdata/plans")
	fmt.Println(err)
	// Output:
	// true <nil>
	// trt: engine ../testdata/plans: this is a folder, expected an engine file as trtexec --saveEngine writes it
}

func ExampleParseShapes() {
	shapes, err := trt.ParseShapes("signal:16x2400x1,'a:b':4,scale:scalar")
	fmt.Println(shapes, err)

	_, err = trt.ParseShapes("signal:16x-1")
	fmt.Println(err)
	// Output:
	// map[a:b:[4] scale:[] signal:[16 2400 1]] <nil>
	// trt: parse shapes "signal:16x-1": signal: size -1 is negative
}
