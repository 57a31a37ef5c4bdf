package triton_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/triton/data"
)

// files are contents from one JSON file.
func files(t testing.TB, text string) data.Options {
	t.Helper()
	path := filepath.Join(t.TempDir(), "data.json")
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	return data.Options{Kind: data.Files, Paths: []string{path}}
}

type tensor = data.Tensor
