package gpuverify

import (
	"context"
	"errors"
	"math"

	"github.com/trtbench/trtbench/load"
	"github.com/trtbench/trtbench/serve"
	"github.com/trtbench/trtbench/stream"
	"github.com/trtbench/trtbench/telemetry"
	"github.com/trtbench/trtbench/telemetry/gpu"
	"github.com/trtbench/trtbench/trt"
)

// capacity serves the reference model's engine to sessions: what is copied for them, how many fit into memory, and how many can speak
// in real time.
func (v *verifier) capacity(ctx context.Context, e *engine) (err error) {
	executor, err := trt.NewExecutor(e.lib.Library, e.lib.device, e.path, trt.ExecutorOptions{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, executor.Close()) }()
	for _, travel := range []bool{false, true} {
		t, err := v.converse(ctx, e, executor, travel)
		if err != nil {
			return err
		}
		v.add(checkCopies(e.subject, t), checkStates(e.subject, t))
	}
	f, err := v.fill(ctx, e, executor)
	if err != nil {
		return err
	}
	v.add(checkFitting(e.subject, f, e.lib.slack()))

	kept, err := v.search(ctx, e, executor, false)
	if err != nil {
		return err
	}
	if err := kept.around(ctx, v.plan); err != nil {
		return err
	}
	travelling, err := v.search(ctx, e, executor, true)
	if err != nil {
		return err
	}
	judged := v.evidence.TimesJudged
	v.add(checkCapacity(e.subject, kept, judged), checkKeptHoldMore(e.subject, kept, travelling, v.plan.streams.Search.Resolution, judged))
	for _, s := range []*streams{kept, travelling} {
		v.add(checkUnderLoad(e.subject, s))
		if err := v.addCapacity(e, s); err != nil {
			return err
		}
	}
	return nil
}

// streams is what a search for the number of sessions that a served engine holds came to.
type streams struct {
	server  *serve.Local
	options stream.Options
	travel  bool
	search  *stream.Recording
	below   *stream.Recording // of 0.9 times what holds; nil: nothing holds
	above   *stream.Recording // of 1.2 times; nil: the search ended before anything broke
}

// search looks for the number of sessions that holds. Every answer is verified.
func (v *verifier) search(ctx context.Context, e *engine, executor *trt.Executor, travel bool) (_ *streams, err error) {
	model := executor.Model()
	s := &streams{options: v.plan.streams, travel: travel}
	options := serve.LocalOptions{Options: serve.Options{Instances: servingInstances, Queue: stream.MaxSessions, Travel: travel}}
	if options.Contents, err = serve.Synthetic(&model, 8, 50, 1); err != nil {
		return nil, err
	}
	if options.Verifier, err = serve.NewAcousticVerifier(&model); err != nil {
		return nil, err
	}
	if s.server, err = serve.NewLocal(executor, options); err != nil {
		return nil, err
	}
	if e.lib.meter != nil {
		s.options.Meter = e.lib.meter
	}
	s.options.CheckAnswers, s.options.MaxErrors = true, load.Set(0)
	s.options.FindMax = true
	s.search, err = stream.Run(ctx, s.server, s.options)
	return s, err
}

// around measures 0.9 times the number of sessions that holds, and 1.2 times.
func (s *streams) around(ctx context.Context, p *plan) (err error) {
	found := s.search.Result
	if found == nil || found.Holds == 0 {
		return ctx.Err()
	}
	options := s.options
	options.FindMax = false
	measure := func(factor float64, round func(float64) float64) (*stream.Recording, error) {
		n := min(max(int(round(factor*float64(found.Holds))), 1), stream.MaxSessions)
		options.Sessions = stream.Levels{Start: n, End: n, Step: 1}
		return stream.Run(ctx, s.server, options)
	}
	if s.below, err = measure(0.9, math.Floor); err != nil || found.Breaks == 0 {
		return err
	}
	s.above, err = measure(1.2, math.Ceil)
	return err
}

// points are all points that were measured.
func (s *streams) points() []stream.Point {
	var points []stream.Point
	for _, r := range []*stream.Recording{s.search, s.below, s.above} {
		if r != nil {
			points = append(points, r.Points...)
		}
	}
	return points
}

// addCapacity keeps the figures of what the search found.
func (v *verifier) addCapacity(e *engine, s *streams) error {
	row := Capacity{
		TensorRT: e.lib.Version().String(), Engine: e.name, States: choose(s.travel, "through the host", "on the device"), Instances: servingInstances,
		LimitMs: ms(s.search.Settings.Limit), Percentile: s.search.Settings.Percentile, ChunkMs: ms(s.search.Settings.ChunkDuration),
	}
	found := s.search.Result
	if found != nil {
		row.Holds, row.Breaks, row.Limiting = found.Holds, found.Breaks, string(found.Limiting)
	}
	if found == nil || found.Point < 0 {
		v.evidence.Capacities = append(v.evidence.Capacities, row)
		return nil
	}
	f, err := s.search.Figures(found.Point)
	if err != nil {
		return err
	}
	row.SPS = f.Rate.SPS
	for at, to := range map[float64]*float64{0.5: &row.P50Ms, 0.95: &row.P95Ms, 0.99: &row.P99Ms} {
		if q, known := f.Latency.Chunk.At(at); known {
			*to = ms(q.Value)
		}
	}
	if f.Batches != nil {
		row.Batch = f.Batches.Mean
	}
	row.Telemetry = s.search.Points[found.Point].Telemetry
	v.evidence.Capacities = append(v.evidence.Capacities, row)
	return nil
}

// openMeter reads the GPU while sessions speak. Where it cannot be read, the evidence goes without.
func (l *library) openMeter(uuid string) {
	if l.Simulated() {
		return
	}
	device, err := gpu.Open(uuid)
	if err != nil {
		return
	}
	l.meter = telemetry.NewSampler(device, telemetry.DefaultPeriod)
	l.closeMeter = device.Close
}
