package compare

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/record"
)

func TestOpen(t *testing.T) {
	folder := t.TempDir()
	recording := filepath.Join(folder, "run.trtbench")
	run := recorded(100, 1, 0.1)
	run.Kind = record.KindBench
	require.NoError(t, run.Save(recording))
	const times = "../testdata/vectors/trtexec/report/09-pct-n1000.times.json"
	for _, c := range []struct {
		name, path string
		kind       Kind
	}{
		{"recording", recording, KindRecording},
		{"times", times, KindTimes},
	} {
		s, err := Open(c.path, 0)
		require.NoError(t, err, c.name)
		assert.Equal(t, c.kind, s.Kind)
		assert.Positive(t, s.Inferences)
	}

	for _, c := range []struct{ name, text, want string }{
		{"empty", "", "it is empty"},
		{"text", "neither", "none of its lines are trtexec's"},
		{"array", "[ 1 ]", "times file"},
		{"no inferences", "[]", "the trace is empty"},
		{"damaged recording", "PK\x03\x04 and nothing behind it", "damaged recording"},
		{"failed run", "&&&& FAILED TensorRT.trtexec [TensorRT v101501] # trtexec\n", "ended without a report"},
		{"stamped log", "[11/20/2026-10:00:00] [I] hello\n", "none of its lines"},
	} {
		path := filepath.Join(folder, c.name)
		require.NoError(t, os.WriteFile(path, []byte(c.text), 0o600))
		_, err := Open(path, 0)
		assert.ErrorContains(t, err, c.want, c.name)
	}
	_, err := Open(filepath.Join(folder, "missing"), 0)
	assert.ErrorIs(t, err, os.ErrNotExist)
	_, err = Open(folder, 0)
	assert.Error(t, err)
}

func FuzzOpen(f *testing.F) {
	f.Add([]byte("[ ]"))
	f.Add([]byte("PK\x03\x04"))
	f.Add([]byte("&&&& RUNNING TensorRT.trtexec"))
	f.Fuzz(func(t *testing.T, data []byte) {
		path := filepath.Join(t.TempDir(), "file")
		require.NoError(t, os.WriteFile(path, data, 0o600))
		if s, err := Open(path, 0); err == nil {
			assert.NotNil(t, s.Description)
		}
	})
}
