// Package kserve is the wire form of the open inference protocol, version 2, with Triton's extensions, generated from the .proto
// files beside it by make protos. Messages of a model's configuration keep the fields that are not named there.
package kserve
