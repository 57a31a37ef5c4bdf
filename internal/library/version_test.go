package library

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestCompareVersions(t *testing.T) {
	tests := []struct {
		smaller, larger string
	}{
		{"libx.so.1.9", "libx.so.1.10"},
		{"python3.9", "python3.11"},
		{"libx.so", "libx.so.1"},
		{"a2b", "a10a"},
		{"a", "b"},
		{"1.99999999999999999999999", "1.100000000000000000000000"},
		{"", "a"},
	}
	for _, test := range tests {
		t.Run(test.smaller+" "+test.larger, func(t *testing.T) {
			assert.Negative(t, compareVersions(test.smaller, test.larger))
			assert.Positive(t, compareVersions(test.larger, test.smaller))
			assert.Zero(t, compareVersions(test.smaller, test.smaller))
		})
	}
	assert.Zero(t, compareVersions("a007", "a7"))
}
