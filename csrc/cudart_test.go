package csrc_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/csrc"
)

func TestOpenCudartRefuses(t *testing.T) {
	folder := t.TempDir()
	text := filepath.Join(folder, "text.so")
	require.NoError(t, os.WriteFile(text, []byte("no library"), 0o644))
	tests := []struct {
		name, path, message string
	}{
		{"missing file", filepath.Join(folder, "missing.so"), "cannot open shared object file"},
		{"text file", text, "text.so"},
		{"folder", folder, folder},
		{"other library", "libm.so.6", "libm.so.6: symbol cudaGetErrorName is missing"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := csrc.OpenCudart(test.path)
			require.Error(t, err)
			assert.Contains(t, err.Error(), test.message)
		})
	}
}
