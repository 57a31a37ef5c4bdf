package streamreport

import (
	"fmt"
	"time"

	"github.com/trtbench/trtbench/load"
	"github.com/trtbench/trtbench/record"
	"github.com/trtbench/trtbench/stream"
	"github.com/trtbench/trtbench/telemetry"
)

const (
	ms = int64(time.Millisecond)
	// measuredFor is the measured time of a point of the fixtures, which begins at a second.
	measuredFor = 3 * int64(time.Second)
)

// recorded is a run of a server in this process with no points yet.
func recorded() *stream.Recording {
	return &stream.Recording{
		Head: record.Head{
			Kind: record.KindStream,
			Description: record.Description{
				Backend: "ONNX Runtime", Version: "1.32.0", Model: record.Model{Path: "model.onnx"}, Serving: record.ServedHere, Runtime: record.RuntimeONNX,
				Notes: []string{"served in this process", "states: kept by the server", "note: a word to know"},
			},
			Environment: record.Environment{OS: "linux", Arch: "amd64", CPU: "a processor", CPUs: 2, Go: "go1.26", Build: record.Build{Version: "v1.0.0"}},
			Verdict:     record.Verdict{Status: record.Valid},
		},
		Settings: stream.Settings{
			Sessions: &stream.Levels{Start: 100, End: 300, Step: 100}, ChunkDuration: 300 * time.Millisecond, Phases: stream.PhasesRandom, Seed: 1,
			Utterance: stream.Fixed(15 * time.Second), Limit: 100 * time.Millisecond, Percentile: 99, Confidence: 0.99, Behind: 2,
			Settle: 10 * time.Second, Measure: 3 * time.Second, Looks: 3, MinChunks: 568,
		},
	}
}

// searched turns a curve into a search with this result.
func searched(r *stream.Recording, result stream.Result) *stream.Recording {
	r.Settings.Sessions, r.Settings.Search = nil, &stream.SearchSettings{Start: 8, Max: stream.MaxSessions, Resolution: 2, Repeats: 3}
	r.Result = &result
	return r
}

// measure adds a point whose chunks take from 10 ms to the given time. Batches have one chunk to four.
func measure(r *stream.Recording, sessions int, slowest time.Duration, finding stream.Finding) *stream.Point {
	p := stream.Point{
		Sessions: sessions, Start: 1000 * ms, End: 1000*ms + measuredFor, Until: 1200*ms + measuredFor, Settled: true,
		Finding: finding, Verdict: record.Verdict{Status: record.Valid},
	}
	for at, k := int64(0), 0; at < measuredFor; at, k = at+300*ms/int64(sessions), k+1 {
		complete := p.Start + at
		latency := 10*ms + (int64(slowest)-10*ms)*int64(k*37%100)/99 // every hundredth takes the longest
		c := stream.Chunk{
			Complete: complete, Due: complete + ms, Ready: complete + 2*ms, Begun: complete + 2*ms + ms/10, Sent: complete + 2*ms + ms/5,
			Answered: complete + latency, Session: uint32(k % sessions), Number: uint32(k / sessions), Batch: uint16(1 + k%4), Status: load.StatusOK,
		}
		c.Started, c.Finished = complete+3*ms, complete+latency-ms
		c.Batched = c.Started - ms/2
		p.Chunks = append(p.Chunks, c)
	}
	if finding != stream.Holds && finding != stream.Scouted {
		p.Evidence = fmt.Sprintf("the evidence of %d", sessions)
		p.Limiting = stream.LimitCompute
		p.Verdict.Warn(stream.CodeOverLimit, p.Evidence)
	}
	r.Points = append(r.Points, p)
	return &r.Points[len(r.Points)-1]
}

// curve is a run of three points, not in their order, of which the largest does not hold.
func curve() *stream.Recording {
	r := recorded()
	measure(r, 200, 60*time.Millisecond, stream.Holds).Verdict.Warn(stream.CodeUnsettled, "latencies were not steady")
	measure(r, 300, 900*time.Millisecond, stream.OverLimit)
	measure(r, 100, 30*time.Millisecond, stream.Holds)
	return r
}

// search is a run that found that between 96 and 98 sessions are the most, on a simulated device that tells what it does.
func search() *stream.Recording {
	r := recorded()
	r.Description.Simulated, r.Description.Backend, r.Description.Serving = true, "TensorRT", record.ServedHereTravelled
	r.Description.Device = record.Device{Kind: record.GPU, Name: "Simulated GPU"}
	for _, p := range []struct {
		sessions int
		slowest  time.Duration
		finding  stream.Finding
	}{
		{64, 40 * time.Millisecond, stream.Scouted}, {128, 700 * time.Millisecond, stream.FellBehind}, {96, 90 * time.Millisecond, stream.Holds},
		{98, 104 * time.Millisecond, stream.OverLimit}, {96, 92 * time.Millisecond, stream.Holds}, {96, 94 * time.Millisecond, stream.Holds},
	} {
		measure(r, p.sessions, p.slowest, p.finding)
	}
	r.Points[2].Telemetry = &stream.Telemetry{Usage: telemetry.Usage{Utilization: &telemetry.Range{Mean: 87.4}}, JoulesPerAudioHour: 1234.5}
	return searched(r, stream.Result{Holds: 96, Breaks: 98, Point: 2, Breaker: 3, Repeats: 3, Confirmed: true, Limiting: stream.LimitCompute})
}

// served is a search on a Triton server, which tells its own statistics and not the times of single chunks.
func served() *stream.Recording {
	r := recorded()
	r.Description.Backend, r.Description.Serving, r.Description.Notes = "triton", record.ServedByTriton, []string{"server localhost:8001 over grpc"}
	measure(r, 40, 80*time.Millisecond, stream.Holds)
	measure(r, 48, 300*time.Millisecond, stream.OverLimit)
	for i := range r.Points {
		p := &r.Points[i]
		p.Server = []load.ModelStatistics{{
			Inferences: 400, Executions: 100, Queue: load.Stage{Count: 400, Time: 400 * 9 * time.Millisecond},
			ComputeInfer: load.Stage{Count: 400, Time: 400 * 20 * time.Millisecond},
		}}
		for k := range p.Chunks {
			c := &p.Chunks[k]
			c.Batched, c.Started, c.Finished, c.Batch = 0, 0, 0, 0
		}
	}
	return searched(r, stream.Result{Holds: 40, Breaks: 48, Point: 0, Breaker: 1, Repeats: 3, Confirmed: true, Limiting: stream.LimitHost})
}

// whole puts runs together under names.
func whole(runs ...*stream.Recording) *Report {
	r := &Report{}
	for i, recording := range runs {
		r.Runs = append(r.Runs, NewRun([]string{"first", "second", "third <&>", "fourth"}[i], recording))
	}
	return r
}
