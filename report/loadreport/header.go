package loadreport

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/trtbench/trtbench/load"
	"github.com/trtbench/trtbench/record"
	"github.com/trtbench/trtbench/report/internal/typeset"
)

// WriteSource writes where the figures come from: server, model, tensors, host. It stands above every report.
func WriteSource(w io.Writer, d *record.Description, e *record.Environment) error {
	p := typeset.NewPrinter(w)
	mark := ""
	if d.Simulated {
		mark = " (SIMULATED: its times are invented)"
	}
	p.Line("Load test of %s on %s %s%s", d.Model.Path, d.Backend, d.Version, mark)
	for _, note := range d.Notes {
		p.Wrap(4, "  "+note)
	}
	for _, t := range d.Tensors {
		direction := "output"
		if t.Input {
			direction = "input"
		}
		p.Line("  %s %s %s %s", direction, t.Name, t.Type, shape(t.Shape))
	}
	revision := ""
	if e.Build.Revision != "" {
		revision = fmt.Sprintf(" (%.12s)", e.Build.Revision)
	}
	p.Line("  client: %s, %d logical CPUs, trtbench %s%s, %s", e.CPU, e.CPUs, e.Build.Version, revision, e.Go)
	return p.Err()
}

// WriteSettings writes how the load was made and measured.
func WriteSettings(w io.Writer, s *load.Settings) error {
	p := typeset.NewPrinter(w)
	p.Wrap(4, "  load: "+loadText(s))
	if s.Sequence != nil {
		p.Wrap(4, "  sequences: "+sequenceText(s))
	}
	p.Wrap(4, "  measured: "+measureText(s))
	return p.Err()
}

func loadText(s *load.Settings) string {
	calls := "asynchronous"
	switch {
	case s.Sync && s.Mode.Open():
		calls = "synchronous, " + count(s.Senders, "sender")
	case s.Sync:
		calls = "synchronous"
	}
	text := fmt.Sprintf("%s, %s, %s", modeText(s), calls, count(s.Conns, "connection"))
	if s.Batch > 1 {
		text += fmt.Sprintf(", %d inferences a request", s.Batch)
	}
	if s.Deadline > 0 {
		text += fmt.Sprintf(", deadline %v", s.Deadline)
	}
	if s.Validate {
		text += ", contents of answers checked"
	}
	return fmt.Sprintf("%s, seed %d", text, s.Seed)
}

func modeText(s *load.Settings) string {
	switch s.Mode {
	case load.ModeConcurrency:
		return rangeText(s, "requests in flight") + " (closed loop)"
	case load.ModeIntervals:
		return fmt.Sprintf("%d given gaps, over and over (open loop)", s.IntervalCount)
	case load.ModeSchedule:
		return fmt.Sprintf("%d given instants, once (open loop)", s.ScheduleCount)
	case load.ModeRamp:
		return fmt.Sprintf("from %g to %g requests/s in %v (open loop)", s.Range.Start, s.Range.End, s.RampTime)
	case load.ModeSteps:
		return fmt.Sprintf("%g to %g requests in flight, %g more after every %d answers", s.Range.Start, s.Range.End, s.Range.Step, s.StepEvery)
	}
	arrival := string(s.Arrival)
	if s.Arrival == load.ArrivalGamma {
		arrival = fmt.Sprintf("gamma, burst %g", s.Burst)
	}
	return fmt.Sprintf("%s (open loop, %s)", rangeText(s, "requests/s"), arrival)
}

func rangeText(s *load.Settings, unit string) string {
	switch r := s.Range; {
	case r.End == 0:
		return fmt.Sprintf("%g %s and up by %g until over the limit", r.Start, unit, r.Step)
	case r.End == r.Start:
		return fmt.Sprintf("%g %s", r.Start, unit)
	case s.Search == load.SearchBinary:
		return fmt.Sprintf("highest of %g to %g %s, by halving down to %g", r.Start, r.End, unit, r.Step)
	default:
		return fmt.Sprintf("%g to %g %s by %g", r.Start, r.End, unit, r.Step)
	}
}

func sequenceText(s *load.Settings) string {
	q := s.Sequence
	var parts []string
	if s.Mode.Open() {
		parts = append(parts, fmt.Sprintf("%d alive at a time", q.Live))
	} else {
		parts = append(parts, "as many alive as requests in flight")
	}
	if q.Length == 0 {
		parts = append(parts, "as long as their data")
	} else {
		parts = append(parts, fmt.Sprintf("%d requests each ± %g %%", q.Length, q.Variation))
	}
	if q.Serial {
		parts = append(parts, "one request of each in flight")
	}
	if q.State {
		parts = append(parts, "each answer's state goes into the next request")
	}
	if q.Untagged {
		parts = append(parts, "not marked on the wire")
	}
	return strings.Join(parts, ", ")
}

func measureText(s *load.Settings) string {
	warmUp := ""
	switch {
	case s.WarmUp > 0 && s.WarmUpRequests > 0:
		warmUp = fmt.Sprintf(", after a warm-up of %v and %d requests", s.WarmUp, s.WarmUpRequests)
	case s.WarmUp > 0:
		warmUp = fmt.Sprintf(", after a warm-up of %v", s.WarmUp)
	case s.WarmUpRequests > 0:
		warmUp = fmt.Sprintf(", after a warm-up of %d requests", s.WarmUpRequests)
	}
	if s.Requests > 0 {
		return fmt.Sprintf("one window of %d requests%s", s.Requests, warmUp)
	}
	window := fmt.Sprintf("windows of %v", s.WindowTime)
	if s.WindowMode == load.WindowCount {
		window = fmt.Sprintf("windows of %d requests", s.WindowRequests)
	}
	latency := "mean response time"
	if s.Percentile > 0 {
		latency = fmt.Sprintf("percentile %g of the response time", s.Percentile)
	}
	text := fmt.Sprintf("%s until three in a row agree within %g %% in throughput and %s, at most %d%s", window, s.Stability, latency, s.MaxTrials, warmUp)
	if s.LatencyLimit > 0 {
		text += fmt.Sprintf("; limit of the %s: %v", latency, s.LatencyLimit.Round(time.Microsecond))
	}
	return text
}

// count writes a number of things.
func count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// shape writes dimensions as "16x2400x1".
func shape(dims []int) string {
	if len(dims) == 0 {
		return "scalar"
	}
	parts := make([]string, len(dims))
	for i, d := range dims {
		parts[i] = fmt.Sprint(d)
	}
	return strings.Join(parts, "x")
}
