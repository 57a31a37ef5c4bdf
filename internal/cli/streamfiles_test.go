package cli

import (
	"bytes"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
)

// firstWrite is told when the first of a text is written.
type firstWrite func()

func (f firstWrite) Write(p []byte) (int, error) {
	f()
	return len(p), nil
}

// Whoever reads the text may be gone, as head after ten lines, and the process ends with the pipe: the files are there by then.
func TestFilesAreWrittenBeforeTheText(t *testing.T) {
	folder := t.TempDir()
	names := []string{"run.trtbench", "page.html", "curve.svg", "curve.png", "run.json"}
	written := false
	out := firstWrite(func() {
		written = true
		for _, name := range names {
			assert.FileExists(t, filepath.Join(folder, name))
		}
	})
	args := []string{"stream", "--loadEngine=" + streamingPlan, "--streams=4", "--percentile=50", "--confidence=0.5", "--settle=0.1", "--duration=0.1"}
	for i, option := range []string{"out", "html", "svg", "png", "json"} {
		args = append(args, "--"+option+"="+filepath.Join(folder, names[i]))
	}
	var errs bytes.Buffer
	code := Main(t.Context(), Process{Out: out, Err: &errs, Args: args})
	assert.Contains(t, []int{ExitOK, ExitThreshold, ExitInvalid}, code, errs.String())
	assert.True(t, written)
}
