// Package profile adds up how long each layer of an engine takes, from the calls that TensorRT's profiler makes: a name and
// a time for every layer of every inference.
package profile
