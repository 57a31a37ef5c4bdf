package triton_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/load"
	"github.com/trtbench/trtbench/triton"
	"github.com/trtbench/trtbench/triton/tritontest"
)

// run loads a target and returns the figures of its only point.
func run(t *testing.T, server load.Server, o load.Options) *load.Figures {
	t.Helper()
	recording, err := load.Run(t.Context(), server, o)
	require.NoError(t, err)
	require.Len(t, recording.Points, 1)
	require.Empty(t, recording.Points[0].Failures)
	figures, err := recording.Figures(0)
	require.NoError(t, err)
	return figures
}

// Messages of 0.45 MB, far above the windows that a server begins with, many at a time.
func TestLargeTensorsInFlight(t *testing.T) {
	on(t, func(t *testing.T, w way, mock *tritontest.Mock, client *triton.Client) {
		m, err := client.Model(t.Context(), "chained", "")
		require.NoError(t, err)
		requests := target(t, client, "chained", triton.RequestOptions{Streaming: w.streaming, Transport: w.transport, States: m.States()})
		figures := run(t, requests, load.Options{Range: load.Level(16), Requests: 96, WarmUp: load.Set(time.Duration(0)), Conns: 4,
			Sequence: load.SequenceOptions{Use: true, Length: 6, State: true, Untagged: true}})
		assert.Equal(t, 96, figures.OK)
		assert.Empty(t, mock.Violations())
	}, tritontest.Chained(450_000))
}

// The mock notes steps that are lost, repeated, mixed up or stale, and fails the test.
func TestRuns(t *testing.T) {
	at := load.Level(400)
	for name, c := range map[string]struct {
		model string
		o     load.Options
	}{
		"rate":              {"tiny", load.Options{Mode: load.ModeRate, Range: at}},
		"concurrency":       {"tiny", load.Options{Range: load.Level(8)}},
		"sequences":         {"sequence", load.Options{Mode: load.ModeRate, Range: at, Sequence: load.SequenceOptions{Use: true, Live: 20, Length: 7, Serial: true}}},
		"carried, rate":     {"chained", load.Options{Mode: load.ModeRate, Range: at, Sequence: load.SequenceOptions{Use: true, Live: 40, State: true, Untagged: true}}},
		"carried, in turns": {"chained", load.Options{Range: load.Level(12), Sequence: load.SequenceOptions{Use: true, Length: 5, State: true, Untagged: true}}},
	} {
		t.Run(name, func(t *testing.T) {
			on(t, func(t *testing.T, w way, mock *tritontest.Mock, client *triton.Client) {
				m, err := client.Model(t.Context(), c.model, "")
				require.NoError(t, err)
				requests := target(t, client, c.model, triton.RequestOptions{Streaming: w.streaming, Transport: w.transport, States: m.States(), Data: zeros()})
				o := c.o
				o.Requests, o.WarmUp, o.Conns, o.Statistics, o.Seed = 200, load.Set(time.Duration(0)), 4, true, 1
				figures := run(t, requests, o)
				assert.Equal(t, 200, figures.OK)
				assert.Positive(t, figures.Service.Mean)
				assert.LessOrEqual(t, int64(200), mock.Arrived(c.model))
			}, tritontest.Tiny(), tritontest.Sequence(), tritontest.Chained(1000))
		})
	}
}
