// Package ort measures ONNX models on ONNX Runtime, loaded at run time.
//
//	lib, err := ort.Load(ort.LoadOptions{})
//	defer lib.Close()
//	target, err := ort.NewTarget(lib, "model.onnx", ort.TargetOptions{IntraOpThreads: 1})
//	defer target.Close()
//	recording, err := bench.Run(ctx, target, bench.Options{})
//
// # What is measured
//
// ONNX Runtime computes while it is called, so an inference happens inside Enqueue and is over when that returns; Wait
// only hands the times over. The one stage that exists is the computation: the time of the call that runs the model, on
// the host's monotonic clock. Inputs and outputs stay in host memory and are bound once, so there is nothing to copy;
// what a [bench.Setup] says about transfers, graphs, waiting and managed memory has no effect here. With two
// slots the second inference still starts after the first has ended.
//
// # Memory
//
// The binding to ONNX Runtime keeps the addresses of tensors in C without telling Go's garbage collector. Tensors lie in
// pages of their own outside Go's heap for that reason, mapped before the run so that no page fault falls into it. Only
// scalars, tensors without a dimension, lie in Go memory, because the binding has no other way; their lane keeps
// them alive.
//
// # Concurrency
//
// A Library and a Target are safe for concurrent use. Lanes follow [bench.Lanes]: one goroutine for a lane at a time,
// different lanes at once if wanted. All lanes share one session, with tensors of their own; ONNX Runtime's threads are
// shared as well, so lanes that run at once slow each other down when each asks for all cores.
//
// # AddressSanitizer
//
// A test binary with -asan must be linked with CGO_LDFLAGS="-Wl,--no-as-needed -lstdc++". Otherwise the first C++
// exception inside ONNX Runtime, thrown and caught there for any refused model, ends the program.
package ort
