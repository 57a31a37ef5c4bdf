package stream

import (
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/trtbench/trtbench/record"
)

// fewFit is the error of a server that has memory for so many sessions.
type fewFit int

func (f fewFit) Error() string { return fmt.Sprintf("at most %d streams fit", int(f)) }
func (f fewFit) Fits() int     { return int(f) }

func TestRefusedPoints(t *testing.T) {
	for name, c := range map[string]struct {
		err      error
		stopped  bool
		finding  Finding
		limiting Limiting
		code     record.Code
	}{
		"memory":  {fmt.Errorf("open: %w", fewFit(7)), false, Refused, LimitMemory, CodeRefused},
		"other":   {errors.New("no such model"), false, Refused, LimitRefused, CodeRefused},
		"stopped": {errors.New("context canceled"), true, Interrupted, "", record.CodeInterrupted},
	} {
		var p Point
		p.refuse(c.err, c.stopped)
		assert.Equal(t, c.finding, p.Finding, name)
		assert.Equal(t, c.limiting, p.Limiting, name)
		assert.Equal(t, record.Warnings, p.Verdict.Status, name)
		assert.Equal(t, []record.Reason{{Code: c.code, Evidence: c.err.Error()}}, p.Verdict.Reasons, name)
	}
}
