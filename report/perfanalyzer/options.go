package perfanalyzer

import (
	"github.com/trtbench/trtbench/load"
)

// Protocol is what requests travel over, as perf_analyzer's lines name it.
type Protocol string

// The protocols.
const (
	GRPC Protocol = "gRPC"
	HTTP Protocol = "HTTP"
)

// Options says which form the output has, beyond what a recording tells. Its zero value is that of the recording's generation over gRPC.
type Options struct {
	// Generation is that of the form; by default the one whose rules the recording follows, or 24.02 if it follows none.
	Generation load.Compat
	Protocol   Protocol // by default GRPC
	Verbose    bool     // of the text: lines of the windows, overhead of the client. Of the CSV: more columns
	Decoupled  bool     // requests may have any number of answers
	// AllPoints takes points into tables that perf_analyzer leaves out of them, because they are over the limit or unstable. Points
	// in which no request was answered stay out.
	AllPoints bool
}

// generation returns the generation to write.
func (o *Options) generation(s *load.Settings) load.Compat {
	switch {
	case o.Generation != load.CompatNone:
		return o.Generation
	case s.Compat != load.CompatNone:
		return s.Compat
	}
	return load.Compat2402
}

func (o *Options) protocol() Protocol {
	if o.Protocol == "" {
		return GRPC
	}
	return o.Protocol
}
