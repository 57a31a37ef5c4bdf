// Package onnxgen writes models of any size, the same bytes for the same options, without Python: for proving a whole path on a
// machine that has Go and a GPU.
//
// The model has the form of a streaming recogniser and random weights. It recognises nothing.
//
//	signal        float32 [batch, 2400]    300 ms of audio, values about -1 to 1
//	state         float32 [batch, width]   state_next of the chunk before; zeros for the first
//	probabilities float32 [batch, 35]      of the tokens; they add up to 1
//	state_next    float32 [batch, width]   each value -1 to 1
//
// With h of -1 to 1, whatever the inputs, nothing overflows and rounding does not build up:
//
//	h = tanh(signal·W + b + state·R)
//	for each block: h = (h + tanh(relu(h·U + c)·V + d)) / 2
//	probabilities = softmax(h·O), state_next = h
//
// So every library that computes in the precision of the weights gives nearly the same: see the tests of this package.
package onnxgen
