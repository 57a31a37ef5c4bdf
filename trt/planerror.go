package trt

import (
	"fmt"

	"github.com/trtbench/trtbench/internal/filekind"
)

// PlanFault is what is wrong with an engine file.
type PlanFault string

// The faults of engine files.
const (
	PlanMissing      PlanFault = "missing"
	PlanUnreadable   PlanFault = "unreadable"
	PlanIsFolder     PlanFault = "folder"
	PlanEmpty        PlanFault = "empty"
	PlanNotEngine    PlanFault = "not an engine"
	PlanCutShort     PlanFault = "cut short"
	PlanOtherVersion PlanFault = "other version"
	PlanIsSimulated  PlanFault = "simulated" // for the simulated device, given to a real library
	PlanIsReal       PlanFault = "real"      // a real engine, given to the simulated library
)

// PlanError says what is wrong with an engine file, before the file is handed to TensorRT.
type PlanError struct {
	Path    string
	Fault   PlanFault
	Looks   string  // what the file is instead, with PlanNotEngine
	Bytes   int64   // size, with PlanCutShort
	Built   Version // version that built the engine, where it matters
	Library Version // loaded version, where it matters
	Err     error   // error of the file system, if any
}

// Unwrap returns the error of the file system.
func (e *PlanError) Unwrap() error { return e.Err }

// Error says what was found, what was expected and what to do.
func (e *PlanError) Error() string { return fmt.Sprintf("trt: engine %s: %s", e.Path, e.found()) }

func (e *PlanError) found() string {
	const expected = "expected an engine file as trtexec --saveEngine writes it"
	switch e.Fault {
	case PlanMissing:
		return "there is no such file; check the path"
	case PlanUnreadable:
		return fmt.Sprintf("cannot be read: %v", e.Err)
	case PlanIsFolder:
		return "this is a folder, " + expected
	case PlanEmpty:
		return "the file is empty, " + expected + "; writing it may have failed"
	case PlanCutShort:
		return fmt.Sprintf("the file is cut short: it has %d bytes and a header takes %d; copy or build it again",
			e.Bytes, planHeaderSize)
	case PlanOtherVersion:
		return fmt.Sprintf("built by TensorRT %v, but %v is loaded; rebuild it with %v, load TensorRT %v, or build it "+
			"version-compatible and say so when loading it", e.Built, e.Library, e.Library, e.Built)
	case PlanIsSimulated:
		return fmt.Sprintf("this is a plan for the simulated device, and a real TensorRT %v is loaded; load the simulated "+
			"libraries, or give a real engine", e.Library)
	case PlanIsReal:
		return fmt.Sprintf("this is a real engine, built by TensorRT %v, and the simulated TensorRT %v is loaded; load the "+
			"real libraries, or give a simulated plan (JSON with %q)", e.Built, e.Library, SimulatedPlanKey)
	}
	return fmt.Sprintf("this is %s, %s", e.Looks, expected)
}

// describeContent says what a file that begins like this looks like, and what to do with it.
func describeContent(start []byte) string {
	switch looks := filekind.Describe(start); filekind.Of(start) {
	case filekind.ONNX:
		return looks + "; build an engine from it first, or run it on ONNX Runtime"
	case filekind.Zip:
		return looks + "; export it to ONNX and build an engine from that"
	default:
		return looks
	}
}
