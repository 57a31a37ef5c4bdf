package stream

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/load"
	"github.com/trtbench/trtbench/record"
)

// leaving is a server that can be opened a number of times.
type leaving struct {
	*batcher
	left int
}

func (l *leaving) Dial(ctx context.Context, setup load.DialSetup) (load.Conns, error) {
	if l.left--; l.left < 0 {
		return nil, fmt.Errorf("nothing answers: %w", ErrServerGone)
	}
	return l.batcher.Dial(ctx, setup)
}

// A server that is gone ends a search: it does not count as one that takes no more sessions. What was measured stays.
func TestAServerThatIsGone(t *testing.T) {
	for name, options := range map[string]Options{"search": {FindMax: true}, "curve": {Sessions: Levels{1, 4, 1}}} {
		t.Run(name, func(t *testing.T) {
			server := &leaving{&batcher{batch: 4, instances: 1, time: time.Millisecond}, 2}
			synctest.Test(t, func(t *testing.T) {
				r, err := run(t.Context(), server, options, virtual())
				require.ErrorIs(t, err, ErrServerGone)
				require.Len(t, r.Points, 2)
				assert.Equal(t, record.Invalid, r.Verdict.Status)
				assert.Contains(t, r.Verdict.Reasons[0].Evidence, "nothing answers")
				if options.FindMax {
					assert.Zero(t, r.Result.Breaks)
					assert.False(t, r.Result.Confirmed)
				}
			})
		})
	}
}
