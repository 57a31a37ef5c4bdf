package cli

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/gpuverify"
	"github.com/trtbench/trtbench/record"
)

// Evidence is named after device and day, never overwrites that of another verification, and is written anew by its own.
func TestEvidenceFiles(t *testing.T) {
	folder := t.TempDir()
	e := &gpuverify.Evidence{
		Started:   time.Date(2026, 5, 4, 23, 2, 1, 0, time.UTC),
		Libraries: []gpuverify.Library{{Major: 11, Device: &record.Device{Name: "NVIDIA H100 80GB (HBM3)"}}},
		Checks:    []gpuverify.Check{{Name: "lanes", Status: gpuverify.Passed}},
	}
	for _, want := range []string{"nvidia-h100-80gb-hbm3-2026-05-04", "nvidia-h100-80gb-hbm3-2026-05-04-2", "nvidia-h100-80gb-hbm3-2026-05-04-3"} {
		files := evidenceFiles{folder: folder}
		for range 2 {
			require.NoError(t, files.write(e))
			assert.Equal(t, filepath.Join(folder, want), files.base)
		}
		assert.FileExists(t, files.base+".json")
		assert.FileExists(t, files.base+".md")
	}
	entries, err := os.ReadDir(folder)
	require.NoError(t, err)
	assert.Len(t, entries, 6)

	nothing := evidenceFiles{folder: folder}
	require.NoError(t, nothing.write(&gpuverify.Evidence{Failure: "no TensorRT"}))
	assert.Empty(t, nothing.base, "there is no evidence of nothing")
}
