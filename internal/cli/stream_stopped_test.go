//go:build unix

package cli

import (
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/stream"
)

// A process that was stopped and goes on has measured nothing that counts. The log of calls of the simulated device tells when chunks run.
func TestStoppedStreamsAreVoid(t *testing.T) {
	plan, err := filepath.Abs(streamingPlan)
	require.NoError(t, err)
	folder := t.TempDir()
	p := startProcess(t, folder, []string{"stream", "--loadEngine=" + plan, "--streams=4", "--duration=3600", "--out=run.trtbench"})
	p.waitFor("graphLaunch")
	require.NoError(t, p.cmd.Process.Signal(syscall.SIGSTOP))
	<-time.After(2 * time.Second) // longer than any processor keeps a process waiting
	require.NoError(t, p.cmd.Process.Signal(syscall.SIGCONT))
	assert.Equal(t, ExitInvalid, p.wait(), p.seen.String())
	recording, err := stream.Load(filepath.Join(folder, "run.trtbench"))
	require.NoError(t, err)
	require.Len(t, recording.Points, 1)
	assert.Equal(t, stream.Void, recording.Points[0].Finding)
	assert.Contains(t, recording.Points[0].Evidence, "the process was stopped, or the machine stood still")
}

// A signal ends a run with what was measured.
func TestSignalInStreams(t *testing.T) {
	plan, err := filepath.Abs(streamingPlan)
	require.NoError(t, err)
	for name, signal := range map[string]syscall.Signal{"interrupted": syscall.SIGINT, "terminated": syscall.SIGTERM} {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			p := startProcess(t, folder, []string{"stream", "--loadEngine=" + plan, "--streams=4", "--duration=3600", "--out=run.trtbench"})
			p.waitFor("graphLaunch")
			require.NoError(t, p.cmd.Process.Signal(signal))
			assert.Equal(t, ExitInterrupted, p.wait(), p.seen.String())
			recording, err := stream.Load(filepath.Join(folder, "run.trtbench"))
			require.NoError(t, err)
			assert.True(t, recording.Interrupted)
			assert.NotEmpty(t, recording.Points[0].Chunks)
		})
	}
}
