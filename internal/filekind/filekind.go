// Package filekind tells by its first bytes what a file is that may have been given in place of a model.
package filekind

import (
	"bytes"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Kind is a kind of file that trtbench knows what to do with.
type Kind int

// The kinds of files.
const (
	Other         Kind = iota // see Describe
	Engine                    // built by TensorRT
	SimulatedPlan             // engine for the simulated device
	ONNX
	Zip // recordings are zip files, too
)

// Peek is how many bytes of a file's start are enough for Of and Describe.
const Peek = 4096

// simulatedPlanKey is the first key of a JSON file that is a plan for the simulated device.
const simulatedPlanKey = "trtbench_simulated_plan"

// Of returns the kind of a file that begins like this. ONNX files have no mark at their start: one that was written in an unusual
// way may be Other.
func Of(start []byte) Kind {
	switch {
	case bytes.HasPrefix(start, []byte("ftrt")):
		return Engine
	case isSimulatedPlan(start):
		return SimulatedPlan
	case bytes.HasPrefix(start, []byte("PK\x03\x04")):
		return Zip
	case looksLikeONNX(start):
		return ONNX
	}
	return Other
}

// Describe says what a file looks like that begins like this, and what to do with it, as in "gzip data; unpack it first".
func Describe(start []byte) string {
	if looks, known := recognise(start); known {
		return looks
	}
	switch {
	case len(start) == 0:
		return "an empty file"
	case looksLikeText(start):
		line, _, _ := strings.Cut(string(start), "\n")
		return fmt.Sprintf("text that begins %q", firstRunes(line, 40))
	case len(bytes.Trim(start, "\x00")) == 0:
		return "full of zeros; writing or copying it may have failed"
	}
	return fmt.Sprintf("of no kind that is known (it begins with bytes % x)", start[:min(len(start), 8)])
}

// recognise knows files by a mark at their start.
func recognise(start []byte) (looks string, known bool) {
	switch Of(start) {
	case Engine:
		return "a TensorRT engine", true
	case SimulatedPlan:
		return "a plan for the simulated device", true
	case ONNX:
		return "an ONNX model", true
	}
	for _, known := range []struct {
		at     int
		prefix string
		looks  string
	}{
		{0, "PK\x03\x04", "a zip archive (as PyTorch writes models)"},
		{0, "\x1f\x8b", "gzip data; unpack it first"},
		{0, "\x28\xb5\x2f\xfd", "zstd data; unpack it first"},
		{0, "\xfd7zXZ", "xz data; unpack it first"},
		{0, "\x7fELF", "a program or shared library"},
		{0, "\x89HDF", "an HDF5 file (as Keras writes models)"},
		{4, "TFL3", "a TensorFlow Lite model"},
		{4, "ORTM", "a model in ONNX Runtime's own format; take the ONNX file that it was made from"},
		{0, "ptrt", "a safety engine or another variant of a TensorRT plan"},
		{0, "version https://git-lfs", "a pointer of Git LFS; fetch the file with git lfs pull"},
		{0, "<", "HTML or XML; a download may have returned a page"},
		{0, "{", "JSON, and no simulated plan, whose first key is " + simulatedPlanKey},
	} {
		if len(start) >= known.at && bytes.HasPrefix(start[known.at:], []byte(known.prefix)) {
			return known.looks, true
		}
	}
	return "", false
}

// isSimulatedPlan looks for the mark as the first key of a JSON object, where the simulated library looks for it.
func isSimulatedPlan(start []byte) bool {
	const space = " \t\r\n"
	object, ok := bytes.CutPrefix(bytes.TrimLeft(start, space), []byte("{"))
	return ok && bytes.HasPrefix(bytes.TrimLeft(object, space), []byte(`"`+simulatedPlanKey+`"`))
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
