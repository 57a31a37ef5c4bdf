package named

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestSplit(t *testing.T) {
	for _, c := range []struct {
		text   string
		colons int
		want   []Pair
	}{
		{"x:1", 0, []Pair{{"x", "1"}}},
		{"x:/tmp/x.raw,'a:b,c':C,y:d:e", 0, []Pair{{"x", "/tmp/x.raw"}, {"a:b,c", "C"}, {"y:d", "e"}}},
		{"x:0:1,a:b:2:3,'a:b':4:5", 1, []Pair{{"x", "0:1"}, {"a:b", "2:3"}, {"a:b", "4:5"}}},
		{"x:", 0, []Pair{{"x", ""}}},
	} {
		got, err := Split(c.text, "value", c.colons)
		require.NoError(t, err, c.text)
		assert.Equal(t, c.want, got, c.text)
	}
}

func TestSplitRefuses(t *testing.T) {
	for _, c := range []struct {
		text   string
		colons int
		want   string
	}{
		{"x", 0, `expected name:value, found "x"`},
		{"x:1", 1, `expected name:value, found "x:1"`},
		{"x:1,", 0, `expected name:value, found ""`},
		{":1", 0, "expected a name"},
		{"'':1", 0, "expected a name"},
		{"'x:1", 0, "quote is not closed"},
		{"'x'y:1", 0, "or there is text between it and the colon"},
	} {
		_, err := Split(c.text, "value", c.colons)
		assert.ErrorContains(t, err, c.want, c.text)
	}
}

func TestLookupPrefersExactThenLongest(t *testing.T) {
	values := map[string]int{"in*": 1, "input*": 2, "input_a": 3, "*": 4, "*utput": 5, "o*tput": 6}
	for name, want := range map[string]int{"input_a": 3, "input_b": 2, "in": 1, "x": 4, "": 4, "output": 5} {
		value, _, ok := Lookup(values, name)
		require.True(t, ok, name)
		assert.Equal(t, want, value, name)
	}
	_, _, ok := Lookup(map[string]int{"a*a": 1}, "a")
	assert.False(t, ok, "the text before and after * must not overlap")
}
