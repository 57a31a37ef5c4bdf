package stream

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestParseLength(t *testing.T) {
	for text, want := range map[string]Length{
		"15s": Fixed(15 * time.Second), "fixed:1s": Fixed(time.Second), "uniform:5s:20s": {ShapeUniform, 5 * time.Second, 20 * time.Second},
		"lognormal:8s:16s": {ShapeLognormal, 8 * time.Second, 16 * time.Second}, "0": Fixed(0),
	} {
		got, err := ParseLength(text)
		require.NoError(t, err, text)
		assert.Equal(t, want, got)
	}
	for _, text := range []string{"", "x", "15", "uniform:5s", "uniform:5s:1s", "lognormal:0s:1s", "-1s", "1000h", "fixed:1s:2s", "uniform:a:b"} {
		_, err := ParseLength(text)
		assert.Error(t, err, text)
	}
}

func TestLengthsHaveTheirShape(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	l := Length{ShapeLognormal, 8 * time.Second, 16 * time.Second}
	below, oneAbove := 0, 0
	for range 10000 {
		d := l.draw(r)
		if d < l.Low {
			below++
		}
		if d > l.High {
			oneAbove++
		}
	}
	assert.InDelta(t, 5000, below, 200)
	assert.InDelta(t, 1587, oneAbove, 150)
}

func TestParseLevels(t *testing.T) {
	for text, want := range map[string][]int{"5": {5}, "1:3": {1, 2, 3}, "100:350:100": {100, 200, 300}} {
		got, err := ParseLevels(text)
		require.NoError(t, err)
		assert.Equal(t, want, got.list())
	}
	for _, text := range []string{"", "0", "5:1", "1:2:0", "1:2:3:4", "a", "1:99999999"} {
		_, err := ParseLevels(text)
		assert.Error(t, err, text)
	}
}

func FuzzParseLength(f *testing.F) {
	for _, text := range []string{"15s", "uniform:5s:20s", "lognormal:8s:16s", "fixed:0", ":::"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		l, err := ParseLength(text)
		if err != nil {
			return
		}
		again, err := ParseLength(l.String())
		require.NoError(t, err)
		require.Equal(t, l, again)
		d := l.draw(rand.New(rand.NewPCG(1, 2)))
		require.True(t, d >= 0 && d <= maxLength)
	})
}

func FuzzParseLevels(f *testing.F) {
	for _, text := range []string{"5", "1:3", "100:1000:100", "::", "9223372036854775807"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		l, err := ParseLevels(text)
		if err != nil {
			return
		}
		list := l.list()
		require.NotEmpty(t, list)
		require.LessOrEqual(t, len(list), MaxSessions)
	})
}

func TestOptionsTellAllFaults(t *testing.T) {
	err := (&Options{Sessions: Levels{5, 1, 1}, Percentile: 100, Churn: -1, Phases: "x", Jitter: Length{Shape: "y"}, Conns: -1, Limit: -1}).Validate()
	for _, part := range []string{"exchange them", "percentile", "churn", "phases", "jitter", "connections", "limit"} {
		assert.ErrorContains(t, err, part)
	}
	assert.NoError(t, (&Options{}).Validate())
}
