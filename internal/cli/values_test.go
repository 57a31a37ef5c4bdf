package cli

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/bench"
)

func TestTimeFlag(t *testing.T) {
	for _, c := range []struct {
		text string
		want time.Duration
	}{
		{"0", 0}, {"200", 200 * time.Millisecond}, {"0.5", 500 * time.Microsecond}, {"-1", -time.Millisecond}, {"1e3", time.Second},
	} {
		var value bench.Value[time.Duration]
		f := timeFlag{&value, time.Millisecond, "ms"}
		require.NoError(t, f.Set(c.text), c.text)
		assert.Equal(t, bench.Set(c.want), value, c.text)
	}
	for _, text := range []string{"", "5ms", "NaN", "Inf", "-inf", "1e300", "0x", "1,5"} {
		var value bench.Value[time.Duration]
		f := timeFlag{&value, time.Millisecond, "ms"}
		assert.Error(t, f.Set(text), text)
		assert.Equal(t, bench.Value[time.Duration]{}, value, text)
	}
}

func TestCheckDevice(t *testing.T) {
	for _, text := range []string{"0", "63", "GPU-5eed0000-0000-4000-8000-000000000000", "MIG-5eed0000-0000-4000-8000-000000000000", "0000:3b:00.0", "3b:00.0"} {
		assert.NoError(t, checkDevice(text), text)
	}
	for _, text := range []string{"", "-1", "GPU-12", "first", "1.5"} {
		assert.Error(t, checkDevice(text), text)
	}
}

// FuzzValues feeds texts to every option with a form of its own: what is taken reads back from what it prints.
func FuzzValues(f *testing.F) {
	for _, text := range []string{"99,95.5,0", "99.9%", "5%", "batch:1,2,4", "0000:3b:00.0", "1e3", "-1", "NaN", ""} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var percentiles, percentilesAgain []float32
		if p := (&percentilesFlag{&percentiles}); p.Set(text) == nil {
			require.NoError(t, (&percentilesFlag{&percentilesAgain}).Set(p.String()))
			assert.Equal(t, percentiles, percentilesAgain)
		}
		var share, shareAgain shareFlag
		if share.Set(text) == nil {
			require.NoError(t, shareAgain.Set(share.String()))
			assert.Equal(t, share, shareAgain)
		}
		var threshold, thresholdAgain thresholdFlag
		if threshold.Set(text) == nil {
			require.NoError(t, thresholdAgain.Set(threshold.String()))
			assert.Equal(t, threshold, thresholdAgain)
		}
		var sweep, sweepAgain sweepFlag
		if sweep.Set(text) == nil {
			require.NoError(t, sweepAgain.Set(sweep.String()))
			assert.Equal(t, sweep, sweepAgain)
		}
		var length bench.Value[time.Duration]
		if (&timeFlag{&length, time.Second, "seconds"}).Set(text) == nil {
			d, _ := length.Get()
			assert.LessOrEqual(t, d.Abs(), time.Duration(bench.MaxDuration))
		}
		_ = checkDevice(text)
	})
}
