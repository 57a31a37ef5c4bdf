package trt

import (
	"time"

	"github.com/trtbench/trtbench/record"
)

// Built is what a build tells of its engine.
type Built struct {
	Model        record.Model    // the ONNX file
	Inputs       []NetworkTensor // of the model as TensorRT's parser understood it
	Outputs      []NetworkTensor
	Layers       int // of the parsed network, before TensorRT fuses them
	ParseTime    time.Duration
	BuildTime    time.Duration // of the engine alone
	PlanBytes    int64
	TimingCache  TimingCacheReport
	Warnings     []string // what TensorRT warned of meanwhile, in its words, each once
	TensorRT     Version
	StrongTyping bool
}

// NetworkTensor is an input or output of a parsed model.
type NetworkTensor struct {
	Name       string
	Type       DataType
	Shape      []int64  // -1 where a dimension is open
	Dimensions []string // names of open dimensions, empty where there is none
	Values     bool     // carries sizes of dimensions instead of data
}

// Dynamic reports whether some dimension is open.
func (t NetworkTensor) Dynamic() bool { return hasOpen(t.Shape) }

// TimingCacheState says what became of a timing-cache file.
type TimingCacheState string

// The states of timing-cache files.
const (
	TimingCacheNone    TimingCacheState = ""            // none was asked for
	TimingCacheCreated TimingCacheState = "created"     // there was none
	TimingCacheUpdated TimingCacheState = "updated"     // it was used, and what was measured anew was added
	TimingCacheUsed    TimingCacheState = "used"        // and nothing may be added: ErrorOnTimingCacheMiss
	TimingCacheRebuilt TimingCacheState = "rebuilt"     // it was broken, and was written anew
	TimingCacheUnsaved TimingCacheState = "not written" // what was measured is lost; Built.Warnings says why
)

// TimingCacheReport says how a build used its timing-cache file.
type TimingCacheReport struct {
	File        string
	State       TimingCacheState
	ReadBytes   int64 // size of the file before the build
	WroteBytes  int64 // after it, 0 when it was not written
	MergedBytes int64 // size of what another process wrote meanwhile, whose measurements were kept; 0 for nothing
}

// ProgressEvent is a step of a build. Phases nest: several may be under way at a time, each a part of its parent.
type ProgressEvent struct {
	Phase  string
	Parent string // empty for an outermost phase
	Step   int    // steps that are done, 0 when the phase begins
	Steps  int    // of the phase
	Done   bool   // the phase is over
}
