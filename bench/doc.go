// Package bench measures how fast inferences run back to back, with trtexec's semantics: warm-up by time, a
// minimum duration and a minimum number of iterations that must both be met, one inference queued ahead.
//
// A [Target] is what is measured; package trt provides TensorRT engines, package ort ONNX Runtime sessions. [Run]
// drives it and returns a [Recording] of raw samples, which [Summarize] turns into figures. The package is plain
// Go: it knows no device, and builds without cgo.
package bench
