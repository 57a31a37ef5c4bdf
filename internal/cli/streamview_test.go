package cli

import (
	"bytes"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"

	"github.com/trtbench/trtbench/stream"
)

func TestStreamProgressFitsTheTerminal(t *testing.T) {
	p := stream.Progress{
		Sessions: 16384, Phase: stream.PhaseMeasuring, Elapsed: 12 * time.Second, Measured: 4 * time.Second, Measure: 10100 * time.Millisecond,
		SPS: 16384, P50: 12345 * time.Microsecond, P99: 99876 * time.Microsecond, Over: 3, Waiting: 16384, InFlight: 16384,
	}
	assert.Equal(t, "16384 streams, measuring 4 of 10s, p99 99.88 ms, misses 3, 16384 SPS, p50 12.35 ms, waiting 16384, in flight 16384", streamProgress(p, 200))
	for columns := 1; columns < 200; columns++ {
		text := streamProgress(p, columns)
		assert.Less(t, utf8.RuneCountInString(text), columns)
		assert.True(t, strings.HasPrefix(streamProgress(p, 200), text), "%d columns: %s", columns, text)
	}
	p.Errors, p.Phase = 2, stream.PhaseSettling
	assert.Contains(t, streamProgress(p, usualColumns), "settling 12s, p99 99.88 ms, errors 2")
}

func TestStreamProgressNeedsATerminal(t *testing.T) {
	var out bytes.Buffer
	v := newStreamView(Process{Err: &out, Out: &out}, new(streamFlags))
	v.progress(stream.Progress{Sessions: 1})
	assert.Empty(t, out.String())
	v = newStreamView(Process{Err: &out, Out: &out, Terminal: true}, new(streamFlags))
	v.progress(stream.Progress{Sessions: 7, Phase: stream.PhaseJoining})
	assert.Contains(t, out.String(), "\r\x1b[K7 streams, joining 0s")
}
