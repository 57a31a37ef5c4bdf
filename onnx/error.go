package onnx

import (
	"fmt"
	"strings"
)

// Fault is what is wrong with a model file.
type Fault string

// The faults of model files.
const (
	FileMissing     Fault = "missing"
	FileUnreadable  Fault = "unreadable"
	FileIsFolder    Fault = "folder"
	FileEmpty       Fault = "empty"
	NotONNX         Fault = "not ONNX"
	FileCutShort    Fault = "cut short"
	FileDamaged     Fault = "damaged"
	NoGraph         Fault = "no graph"
	WeightsMissing  Fault = "external weights missing"
	WeightsCutShort Fault = "external weights cut short"
	WeightsOutside  Fault = "external weights outside of the folder"
)

// Error says what is wrong with a model file.
type Error struct {
	Path   string
	Fault  Fault
	Looks  string // what the file is instead, with NotONNX
	Offset int64  // where it is wrong, with FileCutShort and FileDamaged
	Found  string // what is wrong there
	Bytes  int64  // that are lacking, at least, with FileCutShort and WeightsCutShort
	// Files are the files with weights that the fault is about, as the model names them.
	Files []string
	Err   error // error of the file system, if any
}

// Unwrap returns the error of the file system.
func (e *Error) Unwrap() error { return e.Err }

// Error says what was found, what was expected and what to do.
func (e *Error) Error() string { return fmt.Sprintf("onnx: model %s: %s", e.Path, e.found()) }

func (e *Error) found() string {
	const expected = "expected an ONNX model"
	files := strings.Join(e.Files, ", ")
	switch e.Fault {
	case FileMissing:
		return "there is no such file; check the path"
	case FileUnreadable:
		return fmt.Sprintf("cannot be read: %v", e.Err)
	case FileIsFolder:
		return "this is a folder, " + expected
	case FileEmpty:
		return "the file is empty, " + expected + "; writing it may have failed"
	case FileCutShort:
		return fmt.Sprintf("the file is cut short: at offset %d %s, so at least %d bytes are lacking; copy or export it again",
			e.Offset, e.Found, e.Bytes)
	case FileDamaged:
		return fmt.Sprintf("the file is damaged: at offset %d %s; copy or export it again", e.Offset, e.Found)
	case NoGraph:
		return "it holds no graph, so it is no model or was cut short; " + expected
	case WeightsMissing:
		return fmt.Sprintf("its weights lie in files of their own, of which these are missing: %s; put them beside the model", files)
	case WeightsCutShort:
		return fmt.Sprintf("the file with its weights %s is cut short by at least %d bytes; copy or export it again", files, e.Bytes)
	case WeightsOutside:
		return fmt.Sprintf("it names files with weights outside of its folder: %s; expected paths below the folder of the model", files)
	}
	return fmt.Sprintf("this is %s, %s", e.Looks, expected)
}
