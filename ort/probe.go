package ort

import (
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"

	ortgo "github.com/yalue/onnxruntime_go"

	"github.com/trtbench/trtbench/record"
)

// outputShapes finds out the shapes of outputs that the file leaves open, by running the model once.
//
// The binding cannot allocate an output of every type by itself, so the outputs cannot simply be looked at. Instead
// an operator "Shape" is put behind each of them: its result is a list of whole numbers. A model file can be extended by
// appending to it: two messages of Protocol Buffers in a row are read as one, lists joined.
func outputShapes(model record.Model, inputs []*boundTensor, outputs []string) ([][]int64, error) {
	data, err := os.ReadFile(model.Path)
	if err != nil {
		return nil, err
	}
	names := make([]string, len(outputs))
	for i := range outputs {
		names[i] = fmt.Sprintf("trtbench.shape.%d", i)
	}
	options, err := probeOptions(filepath.Dir(model.Path))
	if err != nil {
		return nil, err
	}
	defer options.Destroy()
	session, err := ortgo.NewDynamicAdvancedSessionWithONNXData(append(data, shapeOperators(outputs, names)...),
		namesOf(inputs), names, options)
	if err != nil {
		return nil, err
	}
	defer session.Destroy()

	in, out := make([]ortgo.Value, len(inputs)), make([]ortgo.Value, len(outputs))
	for i, t := range inputs {
		in[i] = t.value
	}
	err = session.Run(in, out)
	shapes := make([][]int64, len(out))
	for i, value := range out {
		if value == nil {
			continue
		}
		if shape, ok := value.(*ortgo.Tensor[int64]); ok {
			shapes[i] = append(shapes[i], shape.GetData()...)
		}
		_ = value.Destroy() // releases memory only and always returns nil
	}
	return shapes, err
}

// probeOptions are for a session that runs once: nothing is optimized. Weights outside the model file are found in folder.
func probeOptions(folder string) (*ortgo.SessionOptions, error) {
	folder, err := filepath.Abs(folder)
	if err != nil {
		return nil, err
	}
	options, err := TargetOptions{GraphLevel: GraphNone}.session()
	if err != nil {
		return nil, err
	}
	if err := options.AddSessionConfigEntry("session.model_external_initializers_file_folder_path", folder); err != nil {
		_ = options.Destroy()
		return nil, err
	}
	return options, nil
}

// shapeOperators encodes the part of a model that gives the shape of each tensor as an output.
func shapeOperators(tensors, shapes []string) []byte {
	// Field numbers of onnx.proto.
	const (
		modelGraph                               = 7
		graphNode, graphOutput                   = 1, 12
		nodeInput, nodeOutput, nodeName, nodeOp  = 1, 2, 3, 4
		valueName, valueType, typeTensor, elemOf = 1, 2, 1, 1
	)
	var graph []byte
	for i, name := range tensors {
		node := field(nil, nodeInput, []byte(name))
		node = field(node, nodeOutput, []byte(shapes[i]))
		node = field(node, nodeName, []byte(shapes[i]))
		node = field(node, nodeOp, []byte("Shape"))
		graph = field(graph, graphNode, node)

		int64s := []byte{elemOf << 3, ortgo.TensorElementDataTypeInt64}
		value := field(nil, valueName, []byte(shapes[i]))
		value = field(value, valueType, field(nil, typeTensor, int64s))
		graph = field(graph, graphOutput, value)
	}
	return field(nil, modelGraph, graph)
}

// field appends a field of bytes to a message of Protocol Buffers.
func field(message []byte, number uint64, content []byte) []byte {
	const bytesFollow = 2
	message = binary.AppendUvarint(message, number<<3|bytesFollow)
	message = binary.AppendUvarint(message, uint64(len(content)))
	return append(message, content...)
}

func namesOf(tensors []*boundTensor) []string {
	names := make([]string, len(tensors))
	for i, t := range tensors {
		names[i] = t.name
	}
	return names
}
