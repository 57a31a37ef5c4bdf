package sim

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestBuild(t *testing.T) {
	for _, major := range []int{10, 11} {
		dir, err := Build(t.Context(), major)
		require.NoError(t, err)
		cudart, nvinfer := Libraries(major)
		assert.FileExists(t, filepath.Join(dir, cudart))
		assert.FileExists(t, filepath.Join(dir, nvinfer))
	}
}
