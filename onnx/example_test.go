package onnx_test

import (
	"context"
	"fmt"
	"log"

	"github.com/trtbench/trtbench/onnx"
)

// Look at a model before it is run: which inputs does it take, and how many bytes are its weights?
func ExampleRead() {
	m, err := onnx.Read("../testdata/models/streaming_acoustic.onnx")
	if err != nil {
		log.Fatal(err) // says what the file is instead, where it is cut, or which file with weights is missing
	}
	for _, input := range m.Graph.Inputs {
		fmt.Println(input.Name, input.Type.ElementText(), input.Type.Shape())
	}
	for _, sum := range m.ParameterSums() {
		fmt.Println(sum.Type, sum.Bytes)
	}
	fmt.Println("most frequent:", m.Operators()[0].Operator)
	// Output:
	// signal int32 [batch_size, 2400, 1]
	// state float16 [batch_size, 219729]
	// float32 156480
	// int32 9780
	// int64 360
	// most frequent: Cast
}

// The hash tells whether an engine that was built from a model is still that of the model.
func ExampleHash() {
	hash, err := onnx.Hash(context.Background(), "../testdata/models/streaming_acoustic.onnx")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(hash)
	// Output: 7efee0318175986c82994687e7d5ba3ad0b48c7e7d6bf135a7eb243810ffcfee
}
