package filehash

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestSHA256(t *testing.T) {
	path := filepath.Join(t.TempDir(), "abc")
	require.NoError(t, os.WriteFile(path, []byte("abc"), 0o600))
	sum, size, err := SHA256(t.Context(), path)
	require.NoError(t, err)
	assert.Equal(t, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", sum, "the example of the standard")
	assert.EqualValues(t, 3, size)

	ended, end := context.WithCancel(t.Context())
	end()
	_, _, err = SHA256(ended, path)
	assert.ErrorIs(t, err, context.Canceled)
	_, _, err = SHA256(t.Context(), path+".missing")
	assert.ErrorIs(t, err, fs.ErrNotExist)
	_, _, err = SHA256(t.Context(), filepath.Dir(path))
	assert.Error(t, err, "a folder")
}
