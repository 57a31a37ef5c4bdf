// Package data makes the contents of requests to an inference server: zero, random, from files of raw bytes, or from JSON files in
// the form of perf_analyzer.
package data
