package cli

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/bench"
)

// cancelAt keeps what is written and cancels a context when a text is in it.
type cancelAt struct {
	written bytes.Buffer
	text    string
	cancel  context.CancelFunc
}

func (c *cancelAt) Write(p []byte) (int, error) {
	if bytes.Contains(p, []byte(c.text)) {
		c.cancel()
	}
	return c.written.Write(p)
}

// TestInterruptedRunKeepsWhatItMeasured stops a run of an hour as soon as inferences run.
func TestInterruptedRunKeepsWhatItMeasured(t *testing.T) {
	root, err := filepath.Abs("../..")
	require.NoError(t, err)
	library := filepath.Join(root, ".deps/lib/libonnxruntime.so")
	if _, err := os.Stat(library); err != nil {
		t.Skip("ONNX Runtime is not here: make deps")
	}
	for _, c := range []struct {
		name string
		args []string
		exit int
	}{
		{"ordinary", []string{"--duration=3600", "--warmUp=0"}, ExitInterrupted},
		{"endless", []string{"--duration=-1"}, ExitOK},
		{"in the warm-up", []string{"--warmUp=3600000"}, ExitInvalid},
	} {
		t.Run(c.name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			errs := &cancelAt{text: "measuring", cancel: cancel} // the progress bar appears when inferences run
			file := filepath.Join(t.TempDir(), "run.trtbench")
			args := append([]string{"run", "--onnx=" + filepath.Join(root, "testdata/models/streaming_acoustic.onnx"),
				"--library-path=" + library, "--out=" + file}, c.args...)
			code := Main(ctx, Process{Args: args, Out: io.Discard, Err: errs, Terminal: true})
			assert.Equal(t, c.exit, code, errs.written.String())
			assert.Contains(t, errs.written.String(), "interrupted: stopped after")

			recording, err := bench.Load(file)
			require.NoError(t, err)
			assert.True(t, recording.Interrupted)
		})
	}
}
