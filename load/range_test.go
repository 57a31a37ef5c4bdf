package load

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestParseRange(t *testing.T) {
	for text, want := range map[string]Range{
		"8": {8, 8, 1}, "1:4": {1, 4, 1}, "2048:4096:256": {2048, 4096, 256}, "0.5:2.5:0.25": {0.5, 2.5, 0.25}, "10:0:5": {10, 0, 5}, "1:2:0": {1, 2, 0},
	} {
		got, err := ParseRange(text)
		require.NoError(t, err)
		assert.Equal(t, want, got, text)
	}
	for text, want := range map[string]string{
		"": `"" is no number`, "1:2:3:4": "has 4 parts", "5x": `"5x" is no number; expected START:END:STEP`, "1::2": `"" is no number`, "a:b": `"a" is no number`,
	} {
		_, err := ParseRange(text)
		require.ErrorContains(t, err, want)
	}
}

func FuzzParseRange(f *testing.F) {
	f.Add("2048:4096:256")
	f.Add("1e9:0x1p-2:NaN")
	f.Fuzz(func(t *testing.T, text string) {
		r, err := ParseRange(text)
		if err != nil {
			return
		}
		_ = (&Options{Mode: ModeRate, Range: r}).Validate()
		_ = (&Options{Range: r}).Validate()
	})
}
