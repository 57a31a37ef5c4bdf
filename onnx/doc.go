// Package onnx reads what an ONNX file says about its model: inputs, outputs, operators, parameters, where weights lie. It does
// not load the weights, so a model of ten gigabytes is read in the time and memory of its list of nodes.
//
// The wire format is walked by hand, with the field numbers of the public ONNX protocol, which never change. Fields that are not
// known are skipped, as the protocol asks for.
package onnx
