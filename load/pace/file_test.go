package pace

import (
	"errors"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestReadIntervals(t *testing.T) {
	for name, test := range map[string]struct {
		text string
		want []time.Duration
		err  string
	}{
		"plain":          {"100\n0\n250\n", us(100, 0, 250), ""},
		"blanks and CRs": {"\n 100 \r\n\r\n7", us(100, 7), ""},
		"empty":          {"", nil, "no interval is longer than 0"},
		"zeros":          {"0\n0\n", nil, "no interval is longer than 0"},
		"a word":         {"100\nfast\n", nil, `line 2 of the intervals is "fast", expected a whole number of microseconds`},
		"fraction":       {"1.5\n", nil, `line 1 of the intervals is "1.5"`},
		"negative":       {"-1\n", nil, `line 1 of the intervals is "-1"`},
		"too long":       {"9223372036854775\n9223372036854775807\n", nil, "line 2"},
		"too long a sum": {"9223372036854775\n9223372036854775\n", nil, "the first 2 intervals are longer"},
		"endless line":   {strings.Repeat("1", 1<<17), nil, "a line of the intervals has over 65536 characters"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := ReadIntervals(strings.NewReader(test.text))
			if test.err != "" {
				require.ErrorContains(t, err, test.err)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, test.want, got)
		})
	}
	_, err := ReadIntervals(iotest.ErrReader(errors.New("disk on fire")))
	require.ErrorContains(t, err, "pace: read intervals: disk on fire")
}

func FuzzReadIntervals(f *testing.F) {
	for _, seed := range []string{"100\n0\n250\n", "", "x", "-1", "9223372036854775807", "1\n\n2\r\n", "0000000001"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		gaps, err := ReadIntervals(strings.NewReader(text))
		if err != nil {
			assert.Contains(t, err.Error(), "pace: ")
			return
		}
		s, err := NewIntervals(gaps)
		require.NoError(t, err, "what was read can be used")
		last := time.Duration(0)
		for range 2 * len(gaps) {
			due, ok := s.Next()
			if !ok {
				break
			}
			require.GreaterOrEqual(t, due, last)
			last = due
		}
		assert.Positive(t, MeanRate(gaps))
	})
}
