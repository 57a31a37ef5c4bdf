package trt

import (
	"errors"
	"fmt"
	"strings"

	"github.com/trtbench/trtbench/bench"
	"github.com/trtbench/trtbench/csrc"
	"github.com/trtbench/trtbench/cuda"
	"github.com/trtbench/trtbench/internal/library"
)

// ErrClosed is returned by methods of an object after its Close.
var ErrClosed = errors.New("use after close")

// errHostMemory says that an allocation of the C part failed.
var errHostMemory = errors.New("the host has no memory left")

// Error is an operation that TensorRT refused.
type Error struct {
	Operation string // as in "deserialize model.plan"
	Log       string // last error that TensorRT logged while the operation ran, or empty
	Err       error  // an *AbsentError, or what CUDA said, if anything
}

// Error names the operation and the reason.
func (e *Error) Error() string {
	text := "trt: " + e.Operation
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	switch {
	case e.Log != "":
		return text + ": TensorRT says: " + e.Log
	case e.Err == nil:
		return text + ": TensorRT refused and logged no reason"
	}
	return text
}

// Unwrap returns Err.
func (e *Error) Unwrap() error { return e.Err }

// AbsentError is a method that the loaded version of TensorRT lacks.
type AbsentError struct {
	Method string // as in "ICudaEngine::getEngineStat"
	Needed string // versions that have it, as in "10.14 or 11.0"
	Loaded Version
}

// Error names the method, the version needed and the version found.
func (e *AbsentError) Error() string {
	return fmt.Sprintf("%s needs TensorRT %s or later, %v is loaded", e.Method, e.Needed, e.Loaded)
}

// newAbsentError describes a row of the table of methods.
func newAbsentError(m csrc.Method, loaded Version) *AbsentError {
	var needed []string
	if m.Slot10 >= 0 {
		needed = append(needed, fmt.Sprintf("10.%d", m.Since10))
	}
	if m.Slot11 >= 0 {
		needed = append(needed, fmt.Sprintf("11.%d", m.Since11))
	}
	return &AbsentError{
		Method: "I" + strings.TrimPrefix(m.Interface, "V") + "::" + m.Name,
		Needed: strings.Join(needed, " or "),
		Loaded: loaded,
	}
}

// cudaError describes a status of the CUDA runtime that came through TensorRT's part of the boundary.
func cudaError(lib *cuda.Library, call string, status int) error {
	rt := lib.Runtime()
	return &cuda.Error{Code: cuda.Code(status), Name: rt.ErrorName(status), Text: rt.ErrorText(status), Call: call}
}

// unavailable lets errors that say the machine lacks a library, a driver or a device match bench.ErrUnavailable.
func unavailable(err error) error {
	var notFound *library.NotFoundError
	if errors.As(err, &notFound) || errors.Is(err, cuda.ErrNoDevice) || errors.Is(err, cuda.ErrInsufficientDriver) {
		return bench.Unavailable(err)
	}
	return err
}
