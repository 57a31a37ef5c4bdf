package trt

import (
	"fmt"
	"strings"
)

// ModelError is an ONNX model that TensorRT's parser does not understand.
type ModelError struct {
	Path   string
	Fault  string        // of the whole model, in our words
	Faults []ParserFault // in the parser's words
	Log    string        // last error that TensorRT logged, where the parser has no faults to tell
}

// Error tells the parser's first fault and the number of the others.
func (e *ModelError) Error() string {
	text := fmt.Sprintf("trt: model %s: ", e.Path)
	switch {
	case e.Fault != "":
		return text + e.Fault
	case len(e.Faults) > 0:
		text += e.Faults[0].String()
		if more := len(e.Faults) - 1; more > 0 {
			text += fmt.Sprintf(" (and %d more)", more)
		}
		return text
	case e.Log != "":
		return text + "TensorRT's parser refused it and says: " + e.Log
	}
	return text + "TensorRT's parser refused it and gave no reason"
}

// ParserFault is what TensorRT's ONNX parser does not understand.
type ParserFault struct {
	Node     int        // number in the graph, -1 when it is none of a node
	NodeName string     // may be empty: ONNX does not ask for names
	Operator string     // type of the node
	Unknown  bool       // TensorRT's parser does not know the operator
	Code     ParserCode // kind of the fault
	Text     string     // in the parser's words
	File     string     // of the parser's source
	Line     int
	Function string
	Calls    []string // functions of the model that the node is in, innermost first
}

// String tells the node, its operator and the fault, with the place in the parser for who wants to look it up.
func (f ParserFault) String() string {
	var b strings.Builder
	if f.Node >= 0 || f.Operator != "" {
		fmt.Fprintf(&b, "node %d", f.Node)
		if f.NodeName != "" {
			fmt.Fprintf(&b, " %q", f.NodeName)
		}
		if f.Operator != "" {
			fmt.Fprintf(&b, " (operator %s)", f.Operator)
		}
		b.WriteString(": ")
	}
	if f.Unknown {
		b.WriteString("TensorRT's parser does not know this operator; replace it in the model, or load a plugin that has it: ")
	}
	fmt.Fprintf(&b, "%v: %s", f.Code, f.Text)
	if f.File != "" {
		fmt.Fprintf(&b, " [%s:%d]", f.File, f.Line)
	}
	return b.String()
}

// ParserCode is the kind of a fault, numbered as TensorRT's parser does.
type ParserCode int

var parserCodes = []string{
	"success", "internal error", "out of memory", "not an ONNX model", "invalid value", "invalid graph", "invalid node",
	"unsupported graph", "unsupported node", "unsupported attribute", "unsupported input", "unsupported type",
	"unsupported dynamic dimensions", "unsupported shape", "refit failed",
}

// String names the kind.
func (c ParserCode) String() string {
	if c >= 0 && int(c) < len(parserCodes) {
		return parserCodes[c]
	}
	return fmt.Sprintf("parser error %d", int(c))
}

// TimingCacheError is a timing-cache file that a build cannot use.
type TimingCacheError struct {
	Path  string
	Fault string
	Err   error // of the file system or of TensorRT, if any
}

// Unwrap returns the error behind it.
func (e *TimingCacheError) Unwrap() error { return e.Err }

// Error says what was found, what was expected and what to do.
func (e *TimingCacheError) Error() string {
	text := fmt.Sprintf("trt: timing cache %s: %s", e.Path, e.Fault)
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	return text
}
