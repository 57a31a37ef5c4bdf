package streamcompare

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/compare"
	"github.com/trtbench/trtbench/internal/golden"
	"github.com/trtbench/trtbench/load"
	"github.com/trtbench/trtbench/record"
	"github.com/trtbench/trtbench/stream"
	"github.com/trtbench/trtbench/telemetry"
)

const measured = 20 * time.Second

// recorded is a recording of a server whose answers take base, and up to as long again, with so many sessions each: they hold up to
// capacity.
func recorded(base time.Duration, capacity int, sessions ...int) *stream.Recording {
	random := rand.New(rand.NewPCG(7, uint64(base)))
	r := &stream.Recording{
		Settings: stream.Settings{
			Sessions: &stream.Levels{Start: 1, End: 1, Step: 1}, ChunkDuration: 300 * time.Millisecond, Phases: stream.PhasesRandom,
			Utterance: stream.Fixed(15 * time.Second), Limit: 100 * time.Millisecond, Percentile: 99, Confidence: 0.99, Behind: 2,
			Measure: measured, Looks: 1,
		},
	}
	r.Kind = record.KindStream
	r.Description = record.Description{
		Backend: "TensorRT", Version: "10.15.1", Device: record.Device{Kind: record.GPU, Name: "H100"},
		Model: record.Model{Path: "model.plan"}, Notes: []string{"served in this process", "batching: immediate"},
	}
	r.Environment.CPU, r.Environment.CPUs = "CPU", 2
	r.Verdict.Status = record.Valid
	for _, n := range sessions {
		p := stream.Point{Sessions: n, Start: 1e9, End: 1e9 + int64(measured), Until: 2e9 + int64(measured), Finding: stream.Holds}
		if n > capacity {
			p.Finding = stream.OverLimit
		}
		p.Verdict.Status = record.Valid
		for s := range n {
			for at := p.Start + int64(s)*3e8/int64(n); at < p.End; at += 3e8 {
				took := int64(base) + random.Int64N(int64(base))
				p.Chunks = append(p.Chunks, stream.Chunk{
					Complete: at, Due: at, Ready: at, Begun: at, Sent: at, Started: at + took/4, Finished: at + took, Answered: at + took,
					Session: uint32(s), Batch: 4, Status: load.StatusOK,
				})
			}
		}
		r.Points = append(r.Points, p)
	}
	return r
}

// searched makes a recording one of a search.
func searched(r *stream.Recording, holds int) *stream.Recording {
	r.Settings.Sessions, r.Settings.Search = nil, &stream.SearchSettings{Start: 8, Max: 100, Resolution: 2, Repeats: 1}
	r.Result = &stream.Result{Holds: holds}
	return r
}

func compared(t *testing.T, a, b *stream.Recording, options compare.Options) *Comparison {
	t.Helper()
	c, err := Compare(NewSide("a.trtbench", a), NewSide("b.trtbench", b), options)
	require.NoError(t, err)
	return c
}

var usual = compare.Options{Threshold: compare.DefaultThreshold}

func TestStates(t *testing.T) {
	ms := time.Millisecond
	for _, c := range []struct {
		name            string
		a, b            *stream.Recording
		capacity, state compare.State
		code            compare.Code
	}{
		{"the same", recorded(20*ms, 16, 8, 16, 17), recorded(20*ms, 16, 8, 16, 17), compare.Same, compare.Same, compare.Within},
		{"slower, far from the limit", recorded(20*ms, 16, 16), recorded(25*ms, 16, 16), compare.Unclear, compare.Worse, Overlap},
		{"faster", recorded(20*ms, 16, 16), recorded(10*ms, 16, 16), compare.Unclear, compare.Better, Overlap},
		{"does not hold any more", recorded(20*ms, 20, 16), recorded(60*ms, 8, 16), compare.Worse, compare.Worse, compare.Beyond},
		{"holds fewer, by search", searched(recorded(20*ms, 40, 8, 40, 42), 40), searched(recorded(20*ms, 20, 8, 20, 21), 20),
			compare.Worse, compare.Worse, compare.Beyond},
		{"holds more, by search", searched(recorded(20*ms, 20, 8, 20, 21), 20), searched(recorded(20*ms, 40, 8, 40, 42), 40),
			compare.Better, compare.Better, compare.Beyond},
		{"slower above the capacity, by search", searched(recorded(20*ms, 20, 20, 21), 20), searched(recorded(40*ms, 20, 20, 21), 20),
			compare.Same, compare.Worse, compare.Within},
		{"slower where one does not hold, by search", searched(recorded(20*ms, 40, 40, 41), 40), searched(recorded(40*ms, 39, 39, 40), 39),
			compare.Same, compare.Same, compare.Within},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := compared(t, c.a, c.b, usual)
			require.NotNil(t, r.Capacity)
			assert.Equal(t, c.capacity, r.Capacity.State, "%+v", r.Capacity)
			assert.Equal(t, c.code, r.Capacity.Code)
			assert.Equal(t, c.state, r.State)
		})
	}
}

func TestDifferences(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(r *stream.Recording)
		blocks bool
	}{
		{"chunk duration", func(r *stream.Recording) { r.Settings.ChunkDuration = 100 * time.Millisecond }, true},
		{"phases", func(r *stream.Recording) { r.Settings.Phases = stream.PhasesPulsed }, true},
		{"gap", func(r *stream.Recording) { r.Settings.Silence = stream.Fixed(time.Second) }, true},
		{"device", func(r *stream.Recording) { r.Description.Device.Name = "H200" }, true},
		{"simulated", func(r *stream.Recording) { r.Description.Simulated = true }, true},
		{"server", func(r *stream.Recording) { r.Description.Backend = "triton" }, false},
		{"served", func(r *stream.Recording) {
			r.Description.Notes = []string{"served in this process", "batching: adaptive"}
		}, false},
		{"model", func(r *stream.Recording) { r.Description.Model.SHA256 = "0123456789abcdef" }, false},
		{"seed", func(r *stream.Recording) { r.Settings.Seed = 2 }, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			a, b := recorded(time.Millisecond, 8, 8), recorded(time.Millisecond, 8, 8)
			c.change(b)
			_, err := Compare(NewSide("a", a), NewSide("b", b), usual)
			var refused *compare.IncomparableError
			if c.blocks {
				require.ErrorAs(t, err, &refused)
				assert.ErrorContains(t, err, c.name+": ")
			} else {
				require.NoError(t, err)
			}
			r := compared(t, a, b, compare.Options{AllowDifferences: true})
			require.Len(t, r.Differences, 1)
			assert.Equal(t, c.name, r.Differences[0].Name)
		})
	}
}

// TestCriteria: what it takes to hold is not the same, so that capacities are not compared, and latencies are.
func TestCriteria(t *testing.T) {
	a, b := recorded(20*time.Millisecond, 8, 8), recorded(20*time.Millisecond, 8, 8)
	b.Settings.Limit, b.Settings.Percentile = 200*time.Millisecond, 99.9
	r := compared(t, a, b, usual)
	assert.Nil(t, r.Capacity)
	assert.Len(t, r.Criteria, 2)
	assert.Equal(t, compare.Same, r.Levels[0].Rows[0].State)
	assert.Nil(t, r.Levels[0].Late)
	assert.Equal(t, "p99.9", r.Levels[0].Rows[3].Name)
	var text bytes.Buffer
	require.NoError(t, r.WriteText(&text))
	assert.Contains(t, text.String(), "Capacity is not compared: what it takes to hold is not the same.")

	r = compared(t, a, b, compare.Options{AllowDifferences: true})
	assert.NotNil(t, r.Capacity)

	b.Points[0].Sessions = 9
	_, err := Compare(NewSide("a", a), NewSide("b", b), usual)
	assert.ErrorContains(t, err, "limit: 100ms and 200ms; percentile: 99 and 99.9")
}

func TestRefuses(t *testing.T) {
	a, b := recorded(time.Millisecond, 8, 8), recorded(time.Millisecond, 8, 9)
	a.Points[0].Finding, b.Points[0].Finding = stream.Undecided, stream.Undecided
	_, err := Compare(NewSide("a", a), NewSide("b", b), usual)
	assert.ErrorContains(t, err, "a measured [8] streams and b [9]")
	_, err = Compare(NewSide("a", a), NewSide("b", b), compare.Options{Threshold: -1})
	assert.ErrorContains(t, err, "threshold -1 %")
	b.Verdict.Fail(record.CodeFailed, "lost")
	_, err = Compare(NewSide("a", a), NewSide("b", b), usual)
	assert.ErrorContains(t, err, "b is marked invalid")
}

// TestLeftOut: points in which the client was late, or that are void, say nothing, and are named.
func TestLeftOut(t *testing.T) {
	a, b := recorded(time.Millisecond, 8, 4, 8), recorded(time.Millisecond, 8, 4, 8)
	b.Points[1].Finding = stream.ClientLate
	b.Points = append(b.Points, stream.Point{Sessions: 6, Finding: stream.OverLimit, Scout: true})
	r := compared(t, a, b, usual)
	assert.Len(t, r.Levels, 1)
	assert.Equal(t, []int{8}, r.OnlyA)
	assert.Equal(t, []Skipped{{8, stream.ClientLate}}, r.B.Skipped)
	assert.Equal(t, Range{4, 0}, r.Capacity.B, "a scout shows nothing")
}

// TestEnergy: the energy of an hour of audio is that of all points together, and compared if both sides know it.
func TestEnergy(t *testing.T) {
	a, b := recorded(time.Millisecond, 8, 8, 8), recorded(time.Millisecond, 8, 8)
	metered := func(device string, joules float64) *stream.Telemetry {
		return &stream.Telemetry{Usage: telemetry.Usage{Description: telemetry.Description{Device: device}}, JoulesPerAudioHour: joules}
	}
	a.Points[0].Telemetry, a.Points[1].Telemetry = metered("H100", 100), metered("H100", 200)
	assert.Nil(t, compared(t, a, b, usual).Levels[0].Energy)
	b.Points[0].Telemetry = metered("CPU", 300)
	r := compared(t, a, b, usual)
	assert.InDelta(t, 150, r.Levels[0].Energy.A, 1)
	assert.InDelta(t, 300, r.Levels[0].Energy.B, 1e-9)
	assert.Equal(t, compare.Differences{{Name: "device whose energy was read", A: "H100", B: "CPU"}}, r.Differences)
	var text bytes.Buffer
	require.NoError(t, r.WriteText(&text))
	assert.Regexp(t, `J per audio hour +150 +300 +\+100\.0%`, text.String())
}

func TestWrite(t *testing.T) {
	a := searched(recorded(20*time.Millisecond, 40, 8, 32, 40, 40, 42, 64), 40)
	b := searched(recorded(26*time.Millisecond, 31, 8, 31, 32), 31)
	b.Settings.Seed, b.Description.Notes = 2, []string{"served in this process", "batching: adaptive"}
	b.Points = append(b.Points, stream.Point{Sessions: 64, Finding: stream.Void})
	for name, sides := range map[string][2]*stream.Recording{
		"search.txt": {a, b},
		"curve.txt":  {recorded(20*time.Millisecond, 10, 4, 8), recorded(60*time.Millisecond, 4, 4, 8, 12)},
	} {
		var text bytes.Buffer
		r := compared(t, sides[0], sides[1], usual)
		require.NoError(t, r.WriteText(&text))
		golden.Check(t, name, text.Bytes())
		text.Reset()
		require.NoError(t, r.WriteJSON(&text))
		var back struct {
			Schema   string
			State    compare.State
			Capacity Capacity
			Levels   []Level
		}
		require.NoError(t, json.Unmarshal(text.Bytes(), &back))
		assert.Equal(t, Schema, back.Schema)
		assert.Equal(t, r.State, back.State)
		assert.Equal(t, *r.Capacity, back.Capacity)
		assert.Equal(t, r.Levels, back.Levels)
	}
}
