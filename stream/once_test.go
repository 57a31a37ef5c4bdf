package stream

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The payloads are streams of four and of three chunks.
func TestUtterancesEndWhereTheirPayloadsEnd(t *testing.T) {
	for name, c := range map[string]struct {
		utterance time.Duration
		longest   int
	}{"payloads are shorter": {15 * time.Second, 4}, "utterances are shorter": {600 * time.Millisecond, 2}} {
		t.Run(name, func(t *testing.T) {
			s := engine()
			options := Options{Sessions: Levels{20, 20, 1}, Once: true, Utterance: Fixed(c.utterance), Settle: time.Second, Measure: 3 * time.Second}
			measure(t, s, options, func(t *testing.T, r *Recording) {
				assert.True(t, r.Settings.Once)
				checkChains(t, s.last.sent)
				length, longest := map[uint64]int{}, 0
				for _, q := range s.last.sent {
					require.Equal(t, length[q.Sequence], q.Step, "nothing is said twice")
					length[q.Sequence]++
					longest = max(longest, length[q.Sequence])
				}
				assert.Equal(t, c.longest, longest)
			})
		})
	}
}
