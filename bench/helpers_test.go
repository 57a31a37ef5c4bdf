package bench

import (
	"math/rand/v2"
	"time"

	"github.com/trtbench/trtbench/record"
)

// stages are those of a backend that measures everything.
var stages = []record.Stage{record.StageEnqueue, record.StageH2D, record.StageCompute, record.StageD2H}

// fakeRecording returns a recording of n inferences that nobody measured. transfers says whether there are copies.
func fakeRecording(n int, transfers bool) *Recording {
	r := rand.New(rand.NewPCG(1, 2))
	rec := &Recording{
		Head: record.Head{
			Kind:    record.KindBench,
			Started: time.Date(2026, 5, 4, 3, 2, 1, 0, time.UTC), Finished: time.Date(2026, 5, 4, 3, 2, 5, 0, time.UTC),
			Argv:        []string{"trtbench", "run"},
			Description: record.Description{Backend: TensorRT, Version: "10.15.1", Stages: stages},
			Verdict:     record.Verdict{Status: record.Valid},
		},
		Settings: Settings{
			Compat: Compat10, Iterations: 10, Duration: 3 * time.Second, WarmUp: 2 * time.Millisecond, Lanes: 1, Slots: 2,
			Transfers: transfers, rules: rulesOf[Compat10],
		},
		Samples: make([]Sample, n),
	}
	var host int64
	var device float64
	for i := range rec.Samples {
		s := &rec.Samples[i]
		s.EnqueueStart = host
		s.EnqueueEnd = host + int64(20_000+500*r.Float64())
		host = s.EnqueueEnd + 80_000
		s.Compute = float32(0.1 + 0.004*r.Float64())
		device += float64(s.Compute)
		s.ComputeStart = float32(device)
		if transfers {
			s.H2D, s.H2DToCompute = 0.01, float32(0.0001*r.Float64())
			s.D2H, s.ComputeToD2H = float32(0.005+0.0003*r.Float64()), 0.001
		}
	}
	return rec
}
