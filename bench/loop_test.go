package bench

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const ms = time.Millisecond

// runLoop runs one loop over all lanes of a fake, and returns it with its samples in the order of their commits.
func runLoop(t testing.TB, f *fake, o Options) (*loop, []Sample, error) {
	t.Helper()
	require.NoError(t, o.Validate())
	settings := o.settings(f.Describe())
	lanes, err := f.Open(t.Context(), settings.setup())
	require.NoError(t, err)
	l := &loop{
		settings: &settings, lanes: lanes, n: settings.Lanes, samples: newStore(settings.KeepSamples),
		stop: new(atomic.Bool), progress: o.Progress, sleep: func(time.Duration) { f.calls = append(f.calls, "sleep") },
	}
	err = l.run()
	l.samples.finish()
	return l, l.samples.appendTo(nil), err
}

func options(iterations int, warmUp, duration time.Duration) Options {
	return Options{Iterations: Set(iterations), WarmUp: Set(warmUp), Duration: Set(duration)}
}

// The numbers follow by hand from trtexec's rules: round r waits for inference r-1 with two slots and for inference r
// with one; a round follows while r < iterations + skipped (+1 in generation 11) or elapsed < warm-up + duration; a
// round that ends with 0 < elapsed < warm-up is skipped. Inference i starts at i+1 ms.
func TestLoopInferences(t *testing.T) {
	for _, c := range []struct {
		name                 string
		o                    Options
		two10, two11         int // inferences with two slots, by generation
		one10, one11         int // with one
		firstStart, interval float32
	}{
		{"iterations only", options(5, 0, 0), 5, 6, 5, 6, 1, 1},
		{"nothing asked", options(0, 0, 0), 0, 1, 0, 1, 1, 1},
		{"one", options(1, 0, 0), 1, 2, 1, 2, 1, 1},
		{"negative iterations", options(-7, 0, 0), 0, 0, 0, 0, 1, 1},
		{"duration only", options(0, 0, 10*ms), 11, 11, 10, 10, 1, 1},
		{"duration beyond iterations", options(5, 0, 10*ms), 11, 11, 10, 10, 1, 1},
		{"iterations beyond duration", options(20, 0, 10*ms), 20, 21, 20, 21, 1, 1},
		{"both meet", options(11, 0, 10*ms), 11, 12, 11, 12, 1, 1},
		{"duration between starts", options(0, 0, 9500*time.Microsecond), 11, 11, 10, 10, 1, 1},
		{"warm-up and iterations", options(3, 5*ms, 0), 7, 8, 7, 8, 1, 1},
		{"warm-up and duration", options(0, 5*ms, 10*ms), 16, 16, 15, 15, 1, 1},
		{"warm-up alone", options(0, 5*ms, 0), 6, 6, 5, 5, 1, 1},
		{"warm-up over in the first round", options(3, 1*ms, 0), 3, 4, 3, 4, 1, 1},
		{"negative warm-up shortens", options(0, -2*ms, 5*ms), 4, 4, 3, 3, 1, 1},
		{"negative duration", options(4, 0, -5*ms), 4, 5, 4, 5, 1, 1},
		{"first start at zero is not skipped", options(3, 2*ms, 0), 4, 5, 4, 5, 0, 1},
		{"one long inference", options(3, 200*ms, 100*ms), 3, 4, 3, 4, 250, 250},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, v := range []struct {
				compat Compat
				expose bool
				want   int
			}{{Compat10, false, c.two10}, {Compat11, false, c.two11}, {Compat10, true, c.one10}, {Compat11, true, c.one11}} {
				c.o.Compat, c.o.ExposeDMA = v.compat, v.expose
				_, samples, err := runLoop(t, &fake{script: func(_, i int, s *Sample) {
					s.ComputeStart = c.firstStart + c.interval*float32(i)
				}}, c.o)
				require.NoError(t, err)
				assert.Len(t, samples, v.want, "compat %d, one slot: %t", v.compat, v.expose)
			}
		})
	}
}

func TestLoopOrderOfCalls(t *testing.T) {
	for _, c := range []struct {
		name   string
		lanes  int
		expose bool
		rounds int
		want   string
	}{
		{"one lane", 1, false, 3, "E00 E01 W00 E00 W01 W00"},
		{"one lane, one slot", 1, true, 3, "E00 W00 E00 W00 E00 W00"},
		{"two lanes", 2, false, 3, "E00 E10 E01 E11 W00 W10 E00 E10 W01 W11 W00 W10"},
		{"two lanes, one slot", 2, true, 2, "E00 E10 W00 W10 E00 E10 W00 W10"},
		{"one round", 2, false, 1, "E00 E10 W00 W10"},
		{"no round", 2, false, 0, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := options(c.rounds, 0, 0)
			o.Lanes, o.ExposeDMA = Set(c.lanes), c.expose
			var f fake
			_, samples, err := runLoop(t, &f, o)
			require.NoError(t, err)
			assert.Equal(t, c.want, strings.Join(f.calls, " "))
			assert.Len(t, samples, c.rounds*c.lanes)
			for i, s := range samples {
				assert.EqualValues(t, i%c.lanes, s.Lane)
				assert.Zero(t, s.Flags)
			}
		})
	}
}

// Elapsed time is the latest start of any lane, and never goes back.
func TestLoopElapsedIsTheLatestStart(t *testing.T) {
	o := options(0, 0, 10*ms)
	o.Lanes, o.ExposeDMA = Set(3), true
	_, samples, err := runLoop(t, &fake{script: func(lane, i int, s *Sample) {
		s.ComputeStart = []float32{1, 4, 2}[lane] * float32(i+1)
	}}, o)
	require.NoError(t, err)
	assert.Equal(t, []float32{4, 8, 12}, starts(samples, 1))
	assert.Equal(t, []float32{1, 2, 3}, starts(samples, 0))

	_, samples, err = runLoop(t, &fake{script: func(_, i int, s *Sample) { s.ComputeStart = []float32{6, 1, 9, 2, 10, 11}[i] }}, options(0, 0, 10*ms))
	require.NoError(t, err)
	assert.Len(t, samples, 6, "the clock may go back, the loop goes on")
}

func TestLoopIdlesOnlyAfterTheWarmUp(t *testing.T) {
	for _, c := range []struct {
		name string
		o    Options
		want string
	}{
		{"no warm-up", options(3, 0, 0), "E00 sleep E01 W00 sleep E00 W01 sleep W00"},
		{"warm-up", options(2, 2*ms, 0), "E00 E01 W00 E00 W01 sleep W00"},
		{"never warm", func() Options { o := options(2, time.Hour, 0); o.Duration = Set(-2 * time.Hour); return o }(), "E00 E01 W00 W01"},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.o.IdleTime = time.Second
			f := fake{}
			if c.name == "never warm" { // the skipped rounds would go on for an hour
				f.script = func(_, _ int, s *Sample) { s.ComputeStart = 0 }
			}
			_, _, err := runLoop(t, &f, c.o)
			require.NoError(t, err)
			assert.Equal(t, c.want, strings.Join(f.calls, " "))
		})
	}
	o := Options{Endless: true, IdleTime: time.Second}
	settings := o.settings((&fake{}).Describe())
	assert.Zero(t, settings.IdleTime, "an endless run does not idle")
}

func TestLoopStops(t *testing.T) {
	for _, expose := range []bool{false, true} {
		var stop *atomic.Bool
		f := &fake{wait: func(_, i int) error { stop.Store(i >= 4); return nil }}
		o := Options{Endless: true, ExposeDMA: expose}
		settings := o.settings(f.Describe())
		lanes, err := f.Open(t.Context(), settings.setup())
		require.NoError(t, err)
		l := &loop{settings: &settings, lanes: lanes, n: 1, samples: newStore(100), stop: new(atomic.Bool)}
		stop = l.stop
		require.NoError(t, l.run())
		l.samples.finish()
		assert.True(t, l.cut)
		want := 6 // the inference in flight is kept
		if expose {
			want = 5
		}
		assert.Equal(t, want, l.samples.len())
	}
}

func TestLoopProgress(t *testing.T) {
	o := options(4, 0, 0)
	o.Progress = new(Progress)
	var seen []string
	f := &fake{}
	f.enqueue = func(int, int) error {
		rounds, device := o.Progress.Snapshot()
		seen = append(seen, fmt.Sprint(rounds, device))
		return nil
	}
	_, _, err := runLoop(t, f, o)
	require.NoError(t, err)
	assert.Equal(t, []string{"0 0s", "1 0s", "2 1ms", "3 2ms"}, seen)
	rounds, device := o.Progress.Snapshot()
	assert.EqualValues(t, 4, rounds)
	assert.Equal(t, 3*ms, device)
}

// trtexec reads its options in single precision; ours go through whole nanoseconds. Both must give the same limits.
func TestBoundsEqualThoseOfSinglePrecision(t *testing.T) {
	warmUps := []string{"0", "200", "33.3", "0.001", "2000", "1e3", "100.1", "-5", "12345.678", "99.9", "16777217"}
	durations := []string{"0", "0.1", "0.2", "0.3", "3", "10", "33.3", "0.0333", "1.1", "600", "86400", "0.7", "2.9", "-1.5", "7e-6"}
	for i := range 200 {
		warmUps = append(warmUps, strconv.FormatFloat(float64(i)*1.7, 'f', 3, 64))
		durations = append(durations, strconv.FormatFloat(float64(i)*0.037, 'f', 3, 64))
	}
	parse := func(text string, unit time.Duration) (time.Duration, float32) {
		x, err := strconv.ParseFloat(text, 64)
		require.NoError(t, err)
		single, err := strconv.ParseFloat(text, 32)
		require.NoError(t, err)
		return time.Duration(math.Round(x * float64(unit))), float32(single)
	}
	for _, w := range warmUps {
		for _, d := range durations {
			warmUp, w32 := parse(w, time.Millisecond)
			duration, d32 := parse(d, time.Second)
			l := loop{settings: &Settings{WarmUp: warmUp, Duration: duration}}
			_, limit := l.bounds()
			from := l.warmUp
			product := 1000 * d32
			if from != w32 || limit != w32+float32(product) {
				t.Fatalf("warm-up %s and duration %s give %v and %v; expected %v and %v", w, d, from, limit, w32, w32+float32(product))
			}
		}
	}
}

func TestLoopAllocatesNothing(t *testing.T) {
	o := options(100_000, 0, 0)
	o.Progress = new(Progress)
	settings := o.settings((&fake{}).Describe())
	chunks := settings.Iterations/chunkSamples + 1
	allocated := testing.AllocsPerRun(3, func() {
		l := &loop{
			settings: &settings, lanes: &idleLanes{}, n: 1, samples: newStore(0), stop: new(atomic.Bool), progress: o.Progress,
		}
		_ = l.run()
		l.samples.finish()
	})
	// The store makes its chunks beside the loop, and what belongs to a run and not to a round is allocated once.
	assert.Less(t, allocated, float64(chunks+25))
}

// BenchmarkRound is the cost of a round apart from the target's.
func BenchmarkRound(b *testing.B) {
	for _, lanes := range []int{1, 4} {
		b.Run(fmt.Sprintf("lanes=%d", lanes), func(b *testing.B) {
			o := options(b.N, 0, 0)
			o.Lanes = Set(lanes)
			settings := o.settings((&fake{}).Describe())
			b.ReportAllocs()
			l := &loop{settings: &settings, lanes: &idleLanes{}, n: lanes, samples: newStore(1 << 10), stop: new(atomic.Bool)}
			defer l.samples.finish()
			b.ResetTimer()
			_ = l.run()
		})
	}
	b.Run("keeping all", func(b *testing.B) {
		o := options(b.N, 0, 0)
		settings := o.settings((&fake{}).Describe())
		b.ReportAllocs()
		l := &loop{settings: &settings, lanes: &idleLanes{}, n: 1, samples: newStore(0), stop: new(atomic.Bool)}
		defer l.samples.finish()
		b.ResetTimer()
		_ = l.run()
	})
}
