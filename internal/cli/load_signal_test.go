package cli

import (
	"bytes"
	"context"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/load"
	"github.com/trtbench/trtbench/triton/tritontest"
)

// TestInterruptedLoadKeepsWhatItMeasured stops a load once its progress is on the terminal. The sequences are closed, what was measured is
// shown and kept.
func TestInterruptedLoadKeepsWhatItMeasured(t *testing.T) {
	mock := tritontest.NewMock(t, tritontest.MockOptions{}, tritontest.Sequence())
	ctx, cancel := context.WithCancel(t.Context())
	errs := &cancelAt{text: "window 1 of", cancel: cancel}
	file := filepath.Join(t.TempDir(), "run.trtbench")
	var out bytes.Buffer
	code := Main(ctx, Process{Out: &out, Err: errs, Terminal: true, Args: []string{"load", "-u", mock.Addr(), "-i", "grpc", "--streaming", "-m", "sequence",
		"--request-rate-range=200:1000:100", "--measurement-interval=3600000", "--warm-up=0", "--out=" + file}})
	assert.Equal(t, ExitInterrupted, code, errs.written.String())
	assert.Contains(t, errs.written.String(), "200/s asked")
	assert.Contains(t, out.String(), "interrupted: the run ended before this point was complete")
	assert.Contains(t, out.String(), "Request Rate: 200, throughput: ")
	assert.Zero(t, mock.OpenSequences("sequence"))

	recording, err := load.Load(file)
	require.NoError(t, err)
	assert.True(t, recording.Interrupted)
	require.Len(t, recording.Points, 1)
	assert.NotEmpty(t, recording.Points[0].Outcomes)
}

// TestInterruptedBeforeTheLoad stops before the server was asked anything.
func TestInterruptedBeforeTheLoad(t *testing.T) {
	mock := tritontest.NewMock(t, tritontest.MockOptions{}, tritontest.Tiny())
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var out, errs bytes.Buffer
	code := Main(ctx, Process{Out: &out, Err: &errs, Args: []string{"load", "-u", mock.Addr(), "-i", "grpc", "-m", "tiny"}})
	assert.Equal(t, ExitInterrupted, code, errs.String())
	assert.NotEmpty(t, errs.String())
}
