package ort

import (
	"bufio"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The committed models are the ones their documentation speaks of.
func TestModelsHaveTheirChecksums(t *testing.T) {
	sums, err := os.Open(models + "SHA256SUMS")
	require.NoError(t, err)
	defer sums.Close()
	documented := map[string]string{}
	for lines := bufio.NewScanner(sums); lines.Scan(); {
		sum, name, ok := strings.Cut(lines.Text(), "  ")
		require.True(t, ok, lines.Text())
		documented[name] = sum
	}
	found, err := filepath.Glob(tiny + "*")
	require.NoError(t, err)
	for _, path := range append(found, reference) {
		model, err := inspect(path)
		require.NoError(t, err)
		name, err := filepath.Rel(models, path)
		require.NoError(t, err)
		assert.Equal(t, documented[name], model.SHA256, name)
		delete(documented, name)
	}
	assert.Empty(t, documented, "files that are missing")
	readme, err := os.ReadFile(models + "README.md")
	require.NoError(t, err)
	model, err := inspect(reference)
	require.NoError(t, err)
	assert.Contains(t, string(readme), model.SHA256)
}
