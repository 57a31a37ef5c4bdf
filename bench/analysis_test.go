package bench

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// pipelined is a run of two inferences by hand, in ms: the copies in of the second run under the computation of the first.
//
//	copies in   0-1   1-2
//	computing     1-----5-----9
//	copies out          6-8   9-10
//	called        0.5   2          (host)
func pipelined() *Recording {
	return &Recording{
		Settings: Settings{Lanes: 1, Slots: 2},
		Samples: []Sample{
			{EnqueueStart: 5e5, EnqueueEnd: 6e5, ComputeStart: 1, H2D: 1, Compute: 4, ComputeToD2H: 1, D2H: 2},
			{EnqueueStart: 2e6, EnqueueEnd: 3e6, ComputeStart: 5, H2D: 1, H2DToCompute: 3, Compute: 4, D2H: 1},
		},
	}
}

func TestPartsAddUp(t *testing.T) {
	a, err := Analyze(pipelined(), AnalysisOptions{Percentiles: []float32{50, 99, 0, 100}, Deadline: 8 * time.Millisecond})
	require.NoError(t, err)
	assert.Equal(t, Parts{Queue: 1.75, Compute: 4, ComputeToD2H: 0.5, D2H: 1.5, Response: 7.75, H2D: 1, H2DToCompute: 1.5}, a.Parts)
	assert.Equal(t, Wall{Total: 10, Computing: 8, Copying: 2, Idle: 0}, a.Wall)
	assert.Equal(t, &Deadline{LimitMs: 8, Kept: 1, Of: 2, Share: 0.5}, a.Deadline, "8 ms and 9 ms")
	assert.Equal(t, []Percentile{
		{Percentile: 50, Value: 6, Low: 6, High: 7, Needed: 6},
		{Percentile: 99, Value: 7, Low: 7, High: 7, Needed: 368},
		{Percentile: 0, Value: 6, Low: 6, High: 6},
		{Percentile: 100, Value: 7, Low: 7, High: 7},
	}, a.Percentiles)

	slept := pipelined()
	slept.Settings.SleepTime = time.Millisecond
	a, err = Analyze(slept, AnalysisOptions{})
	require.NoError(t, err)
	assert.Equal(t, 2.75, a.Parts.Queue, "the device's clock starts after the sleep")
	assert.Nil(t, a.Deadline)
}

func TestWall(t *testing.T) {
	for _, c := range []struct {
		name    string
		samples []Sample
		want    Wall
	}{
		{"one", []Sample{{ComputeStart: 3, Compute: 2}}, Wall{Total: 2, Computing: 2}},
		{"idle between", []Sample{{ComputeStart: 0, Compute: 1}, {ComputeStart: 3, Compute: 1}}, Wall{Total: 4, Computing: 2, Idle: 2}},
		{"lanes side by side", []Sample{{ComputeStart: 0, Compute: 4}, {ComputeStart: 1, Compute: 1, Lane: 1}, {ComputeStart: 3, Compute: 3, Lane: 1}},
			Wall{Total: 6, Computing: 6}},
		{"lanes out of order", []Sample{{ComputeStart: 2, H2D: 1, H2DToCompute: 1, Compute: 1}, {ComputeStart: 1, Compute: 1, Lane: 1}},
			Wall{Total: 3, Computing: 2, Copying: 1}},
	} {
		t.Run(c.name, func(t *testing.T) { assert.Equal(t, c.want, wallOf(c.samples)) })
	}
}

func TestOutliers(t *testing.T) {
	r := &Recording{Settings: Settings{WarmUp: time.Millisecond, Lanes: 1, Slots: 1}}
	for i := range 100 {
		r.Samples = append(r.Samples, Sample{EnqueueStart: int64(i) * 1e6, ComputeStart: float32(i), Compute: 1 + float32(i%3)*0.1})
	}
	r.Samples[0].Compute = 90 // in the warm-up
	r.Samples[7].Compute = 9
	r.Samples[7].Flags = GCPause
	for i := 50; i < 62; i++ {
		r.Samples[i].Compute = 5
	}
	a, err := Analyze(r, AnalysisOptions{})
	require.NoError(t, err)
	assert.InDelta(t, 1.1+5*1.4826*0.1, a.Outliers.LimitMs, 1e-6)
	assert.Equal(t, 13, a.Outliers.Count)
	require.Len(t, a.Outliers.Worst, MaxOutliers)
	assert.Equal(t, Outlier{Sample: 7, AtMs: 7, LatencyMs: 9, GCPause: true}, a.Outliers.Worst[0])
	assert.Equal(t, Outlier{Sample: 50, AtMs: 50, LatencyMs: 5}, a.Outliers.Worst[1], "of equal ones the first")

	for i := range r.Samples { // as constant as a simulated device
		r.Samples[i] = Sample{ComputeStart: float32(i), Compute: 1}
	}
	r.Samples[9].Compute = 1.001
	a, err = Analyze(r, AnalysisOptions{})
	require.NoError(t, err)
	assert.Zero(t, a.Outliers.Count, "below what the clock resolves")
	assert.NotNil(t, a.Outliers.Worst)
}

func TestAnalyzeRefuses(t *testing.T) {
	_, err := Analyze(pipelined(), AnalysisOptions{Percentiles: []float32{101}})
	assert.ErrorContains(t, err, "percentile 101")
	_, err = Analyze(pipelined(), AnalysisOptions{Deadline: -1})
	assert.ErrorContains(t, err, "deadline -1ns")
	late := pipelined()
	late.Settings.WarmUp = time.Second
	_, err = Analyze(late, AnalysisOptions{})
	var nothing *NothingTimedError
	assert.ErrorAs(t, err, &nothing)
}

func TestHostLatency(t *testing.T) {
	r := &Recording{Settings: Settings{Lanes: 1, Slots: 1, WarmUp: 10 * time.Millisecond}, Samples: []Sample{
		{EnqueueStart: 0, ComputeStart: 1}, // warm-up
		{EnqueueStart: 20e6, ComputeStart: 20}, {EnqueueStart: 23e6, ComputeStart: 23}, {EnqueueStart: 28e6, ComputeStart: 28},
	}}
	m, err := HostLatency(r, []float32{50})
	require.NoError(t, err)
	assert.Equal(t, float32(3), m.Min)
	assert.Equal(t, float32(5), m.Max)
	assert.Equal(t, float32(4), m.Mean)
	d, err := HostDeadline(r, 4*time.Millisecond)
	require.NoError(t, err)
	assert.Equal(t, &Deadline{LimitMs: 4, Kept: 1, Of: 2, Share: 0.5}, d)

	r.Samples = r.Samples[:2]
	_, err = HostLatency(r, nil)
	assert.ErrorContains(t, err, "started before the end of the warm-up")
	for _, s := range []Settings{{Lanes: 2, Slots: 1}, {Lanes: 1, Slots: 2}, {Lanes: 1, Slots: 1, IdleTime: 1}} {
		_, err := HostLatency(&Recording{Settings: s}, nil)
		assert.ErrorContains(t, err, "expected one at a time")
		_, err = HostDeadline(&Recording{Settings: s}, time.Second)
		assert.ErrorContains(t, err, "expected one at a time")
	}
}

func TestOneAtATime(t *testing.T) {
	o := Options{Lanes: Set(4), Threads: true, IdleTime: time.Second, Endless: true}.OneAtATime()
	assert.Equal(t, Options{Lanes: Set(1), ExposeDMA: true, Transfers: Set(true)}, o)
	assert.Equal(t, Set(false), Options{Transfers: Set(false)}.OneAtATime().Transfers, "left out on purpose")

	target := &fake{}
	recording, err := Run(t.Context(), target, Options{Compat: Compat11, Duration: Set(time.Duration(0)), WarmUp: Set(time.Duration(0))}.OneAtATime())
	require.NoError(t, err)
	assert.True(t, target.setup.Transfers)
	_, err = HostLatency(recording, nil)
	assert.NoError(t, err)
}
