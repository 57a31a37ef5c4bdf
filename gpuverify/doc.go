// Package gpuverify proves on a device that what this project measures is true: it builds engines, runs them in every mode, and
// compares what came out with what must hold.
//
//	e, err := gpuverify.Run(ctx, gpuverify.Options{Majors: []int{10, 11}, Load: load, ReferenceModel: "streaming_acoustic.onnx", Folder: folder})
//	err = gpuverify.WritePage(w, e)
//
// What comes out is an [Evidence]: the machine, every figure, and every [Check] with its tolerance, its numbers and its outcome.
//
// A check is a function of recordings and values that knows no device, and is tested with made-up ones that it must refuse: the
// files checks_*.go. What is run stands in plan.go; build.go, modes.go, rounds.go, outputs.go, memory.go and faults.go get from the
// device what is checked.
package gpuverify
