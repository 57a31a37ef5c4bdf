// Package inspect says what is in a model file, an engine of TensorRT or an ONNX model, and how two of them differ: as text for people
// and as JSON.
//
// It is plain Go and opens no library: [Model] describes what package onnx read; an [Engine] is filled by who has TensorRT at hand,
// with [ParseLayers] for what TensorRT tells about layers.
package inspect
