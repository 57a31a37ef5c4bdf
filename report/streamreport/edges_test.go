package streamreport

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/load"
	"github.com/trtbench/trtbench/stream"
)

// refused adds a point for which the server could not be opened.
func refused(r *stream.Recording, sessions int, why stream.Limiting, evidence string) {
	p := measure(r, sessions, 20*time.Millisecond, stream.Refused)
	p.Chunks, p.Start, p.End, p.Limiting, p.Evidence = nil, 0, 0, why, evidence
}

// edges are what a run may come to besides what the golden files have.
var edges = []struct {
	name               string
	run                func() *stream.Recording
	streams, outcome   string
	hint               string // a part of one of the hints; "": there is none
	evidence           string // likewise
	not                string // what no hint says; "": anything
	noFigures, noBatch bool
}{
	{name: "one point that holds", run: func() *stream.Recording {
		r := recorded()
		measure(r, 1, 20*time.Millisecond, stream.Holds)
		return r
	}, streams: "≥ 1", outcome: "no limit found", hint: "more were not tried"},
	{name: "one point that does not", run: func() *stream.Recording {
		r := recorded()
		measure(r, 7, 200*time.Millisecond, stream.OverLimit)
		return r
	}, streams: "< 7", outcome: "limit: compute", hint: "not even 7 streams", evidence: "7 streams: the evidence of 7"},
	{name: "no points", run: recorded, streams: "?", outcome: "nothing was measured", noFigures: true, noBatch: true},
	{name: "no memory for more", run: func() *stream.Recording {
		r := recorded()
		measure(r, 100, 20*time.Millisecond, stream.Holds)
		refused(r, 200, stream.LimitMemory, "open 200 streams: the device has room for 150")
		return r
	}, streams: "100 (refused at 200)", outcome: "limit: memory", hint: "between 100 and 200", evidence: "room for 150"},
	{name: "no memory", run: func() *stream.Recording {
		r := recorded()
		refused(r, 200, stream.LimitMemory, "at most 150 streams fit")
		return r
	}, streams: "? (refused at 200)", outcome: "limit: memory", hint: "no memory for the states of 200 streams: try as many as fit", evidence: "150 streams fit", noFigures: true, noBatch: true},
	{name: "refused for another reason", run: func() *stream.Recording {
		r := recorded()
		measure(r, 100, 20*time.Millisecond, stream.Holds)
		refused(r, 200, stream.LimitRefused, "no such model")
		return r
	}, streams: "100 (refused at 200)", outcome: "limit: refused", hint: "could not be opened for 200 streams", evidence: "no such model"},
	{name: "chunks failed", run: func() *stream.Recording {
		r := recorded()
		measure(r, 100, 40*time.Millisecond, stream.Errors).Limiting = ""
		return r
	}, streams: "? (errors at 100)", outcome: "errors", hint: "chunks failed with 100 streams", evidence: "100", not: "fewer"},
	{name: "chunks failed above what holds", run: func() *stream.Recording {
		r := recorded()
		measure(r, 50, 40*time.Millisecond, stream.Holds)
		measure(r, 100, 40*time.Millisecond, stream.Errors).Limiting = ""
		return r
	}, streams: "50 (errors at 100)", outcome: "errors", hint: "see to what failed first", evidence: "100", not: "between"},
	{name: "chunks rejected", run: func() *stream.Recording {
		r := recorded()
		p := measure(r, 100, 40*time.Millisecond, stream.Errors)
		p.Limiting, p.Failures = "", []load.Failure{{Status: load.StatusRejected, Count: 9, Text: "the queue is full"}}
		return r
	}, streams: "? (errors at 100)", outcome: "errors", hint: "not even 100 streams hold: try fewer", evidence: "100", not: "chunks failed"},
	{name: "undecided", run: func() *stream.Recording {
		r := recorded()
		measure(r, 100, 99*time.Millisecond, stream.Undecided)
		return r
	}, streams: "? (undecided at 100)", outcome: "limit: compute", hint: "100 streams are too close to the limit to say: --duration=12s", evidence: "100"},
	{name: "undecided above what holds", run: func() *stream.Recording {
		r := recorded()
		measure(r, 50, 40*time.Millisecond, stream.Holds)
		measure(r, 100, 99*time.Millisecond, stream.Undecided)
		return r
	}, streams: "50 (undecided at 100)", outcome: "limit: compute", hint: "--duration=12s", evidence: "100"},
	{name: "void", run: func() *stream.Recording {
		r := recorded()
		p := measure(r, 100, 40*time.Millisecond, stream.Void)
		p.Limiting, p.Evidence = "", "the machine slept"
		return r
	}, streams: "?", outcome: "void", hint: "is void", evidence: "the machine slept"},
	{name: "void before anything was complete", run: func() *stream.Recording {
		r := recorded()
		p := measure(r, 100, 40*time.Millisecond, stream.Void)
		p.Limiting, p.Evidence, p.Chunks, p.End = "", "the machine slept", nil, p.Start+1
		return r
	}, streams: "?", outcome: "nothing was measured", hint: "is void", evidence: "the machine slept", noFigures: true, noBatch: true},
	{name: "interrupted", run: func() *stream.Recording {
		r := recorded()
		p := measure(r, 100, 40*time.Millisecond, stream.Interrupted)
		p.Limiting, p.Evidence = "", "it was stopped"
		return r
	}, streams: "?", outcome: "interrupted", evidence: "it was stopped"},
	{name: "client late", run: func() *stream.Recording {
		r := recorded()
		p := measure(r, 100, 140*time.Millisecond, stream.ClientLate)
		p.Limiting = ""
		return r
	}, streams: "? (client late at 100)", outcome: "client late", hint: "the client was late with 100 streams", evidence: "100"},
	{name: "holds above what does not", run: func() *stream.Recording {
		r := recorded()
		measure(r, 100, 140*time.Millisecond, stream.OverLimit)
		measure(r, 200, 40*time.Millisecond, stream.Holds)
		return r
	}, streams: "≥ 200", outcome: "no limit found", hint: "200 streams hold although 100 do not", evidence: "100"},
	{name: "search to its end", run: func() *stream.Recording {
		r := recorded()
		measure(r, 16, 40*time.Millisecond, stream.Holds)
		return searched(r, stream.Result{Holds: 16, Point: 0, Breaker: -1, Repeats: 3, Confirmed: true})
	}, streams: "≥ 16", outcome: "no limit found", hint: "--search-max"},
	{name: "search broken off", run: func() *stream.Recording {
		r := recorded()
		measure(r, 16, 40*time.Millisecond, stream.Holds)
		measure(r, 18, 400*time.Millisecond, stream.OverLimit)
		return searched(r, stream.Result{Holds: 16, Breaks: 18, Point: 0, Breaker: 1, Repeats: 1})
	}, streams: "16? (breaks at 18)", outcome: "limit: compute", hint: "held 1 of 3 times", evidence: "18"},
	{name: "search that had to step back", run: func() *stream.Recording {
		r := recorded()
		measure(r, 16, 40*time.Millisecond, stream.Holds)
		measure(r, 18, 400*time.Millisecond, stream.OverLimit)
		r.Verdict.Warn(stream.CodeRetreat, "1 numbers did not hold again")
		return searched(r, stream.Result{Holds: 16, Breaks: 18, Point: 0, Breaker: 1, Repeats: 3, Confirmed: true, Retreats: 1})
	}, streams: "16 (breaks at 18)", outcome: "limit: compute", hint: "came out differently", evidence: "1 numbers did not hold again"},
	{name: "one size of batches", run: func() *stream.Recording {
		r := recorded()
		p := measure(r, 16, 40*time.Millisecond, stream.Holds)
		for i := range p.Chunks {
			p.Chunks[i].Batch = 1
		}
		return r
	}, streams: "≥ 16", outcome: "no limit found", hint: "more were not tried"},
	{name: "no answers", run: func() *stream.Recording {
		r := recorded()
		p := measure(r, 16, 40*time.Millisecond, stream.OverLimit)
		for i := range p.Chunks {
			p.Chunks[i].Answered, p.Chunks[i].Finished, p.Chunks[i].Batch, p.Chunks[i].Status = 0, 0, 0, 0
		}
		return r
	}, streams: "< 16", outcome: "limit: compute", hint: "not even 16", evidence: "16", noBatch: true},
	{name: "another percentile", run: func() *stream.Recording {
		r := recorded()
		r.Settings.Percentile = 90
		measure(r, 16, 40*time.Millisecond, stream.Holds)
		return r
	}, streams: "≥ 16", outcome: "no limit found", hint: "more were not tried"},
}

func TestEdges(t *testing.T) {
	for _, c := range edges {
		t.Run(c.name, func(t *testing.T) {
			r := whole(c.run())
			run := &r.Runs[0]
			assert.Equal(t, c.streams, run.Capacity())
			assert.Equal(t, c.outcome, run.Outcome())
			assert.Contains(t, strings.Join(run.hints(), "\n"), c.hint)
			if c.not != "" {
				assert.NotContains(t, strings.Join(run.hints(), "\n"), c.not)
			}
			assert.Contains(t, strings.Join(run.evidence(), "\n"), c.evidence)
			if c.noFigures {
				require.ErrorIs(t, r.Check(), ErrNoFigures)
				assert.Nil(t, r.parts())
			} else {
				require.NoError(t, r.Check())
			}
			assert.Equal(t, c.noBatch, run.batches(0) == nil)
			checkPage(t, r)
			checkPicture(t, r)
		})
	}
}

// checkPage checks that a page is made, is whole, and has the capacity in it.
func checkPage(t *testing.T, r *Report) {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, r.WriteHTML(&b))
	text := b.String()
	assert.True(t, strings.HasSuffix(strings.TrimSpace(text), "</html>"))
	assert.Contains(t, text, "Content-Security-Policy")
	assert.NotRegexp(t, `(src|href)=`, text)
	assert.NotContains(t, text, "NaN")
}

// checkPicture checks that the picture is whole.
func checkPicture(t *testing.T, r *Report) {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, r.WriteSVG(&b))
	assert.NotContains(t, b.String(), "NaN")
	decoder := xml.NewDecoder(bytes.NewReader(b.Bytes()))
	for {
		_, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		require.NoError(t, err)
	}
}
