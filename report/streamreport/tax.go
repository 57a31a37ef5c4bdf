package streamreport

import (
	"fmt"

	"github.com/trtbench/trtbench/record"
)

// Tax is the share of the bare model's sessions that serving it costs.
type Tax struct {
	Server string  `json:"server"`
	Bare   string  `json:"bare"`
	Share  float64 `json:"share"` // 1 − sessions of the server ÷ sessions of the bare model; below 0: the server holds more
	// Untold is the server's own word for what computes, as "python", where that names no library: then the bare model is taken for
	// the same because it is the only one. Empty where both name the same library.
	Untold string `json:"untold_runtime,omitempty"`
}

// Text says what a server costs in a sentence.
func (t *Tax) Text() string {
	much := fmt.Sprintf("%.1f %% fewer streams than", 100*t.Share)
	switch {
	case t.Share == 0:
		much = "as many streams as"
	case t.Share < 0:
		much = fmt.Sprintf("%.1f %% more streams than", -100*t.Share)
	}
	text := fmt.Sprintf("Server tax: %s holds %s %s.", t.Server, much, t.Bare)
	if t.Untold != "" {
		text += fmt.Sprintf(" The server does not say what its %s backend computes with; it is assumed to be the same.", t.Untold)
	}
	return text
}

// Taxes compares each server with the bare run of the same runtime. Both must have been searched for their capacity, and have one.
func (r *Report) Taxes() []Tax {
	var taxes []Tax
	for i := range r.Runs {
		server := &r.Runs[i]
		bare, untold := r.bareOf(server)
		if bare == nil {
			continue
		}
		if a, b := bare.Recording.Result, server.Recording.Result; a != nil && b != nil && a.Holds > 0 {
			taxes = append(taxes, Tax{Server: server.Name, Bare: bare.Name, Share: 1 - float64(b.Holds)/float64(a.Holds), Untold: untold})
		}
	}
	return taxes
}

// bareOf returns the bare run that a server is compared with, nil when there is none or more than one, and the server's word for its
// runtime when that does not tell which it is.
func (r *Report) bareOf(server *Run) (bare *Run, untold string) {
	if server.Kind == Bare {
		return nil, ""
	}
	runtime := server.Recording.Description.Runtime
	told := runtime == record.RuntimeONNX || runtime == record.RuntimeTensorRT
	if !told {
		untold = runtime
	}
	for i := range r.Runs {
		candidate := &r.Runs[i]
		if candidate.Kind != Bare || told && candidate.Recording.Description.Runtime != runtime {
			continue
		}
		if bare != nil {
			return nil, ""
		}
		bare = candidate
	}
	return bare, untold
}
