package data

import (
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestParseShape(t *testing.T) {
	name, shape, err := ParseShape("a:b:8,16")
	require.NoError(t, err)
	assert.Equal(t, "a:b", name)
	assert.Equal(t, []int64{8, 16}, shape)
	for _, text := range []string{"", "a", ":1", "a:", "a:1,", "a:0", "a:-1", "a:1x2", "a:99999999999999999999"} {
		_, _, err := ParseShape(text)
		assert.ErrorContains(t, err, "input data: shape", text)
	}
}

func FuzzParseShape(f *testing.F) {
	for _, text := range []string{"a:1", "a:b:8,16", ":", "a:0"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		name, shape, err := ParseShape(text)
		if err != nil {
			return
		}
		sizes := make([]string, len(shape))
		for i, size := range shape {
			sizes[i] = strconv.FormatInt(size, 10)
		}
		again, same, err := ParseShape(name + ":" + strings.Join(sizes, ","))
		require.NoError(t, err)
		assert.Equal(t, name, again)
		assert.Equal(t, shape, same)
	})
}
