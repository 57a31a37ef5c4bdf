package trt

import (
	"bytes"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
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

// knownContent recognises kinds of files by how they begin.
func knownContent(start []byte) (looks string, known bool) {
	for _, kind := range []struct {
		at     int
		prefix string
		looks  string
	}{
		{0, "PK\x03\x04", "a zip archive (as PyTorch writes models); export it to ONNX and build an engine from that"},
		{0, "\x1f\x8b", "gzip data; unpack it first"},
		{0, "\x28\xb5\x2f\xfd", "zstd data; unpack it first"},
		{0, "\xfd7zXZ", "xz data; unpack it first"},
		{0, "\x7fELF", "a program or shared library"},
		{0, "\x89HDF", "an HDF5 file (as Keras writes models)"},
		{4, "TFL3", "a TensorFlow Lite model"},
		{0, "ptrt", "a safety engine or another variant of a TensorRT plan"},
		{0, "version https://git-lfs", "a pointer of Git LFS; fetch the file with git lfs pull"},
		{0, "<", "HTML or XML; a download may have returned a page"},
		{0, "{", "JSON, and no simulated plan, whose first key is " + SimulatedPlanKey},
	} {
		if len(start) >= kind.at && bytes.HasPrefix(start[kind.at:], []byte(kind.prefix)) {
			return kind.looks, true
		}
	}
	return "", false
}

// describeContent says what a file that begins like this looks like.
func describeContent(start []byte) string {
	if looks, known := knownContent(start); known {
		return looks
	}
	switch {
	case looksLikeONNX(start):
		return "an ONNX model; build an engine from it first, or run it on ONNX Runtime"
	case looksLikeText(start):
		line, _, _ := strings.Cut(string(start), "\n")
		return fmt.Sprintf("text that begins %q", firstRunes(line, 40))
	case len(bytes.Trim(start, "\x00")) == 0:
		return "full of zeros; writing or copying it may have failed"
	}
	return fmt.Sprintf("no engine (it begins with bytes % x)", start[:min(len(start), 8)])
}

// looksLikeONNX knows ONNX's first field, its format version, and one of those that follow it.
func looksLikeONNX(start []byte) bool {
	const irVersion, producer, graph, opset = 0x08, 0x12, 0x3a, 0x42
	return len(start) > 3 && start[0] == irVersion && 0 < start[1] && start[1] < 0x40 &&
		(start[2] == producer || start[2] == graph || start[2] == opset)
}

func looksLikeText(start []byte) bool {
	for len(start) > 0 {
		r, size := utf8.DecodeRune(start)
		cut := r == utf8.RuneError && size == 1 && len(start) < utf8.UTFMax // the peek ended inside a rune
		if !cut && (r == utf8.RuneError || !unicode.IsPrint(r) && !unicode.IsSpace(r)) {
			return false
		}
		start = start[size:]
	}
	return true
}

func firstRunes(s string, n int) string {
	for i := range s {
		if n == 0 {
			return s[:i] + "…"
		}
		n--
	}
	return s
}
