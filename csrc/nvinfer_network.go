package csrc

// #include <stdlib.h>
// #include "nvinfer_builder.h"
import "C"

import "unsafe"

// NetworkFacts are the sizes of a parsed network.
type NetworkFacts struct{ Layers, Inputs, Outputs int }

// NetworkTensor is an input or output of a parsed network. The type is TensorRT's number.
type NetworkTensor struct {
	Tensor      Object // belongs to the network
	Name        string
	Type        int
	Shape       []int64  // -1: open
	Dimensions  []string // names of dimensions, empty where there is none
	ShapeTensor bool
}

// NetworkFacts asks a network for its sizes.
func (n *NVInfer) NetworkFacts(network Object) (NetworkFacts, int) {
	var f C.trtb_network_facts
	status := int(C.trtb_network_describe(n.p, network.p, &f))
	return NetworkFacts{Layers: int(f.layers), Inputs: int(f.inputs), Outputs: int(f.outputs)}, status
}

// NetworkInput asks a network for one of its inputs.
func (n *NVInfer) NetworkInput(network Object, index int) (NetworkTensor, int) {
	var t C.trtb_network_tensor
	status := int(C.trtb_network_input(n.p, network.p, C.int(index), &t))
	return goNetworkTensor(&t), status
}

// NetworkOutput asks a network for one of its outputs.
func (n *NVInfer) NetworkOutput(network Object, index int) (NetworkTensor, int) {
	var t C.trtb_network_tensor
	status := int(C.trtb_network_output(n.p, network.p, C.int(index), &t))
	return goNetworkTensor(&t), status
}

func goNetworkTensor(t *C.trtb_network_tensor) NetworkTensor {
	tensor := NetworkTensor{
		Tensor:      Object{t.tensor},
		Name:        C.GoString(t.name),
		Type:        int(t._type),
		Shape:       goDims(&t.shape),
		ShapeTensor: bool(t.shape_tensor),
	}
	for i := range tensor.Shape {
		tensor.Dimensions = append(tensor.Dimensions, C.GoString(t.dimensions[i]))
	}
	return tensor
}

// SetTensorType sets the type of an input or output, where the network's types are not the model's alone.
func (n *NVInfer) SetTensorType(tensor Object, dataType int) int {
	return int(C.trtb_tensor_set_type(n.p, tensor.p, C.int(dataType)))
}

// SetTensorFormats sets the bits of the formats that an input or output may have.
func (n *NVInfer) SetTensorFormats(tensor Object, formats uint32) int {
	return int(C.trtb_tensor_set_formats(n.p, tensor.p, C.uint32_t(formats)))
}

// ONNXParser is the opened library of TensorRT's ONNX parser.
type ONNXParser struct{ p *C.trtb_onnxparser }

// OpenONNXParser loads the library at path.
func OpenONNXParser(path string) (*ONNXParser, error) {
	cpath := C.CString(path)
	defer C.free(unsafe.Pointer(cpath))
	var l ONNXParser
	var text *C.char
	if C.trtb_onnxparser_open(cpath, &l.p, &text) != C.TRTB_OK {
		return nil, takeError(text)
	}
	return &l, nil
}

// Close frees the shim's memory; the library itself stays mapped. Every parser must have been destroyed.
func (l *ONNXParser) Close() {
	C.trtb_onnxparser_close(l.p)
	l.p = nil
}

// Parser reads ONNX models into a network. The zero Parser is none.
type Parser struct {
	n *NVInfer
	p unsafe.Pointer
}

// ParserFault is what the parser has to say against a model. The code is TensorRT's number.
type ParserFault struct {
	Text, File, Function   string
	NodeName, NodeOperator string
	Stack                  []string
	Code, Line, Node       int
}

// CreateParser makes a parser that writes into a network. It is destroyed before the network.
func (n *NVInfer) CreateParser(library *ONNXParser, network Object, logger *Logger) (Parser, int) {
	p := Parser{n: n}
	status := int(C.trtb_parser_create(n.p, library.p, network.p, logger.logger, &p.p))
	return p, status
}

// Parse reads a model, with files that it names beside it.
func (p Parser) Parse(path string, verbosity int) int {
	cpath := C.CString(path)
	defer C.free(unsafe.Pointer(cpath))
	return int(C.trtb_parser_parse(p.n.p, p.p, cpath, C.int(verbosity)))
}

// Knows returns Refused for an operator that the parser itself does not know; a plugin may.
func (p Parser) Knows(operator string) int {
	coperator := C.CString(operator)
	defer C.free(unsafe.Pointer(coperator))
	return int(C.trtb_parser_knows(p.n.p, p.p, coperator))
}

// Faults returns what was wrong with the model.
func (p Parser) Faults() (faults []ParserFault, status int) {
	var count C.int
	if status = int(C.trtb_parser_fault_count(p.n.p, p.p, &count)); status != OK {
		return nil, status
	}
	for i := range count {
		var f C.trtb_parser_fault
		if status = int(C.trtb_parser_fault_at(p.n.p, p.p, i, &f)); status != OK {
			return faults, status
		}
		faults = append(faults, ParserFault{
			Text:         C.GoString(f.text),
			File:         C.GoString(f.file),
			Function:     C.GoString(f.function),
			NodeName:     C.GoString(f.node_name),
			NodeOperator: C.GoString(f.node_operator),
			Stack:        goStrings(f.stack, int(f.stack_size)),
			Code:         int(f.code),
			Line:         int(f.line),
			Node:         int(f.node),
		})
	}
	return faults, OK
}

// Plugins returns the plugin libraries that a version-compatible engine of the model needs.
func (p Parser) Plugins() (paths []string, status int) {
	var texts **C.char
	var count C.int64_t
	status = int(C.trtb_parser_plugins(p.n.p, p.p, &texts, &count))
	return goStrings(texts, int(count)), status
}

// Destroy deletes the parser.
func (p Parser) Destroy() {
	if p.n != nil {
		C.trtb_parser_destroy(p.n.p, p.p)
	}
}

func goStrings(texts **C.char, count int) []string {
	if texts == nil || count <= 0 {
		return nil
	}
	strings := make([]string, count)
	for i, text := range unsafe.Slice(texts, count) {
		strings[i] = C.GoString(text)
	}
	return strings
}
