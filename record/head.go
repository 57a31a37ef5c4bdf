// Package record holds what every run leaves behind: where its numbers come from, the effective settings, the
// environment and a verdict, and the file that keeps them together with the raw samples.
package record

import (
	"os"
	"time"
)

// Kind says which package made a recording.
type Kind string

// The kinds: recordings of package bench, of package load and of package stream.
const (
	KindBench  Kind = "bench"
	KindLoad   Kind = "load"
	KindStream Kind = "stream"
)

// Head is the part of a recording that people read and that all kinds share.
type Head struct {
	Kind        Kind        `json:"kind"`
	Started     time.Time   `json:"started"`
	Finished    time.Time   `json:"finished"`
	Argv        []string    `json:"argv"` // command line of the program that measured
	Description Description `json:"description"`
	Environment Environment `json:"environment"`
	Verdict     Verdict     `json:"verdict"`
	Interrupted bool        `json:"interrupted"` // somebody stopped the run before its end
}

// NewHead returns the head of a run of this process that has just finished.
func NewHead(kind Kind, started time.Time, description Description) Head {
	return Head{
		Kind:        kind,
		Started:     started,
		Finished:    time.Now(),
		Argv:        os.Args,
		Description: description,
		Environment: ThisEnvironment(),
		Verdict:     Verdict{Status: Valid},
	}
}
