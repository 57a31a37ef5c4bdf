package bench

import (
	"encoding/json"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/record"
)

func TestOptionsValidate(t *testing.T) {
	for _, o := range []Options{
		{},
		{Iterations: Set(-1), Duration: Set(-time.Second), WarmUp: Set(-time.Second)},
		{Iterations: Set(MaxIterations), Lanes: Set(MaxLanes), KeepSamples: MaxKeepSamples, SleepTime: MaxDuration},
		{Compat: Compat11, Endless: true},
	} {
		require.NoError(t, o.Validate())
	}

	o := Options{
		Compat: 12, Iterations: Set(math.MaxInt), Duration: Set(MaxDuration + 1), WarmUp: Set(time.Duration(math.MinInt64)),
		SleepTime: MaxDuration + 1, IdleTime: MaxDuration + 1, Lanes: Set(0), KeepSamples: -1,
	}
	assert.EqualError(t, o.Validate(), `compat is 12: trtexec's semantics are known for TensorRT 10 and 11; use one of these, or leave it out to follow the loaded library
inference streams: 0; expected 1 to 1024
duration: 87600h0m0.000000001s; expected at most 87600h0m0s
warm-up: -2562047h47m16.854775808s; expected at most 87600h0m0s
sleep time: 87600h0m0.000000001s; expected at most 87600h0m0s
idle time: 87600h0m0.000000001s; expected at most 87600h0m0s
iterations: 9223372036854775807; expected at most 2147483647
samples to keep: -1; expected 0 for the default of 1048576, or up to 268435456`)
	assert.Error(t, (&Options{Lanes: Set(MaxLanes + 1)}).Validate())
	assert.Error(t, (&Options{KeepSamples: MaxKeepSamples + 1}).Validate())
}

func TestSettings(t *testing.T) {
	tensorRT := func(version string) record.Description {
		return record.Description{Backend: TensorRT, Version: version, Stages: stages}
	}
	ten := Settings{
		Compat: Compat10, Iterations: 10, Duration: 3 * time.Second, WarmUp: 200 * time.Millisecond, Lanes: 1, Slots: 2,
		Transfers: true, rules: rulesOf[Compat10],
	}
	eleven := ten
	eleven.Compat, eleven.Transfers, eleven.Spin, eleven.Graph, eleven.rules = Compat11, false, true, true, rulesOf[Compat11]
	with := func(s Settings, change func(*Settings)) Settings { change(&s); return s }
	for _, c := range []struct {
		name   string
		o      Options
		target record.Description
		want   Settings
	}{
		{"10 follows 10", Options{}, tensorRT("10.15.1"), ten},
		{"11 follows 11", Options{}, tensorRT("11.1.0"), eleven},
		{"newer follows 11", Options{}, tensorRT("12.0"), eleven},
		{"older follows 10", Options{}, tensorRT("8.6"), ten},
		{"unknown follows 10", Options{}, tensorRT("unknown"), ten},
		{"asked for 11", Options{Compat: Compat11}, tensorRT("10.15.1"), eleven},
		{"asked for 10", Options{Compat: Compat10}, tensorRT("11.1"), ten},
		{"another backend of version 11", Options{}, record.Description{Backend: "ONNX Runtime", Version: "11.0", Stages: []record.Stage{record.StageCompute}},
			with(ten, func(s *Settings) { s.Transfers = false })},
		{"a backend without copies", Options{Compat: Compat11, Transfers: Set(true), ManagedMemory: true}, record.Description{Stages: []record.Stage{record.StageCompute}},
			with(eleven, func(s *Settings) { s.Graph = false })},
		{"what is set", Options{
			Iterations: Set(0), Duration: Set(time.Duration(0)), WarmUp: Set(-time.Second), SleepTime: time.Second, IdleTime: 2 * time.Second,
			Lanes: Set(3), Threads: true, ExposeDMA: true, Transfers: Set(false), Spin: Set(true), Graph: Set(true), ManagedMemory: true, KeepSamples: 5,
		}, tensorRT("10.0"), Settings{
			Compat: Compat10, WarmUp: -time.Second, SleepTime: time.Second, IdleTime: 2 * time.Second, Lanes: 3, Slots: 1,
			Threads: true, Spin: true, Graph: true, ManagedMemory: true, rules: rulesOf[Compat10],
		}},
		{"negative waits", Options{SleepTime: -1, IdleTime: -1}, tensorRT("10.0"), ten},
		{"endless", Options{Endless: true, WarmUp: Set(time.Second), IdleTime: time.Second}, tensorRT("10.0"),
			with(ten, func(s *Settings) { s.Endless, s.WarmUp, s.KeepSamples = true, 0, DefaultKeepSamples })},
		{"endless, keeping few", Options{Endless: true, KeepSamples: 7}, tensorRT("10.0"),
			with(ten, func(s *Settings) { s.Endless, s.WarmUp, s.KeepSamples = true, 0, 7 })},
	} {
		t.Run(c.name, func(t *testing.T) {
			require.NoError(t, c.o.Validate())
			assert.Equal(t, c.want, c.o.settings(c.target))
		})
	}
	assert.Equal(t, Setup{
		Lanes: 1, Slots: 2, FirstRoundCopies: true, Graph: true, UploadFirst: true, Spin: true,
	}, eleven.setup())
	assert.Equal(t, Setup{Lanes: 1, Slots: 2, Transfers: true}, ten.setup())
	full := Settings{Lanes: 2, Slots: 1, Threads: true, Transfers: true, Graph: true, Spin: true, ManagedMemory: true, SleepTime: 5}
	assert.Equal(t, Setup{
		Lanes: 2, Slots: 1, Threads: true, Transfers: true, Graph: true, Spin: true, ManagedMemory: true, SleepTime: 5,
	}, full.setup())
}

func TestValue(t *testing.T) {
	var v Value[int]
	_, set := v.Get()
	assert.False(t, set)
	assert.Equal(t, 7, v.Or(7))
	v = Set(0)
	got, set := v.Get()
	assert.True(t, set)
	assert.Zero(t, got)
	assert.Zero(t, v.Or(7), "zero is a value")
}

func TestValueJSON(t *testing.T) {
	type pair struct {
		A Value[int]
		B Value[time.Duration]
	}
	for _, c := range []struct {
		value pair
		text  string
	}{
		{pair{}, `{"A":null,"B":null}`},
		{pair{A: Set(0)}, `{"A":0,"B":null}`},
		{pair{A: Set(-3), B: Set(time.Second)}, `{"A":-3,"B":1000000000}`},
	} {
		text, err := json.Marshal(c.value)
		require.NoError(t, err)
		assert.JSONEq(t, c.text, string(text))
		got := pair{A: Set(99)}
		require.NoError(t, json.Unmarshal(text, &got))
		assert.Equal(t, c.value, got)
	}
	got := Set(5)
	require.Error(t, json.Unmarshal([]byte(`"six"`), &got))
	assert.Equal(t, Set(5), got, "a failed read changes nothing")
}

func TestProgress(t *testing.T) {
	var p Progress
	rounds, device := p.Snapshot()
	assert.Zero(t, rounds)
	assert.Zero(t, device)
	p.update(3, 1.5)
	rounds, device = p.Snapshot()
	assert.EqualValues(t, 3, rounds)
	assert.Equal(t, 1500*time.Microsecond, device)
	p.update(1<<32+5, 1e6)
	rounds, device = p.Snapshot()
	assert.EqualValues(t, 5, rounds, "modulo 2³²")
	assert.Equal(t, 1000*time.Second, device)
}

func TestJudge(t *testing.T) {
	for _, c := range []struct {
		name       string
		change     func(*Recording)
		starvation float64
		want       record.Verdict
	}{
		{"valid", func(*Recording) {}, 0.01, record.Verdict{Status: record.Valid}},
		{"starved", func(*Recording) {}, 0.25, record.Verdict{Status: record.Warnings, Reasons: []record.Reason{{
			Code: CodeStarved, Evidence: "goroutines of this program waited for a processor 25.0 % of the time; raise GOMAXPROCS or stop what computes beside the run",
		}}}},
		{"interrupted, some dropped", func(r *Recording) { r.Interrupted, r.DroppedSamples = true, 50 }, 0, record.Verdict{
			Status: record.Warnings, Reasons: []record.Reason{
				{Code: record.CodeInterrupted, Evidence: "stopped after 150 inferences"},
				{Code: CodeDropped, Evidence: "the oldest 50 inferences were not kept"},
			}}},
		{"nothing timed", func(r *Recording) { r.Settings.WarmUp = time.Hour }, 0, record.Verdict{
			Status: record.Invalid, Reasons: []record.Reason{{
				Code: CodeNothingTimed, Evidence: "all 100 inferences started before the end of the warm-up of 1h0m0s; measure longer or lower the warm-up",
			}}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := fakeRecording(100, false)
			c.change(r)
			r.judge(c.starvation)
			assert.Equal(t, c.want, r.Verdict)
		})
	}
}
