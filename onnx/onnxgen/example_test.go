package onnxgen_test

import (
	"bytes"
	"fmt"
	"log"

	"github.com/trtbench/trtbench/onnx"
	"github.com/trtbench/trtbench/onnx/onnxgen"
)

// Write a model and look at what came out.
func ExampleWrite() {
	var file bytes.Buffer
	options := onnxgen.Options{Megabytes: 2, Batch: 4, Seed: 1}
	if err := onnxgen.Write(&file, options); err != nil {
		log.Fatal(err)
	}
	m, err := onnx.Decode(bytes.NewReader(file.Bytes()), "generated", int64(file.Len()))
	if err != nil {
		log.Fatal(err)
	}
	for _, input := range m.Graph.Inputs {
		fmt.Println(input.Name, input.Type.Shape())
	}
	fmt.Println(options.Width())
	// Output:
	// signal [4, 2400]
	// state [4, 128]
	// 128
}
