package gpuverify

import (
	"context"
	"errors"
	"fmt"

	"github.com/trtbench/trtbench/bench"
)

// series are the figures of one kind of run over the rounds, in ms.
type series struct{ compute, latency, enqueue, host []float64 }

// kind is a kind of run that is compared with others.
type kind struct {
	name    string
	options bench.Options
}

// kinds are run in turn: the defaults of TensorRT 10, the same with a graph, and one inference at a time with both ways to wait.
func kinds(p *plan) []kind {
	base := bench.Options{
		Compat: bench.Compat10, Transfers: bench.Set(true), Graph: bench.Set(false), Spin: bench.Set(false),
		Duration: bench.Set(p.roundLength), WarmUp: bench.Set(p.warmUp), Iterations: bench.Set(10),
	}
	graph := base
	graph.Graph = bench.Set(true)
	block := base.OneAtATime()
	spin := block
	spin.Spin = bench.Set(true)
	return []kind{{"no graph", base}, {"graph", graph}, {"one at a time, block", block}, {"one at a time, spin", spin}}
}

// rounds compares times of runs that are done in turn, so that a device that warms up or slows down touches all alike.
func (v *verifier) rounds(ctx context.Context, e *engine) (err error) {
	target, err := e.target(v.plan.batch)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, target.Close()) }()
	all := kinds(v.plan)
	if v.evidence.TimesJudged { // the clocks of the device come up first
		settle := all[0].options
		settle.Converge = true
		if _, err := bench.Run(ctx, target, settle); err != nil {
			return err
		}
	}
	results := make([]series, len(all)+1)
	again := len(all)
	for range v.plan.rounds {
		for i, k := range all {
			if err := results[i].run(ctx, target, k.options); err != nil {
				return fmt.Errorf("%s: %w", k.name, err)
			}
		}
	}
	for range v.plan.rounds {
		if err := results[again].run(ctx, target, all[0].options); err != nil {
			return fmt.Errorf("second run: %w", err)
		}
	}
	row := Rounds{
		TensorRT: e.lib.Version().String(), Engine: e.name, Length: Millisecond(ms(v.plan.roundLength)),
		Order: "the first four in turn, round by round; then the second run",
	}
	for i, s := range results {
		name := "no graph, second run"
		if i < len(all) {
			name = all[i].name
		}
		row.Series = append(row.Series, Series{name + ": compute", s.compute}, Series{name + ": latency", s.latency}, Series{name + ": enqueue", s.enqueue})
		if len(s.host) > 0 {
			row.Series = append(row.Series, Series{name + ": host latency", s.host})
		}
	}
	v.evidence.Rounds = append(v.evidence.Rounds, row)
	judged := v.evidence.TimesJudged
	v.add(
		checkRepeat(e.subject, "compute", results[0].compute, results[again].compute, judged),
		checkRepeat(e.subject, "latency", results[0].latency, results[again].latency, judged),
		checkNotSlower("graph-compute", e.subject, "the median compute time with a graph is at most that without", Series{"no graph", results[0].compute}, Series{"graph", results[1].compute}, judged),
		checkNotSlower("graph-enqueue", e.subject, "the median enqueue time with a graph is at most that without", Series{"no graph", results[0].enqueue}, Series{"graph", results[1].enqueue}, judged),
		checkNotSlower("spin-host-latency", e.subject, "one inference at a time, the median host latency with a spinning wait is at most that with a blocking one", Series{"block", results[2].host}, Series{"spin", results[3].host}, judged),
	)
	return nil
}

// run adds a round.
func (s *series) run(ctx context.Context, target bench.Target, options bench.Options) error {
	r, err := bench.Run(ctx, target, options)
	if err != nil {
		return err
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	summary, err := bench.Summarize(r, bench.SummaryOptions{WarmUp: r.Settings.WarmUp})
	if err != nil {
		return err
	}
	s.compute = append(s.compute, float64(summary.Compute.Median))
	s.latency = append(s.latency, float64(summary.Latency.Median))
	s.enqueue = append(s.enqueue, float64(summary.Enqueue.Median))
	if options.ExposeDMA {
		host, err := bench.HostLatency(r, nil)
		if err != nil {
			return err
		}
		s.host = append(s.host, float64(host.Median))
	}
	return nil
}
