// Package csrc is the boundary between Go and C: the one package of the module that contains `import "C"`.
//
// It is built in thin layers, each a C++ file and the Go file that wraps it:
//
//   - dl: opens shared libraries and looks up symbols;
//   - cudart: the CUDA runtime as a table of functions, from libcudart 12 or 13;
//   - abi and nvinfer: TensorRT's objects, reached by slot numbers in their virtual tables: those that run engines, then (in
//     nvinfer_builder and nvinfer_network) those that build them, with the ONNX parser;
//   - lane: the timed part of a run.
//
// No NVIDIA header and no NVIDIA library is needed to build it. The C++ side holds no policy: no retries, no defaults, no
// formatting; a function returns a status code, and a message where there is more to say. The Go side converts and nothing
// else: statuses stay integers, nobody checks whether a handle was closed. Packages cuda and trt put errors, lifetimes and
// checks on top, and other packages should use those.
package csrc

// #cgo CXXFLAGS: -std=c++17 -O2 -Wall -Wextra -fvisibility=hidden
// #cgo LDFLAGS: -ldl
import "C"
