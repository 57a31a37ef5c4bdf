// Package nvmltest makes a library that stands in for NVIDIA's management library in tests.
package nvmltest

import (
	_ "embed"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

//go:embed testdata/nvml.c
var source string

// Compile makes a library that answers to NVML's name and has one GPU, as an old driver would, and returns its folder. The test is skipped
// where there is no C compiler.
func Compile(t testing.TB) string {
	t.Helper()
	compiler, err := exec.LookPath("cc")
	if err != nil {
		t.Skip("no C compiler is here to make a stand-in for NVML")
	}
	folder := t.TempDir()
	cmd := exec.CommandContext(t.Context(), compiler, "-shared", "-fPIC", "-Wall", "-Wextra", "-Werror", "-o", filepath.Join(folder, "libnvidia-ml.so.1"), "-x", "c", "-")
	cmd.Stdin = strings.NewReader(source)
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, string(out))
	return folder
}
