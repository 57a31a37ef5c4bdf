package ort_test

import (
	"context"
	"fmt"
	"log"

	"github.com/trtbench/trtbench/bench"
	"github.com/trtbench/trtbench/ort"
)

// Run a chunk of silence through a model and look at what came out.
func ExampleNewTarget() {
	lib, err := ort.Load(ort.LoadOptions{})
	if err != nil {
		log.Fatal(err) // lists every place where ONNX Runtime was looked for
	}
	defer lib.Close()
	target, err := ort.NewTarget(lib, "testdata/models/streaming_acoustic.onnx", ort.TargetOptions{
		Zero:           []string{"signal", "state"},
		IntraOpThreads: 1,
	})
	if err != nil {
		log.Fatal(err)
	}
	defer target.Close()

	opened, err := target.Open(context.Background(), bench.Setup{Lanes: 1, Slots: 1})
	if err != nil {
		log.Fatal(err)
	}
	defer opened.Close()
	lanes := opened.(*ort.Lanes)
	if err := lanes.Enqueue(0, 0); err != nil {
		log.Fatal(err)
	}
	outputs, err := lanes.Outputs(0)
	if err != nil {
		log.Fatal(err)
	}
	for _, out := range outputs {
		fmt.Println(out.Name, out.Type, out.Shape)
	}
}
