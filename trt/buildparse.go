package trt

import (
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/trtbench/trtbench/csrc"
	"github.com/trtbench/trtbench/internal/library"
)

// parse reads the model into the network.
func (b *build) parse() error {
	parsers, err := b.lib.onnxParser()
	if err != nil {
		return fmt.Errorf("trt: build %s: %w", b.path, err)
	}
	n := b.lib.nvinfer
	err = b.try("create ONNX parser", func() (status int) {
		b.parser, status = n.CreateParser(parsers, b.network, b.lib.logger.logger)
		return status
	})
	if err != nil {
		return err
	}
	start := time.Now()
	err = b.try("parse "+b.path, func() int { return b.parser.Parse(b.path, b.lib.sink.limit) })
	b.built.ParseTime = time.Since(start)
	hashed := <-b.hash
	b.hash = nil
	if err != nil {
		return b.parserError(err)
	}
	if hashed.err != nil {
		return fmt.Errorf("trt: build %s: %w", b.path, hashed.err)
	}
	b.built.Model = hashed.model
	return b.describe()
}

// parserError asks the parser what was wrong.
func (b *build) parserError(err error) error {
	refused := &ModelError{Path: b.path}
	faults, _ := b.parser.Faults() // those that can be read; the refusal itself is known
	for _, f := range faults {
		refused.Faults = append(refused.Faults, ParserFault{
			Node: f.Node, NodeName: f.NodeName, Operator: f.NodeOperator,
			Unknown: f.NodeOperator != "" && b.parser.Knows(f.NodeOperator) == csrc.Refused,
			Code:    ParserCode(f.Code), Text: f.Text, File: f.File, Line: f.Line, Function: f.Function, Calls: f.Stack,
		})
	}
	var failure *Error
	if errors.As(err, &failure) {
		refused.Log = failure.Log
	}
	return refused
}

// describe notes what the model has turned out to be.
func (b *build) describe() error {
	n := b.lib.nvinfer
	var facts csrc.NetworkFacts
	err := b.try("describe the network of "+b.path, func() (status int) {
		if facts, status = n.NetworkFacts(b.network); status != csrc.OK {
			return status
		}
		for i := 0; i < facts.Inputs && status == csrc.OK; i++ {
			var t csrc.NetworkTensor
			t, status = n.NetworkInput(b.network, i)
			b.inputs = append(b.inputs, t)
		}
		for i := 0; i < facts.Outputs && status == csrc.OK; i++ {
			var t csrc.NetworkTensor
			t, status = n.NetworkOutput(b.network, i)
			b.outputs = append(b.outputs, t)
		}
		return status
	})
	b.built.Layers = facts.Layers
	b.built.Inputs = networkTensors(b.inputs)
	b.built.Outputs = networkTensors(b.outputs)
	if err == nil && facts.Outputs == 0 {
		return &ModelError{Path: b.path, Fault: "TensorRT's parser finds no outputs in it, so there is nothing to compute"}
	}
	return err
}

func networkTensors(tensors []csrc.NetworkTensor) []NetworkTensor {
	described := make([]NetworkTensor, len(tensors))
	for i, t := range tensors {
		described[i] = NetworkTensor{
			Name: t.Name, Type: DataType(t.Type), Shape: t.Shape, Dimensions: t.Dimensions, Values: t.ShapeTensor,
		}
	}
	return described
}

// onnxParser returns TensorRT's parser library, which is opened at its first use. A simulated TensorRT takes that of its own folder
// alone: objects of the real one and its own do not go together.
func (l *Library) onnxParser() (*csrc.ONNXParser, error) {
	l.parserMu.Lock()
	defer l.parserMu.Unlock()
	if l.parser != nil {
		return l.parser, nil
	}
	spec := library.NVOnnxParser
	spec.Names = []string{fmt.Sprintf("libnvonnxparser.so.%d", l.version.Major)}
	own := filepath.Dir(l.path)
	if l.simulated {
		parser, err := csrc.OpenONNXParser(filepath.Join(own, spec.Names[0]))
		l.parser = parser
		return parser, err
	}
	parser, _, err := library.Load(spec, append([]string{own}, l.paths...), csrc.OpenONNXParser)
	if err != nil {
		return nil, unavailable(err)
	}
	l.parser = parser
	return parser, nil
}
