package inspect_test

import (
	"context"
	"fmt"
	"log"
	"os"

	"github.com/trtbench/trtbench/inspect"
	"github.com/trtbench/trtbench/onnx"
)

func describe(path string) *inspect.Document {
	m, err := onnx.Read(path)
	if err != nil {
		log.Fatal(err)
	}
	hash, err := m.Hash(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	return inspect.NewModel(m, hash)
}

// Say what a model is made of.
func ExampleNewModel() {
	d := describe("../testdata/models/tiny/half.onnx")
	if err := d.WriteText(os.Stdout, inspect.TextOptions{}); err != nil {
		log.Fatal(err)
	}
	// Output:
	//   file        ../testdata/models/tiny/half.onnx
	//   kind        ONNX model
	//   size        71 bytes
	//   SHA-256     fc69eae9f35412be3048dc87f2acbf7c2f4380c6911886e47fa3eb360a42f73b
	//   format      IR version 10, opset 19
	//   written by  make_tiny
	//
	// Inputs
	//   x  float16  scalar
	//
	// Outputs
	//   y  float16  scalar
	//
	// Parameters: 0 tensors, 0 elements, 0 bytes
	//
	// Operators: 1 of 1 kind
	//   Identity 1
}

// See whether a model still has the inputs that it was deployed with.
func ExampleCompare() {
	diff, err := inspect.Compare(describe("../testdata/models/tiny/half.onnx"), describe("../testdata/models/tiny/scalar.onnx"))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(diff.Result)
	for _, section := range diff.Sections {
		if section.Name == "inputs" {
			for _, item := range section.Items {
				fmt.Println(item.State, item.Name)
			}
		}
	}
	// Output:
	// different
	// changed x
	// added factor
}

// TensorRT's inspector tells layers as JSON, in more or less detail.
func ExampleParseLayers() {
	layers, err := inspect.ParseLayers(`{"Layers": ["conv1 + relu1", {"Name": "fc", "LayerType": "gemm", "TacticName": "sm80_gemm",
		"Outputs": [{"Name": "y", "Dimensions": [8, 35], "Format/Datatype": "Half"}]}]}`)
	if err != nil {
		log.Fatal(err)
	}
	for _, l := range layers {
		fmt.Printf("%d %q %q %q\n", l.Index, l.Name, l.Type, l.Precision)
	}
	// Output:
	// 0 "conv1 + relu1" "" ""
	// 1 "fc" "gemm" "fp16"
}
