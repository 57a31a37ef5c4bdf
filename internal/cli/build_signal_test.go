//go:build unix

package cli

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/csrc/sim"
)

// TestSignalInABuild stops a build of an hour: it ends soon and leaves nothing, neither the engine nor half of it.
func TestSignalInABuild(t *testing.T) {
	model, err := filepath.Abs("../../testdata/models/streaming_acoustic.onnx")
	require.NoError(t, err)
	_, err = sim.Build(t.Context(), 10) // so that no signal meets a compiler
	require.NoError(t, err)
	t.Setenv(sim.EnvDevice, `{"build_ms": 3600000}`)
	for _, c := range []struct {
		name   string
		place  string
		signal syscall.Signal
	}{
		{"for a file", "--saveEngine=model.plan", syscall.SIGINT},
		{"for the cache", "--cache-dir=cache", syscall.SIGTERM},
		{"with a timing cache", "--timingCacheFile=timing.cache", syscall.SIGINT},
	} {
		t.Run(c.name, func(t *testing.T) {
			folder := t.TempDir()
			p := startProcess(t, folder, []string{"build", "--simulated", "--verbose", "--onnx=" + model, "--shapes=signal:1x2400x1,state:1x219729", c.place})
			p.waitFor(" steps") // of a phase that has begun
			require.NoError(t, p.cmd.Process.Signal(c.signal))
			assert.Equal(t, ExitInterrupted, p.wait(), p.seen.String())
			assert.Contains(t, p.seen.String(), "stopping")
			require.NoError(t, filepath.WalkDir(folder, func(path string, entry os.DirEntry, err error) error {
				assert.True(t, entry.IsDir() || strings.HasSuffix(path, ".lock"), "%s is left", path)
				return err
			}))
		})
	}
}
