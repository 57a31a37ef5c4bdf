package trt

import (
	"bytes"
	"errors"
	"fmt"
	"io"
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
		return modelError(b.path, hashed.err)
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
			Node: f.Node, NodeName: f.NodeName, Operator: f.NodeOperator, Code: ParserCode(f.Code), Text: f.Text,
			File: f.File, Line: f.Line, Function: f.Function, Calls: f.Stack,
		})
	}
	if len(faults) > 0 && refused.Faults[0].Code == ParserNotONNX {
		refused.Fault = notONNX(b.path)
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
	if err == nil && facts.Outputs == 0 { // the parser takes some files for an empty model that are none
		return &ModelError{Path: b.path, Fault: notONNX(b.path)}
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

// checkModel refuses a file that is no model without any library.
func checkModel(path string) error {
	file, size, err := openPlan(path)
	if err != nil {
		return modelError(path, err)
	}
	defer file.Close()
	if size == 0 {
		return &ModelError{Path: path, Fault: "the file is empty, expected an ONNX model; writing it may have failed"}
	}
	start := make([]byte, planPeek)
	n, err := io.ReadFull(file, start)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		return &ModelError{Path: path, Fault: fmt.Sprintf("cannot be read: %v", err), Err: err}
	}
	start = start[:n]
	if _, err := DecodePlanHeader(bytes.NewReader(start), path, size); err == nil {
		return &ModelError{Path: path, Fault: "this is an engine already; load it instead of building one from it"}
	}
	if looks, known := knownContent(start); known {
		return &ModelError{Path: path, Fault: fmt.Sprintf("this is %s, expected an ONNX model", looks)}
	}
	return nil
}

// notONNX says what a file is that TensorRT's parser does not take for a model.
func notONNX(path string) string {
	const fault = "TensorRT's parser finds no ONNX model in it; "
	file, size, err := openPlan(path)
	if err != nil {
		return fault + "it cannot be opened any more"
	}
	defer file.Close()
	start := make([]byte, planPeek)
	n, _ := io.ReadFull(file, start)
	switch start = start[:n]; {
	case looksLikeONNX(start):
		return fault + fmt.Sprintf("it begins like one and has %d bytes, so it may be cut short: copy or export it again", size)
	case looksLikeText(start):
		return fault + "it is text: give the model itself"
	}
	return fault + fmt.Sprintf("it begins with bytes % x", start[:min(n, 8)])
}

// modelError turns what is wrong with opening a file into an error about a model.
func modelError(path string, err error) error {
	var plan *PlanError
	if !errors.As(err, &plan) {
		return &ModelError{Path: path, Err: err}
	}
	fault := map[PlanFault]string{
		PlanMissing:   "there is no such file; check the path",
		PlanIsFolder:  "this is a folder, expected an ONNX file",
		PlanNotEngine: fmt.Sprintf("this is %s, expected an ONNX file", plan.Looks),
	}[plan.Fault]
	if fault == "" {
		fault = fmt.Sprintf("cannot be read: %v", plan.Err)
	}
	return &ModelError{Path: path, Fault: fault, Err: plan.Err}
}
