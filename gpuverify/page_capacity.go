package gpuverify

import (
	"cmp"
	"fmt"
)

// capacities shows how many sessions served engines hold.
func (p *page) capacities(e *Evidence) {
	if len(e.Capacities) == 0 {
		return
	}
	p.line("## Capacity\n")
	first := &e.Capacities[0]
	p.line("Sessions that send %s ms of audio at the pace of speech, of which %s %% are answered within %s ms; chunk latencies in ms, at the number that holds.\n",
		number(first.ChunkMs), number(first.Percentile), number(first.LimitMs))
	p.table("TensorRT", "model", "states", " instances", " hold", " break", "limit", " SPS", " p50", " p95", " p99", " batch", " GPU", " W", " J per audio hour")
	for i := range e.Capacities {
		c := &e.Capacities[i]
		cells := []string{c.TensorRT, c.Engine, c.States, fmt.Sprint(c.Instances), fmt.Sprint(c.Holds), choose(c.Breaks > 0, fmt.Sprint(c.Breaks), "-"), cmp.Or(c.Limiting, "-")}
		for _, v := range []float64{c.SPS, c.P50Ms, c.P95Ms, c.P99Ms, c.Batch} {
			cells = append(cells, choose(v > 0, number(v), "-"))
		}
		p.row(append(cells, c.device()...)...)
	}
	p.line("")
}

// device are the figures of the GPU: how busy it was, its power, and its energy for an hour of audio.
func (c *Capacity) device() []string {
	cells := []string{"-", "-", "-"}
	t := c.Telemetry
	if t == nil {
		return cells
	}
	if t.Utilization != nil {
		cells[0] = number(t.Utilization.Mean) + " %"
	}
	if watts := t.Watts(); watts > 0 {
		cells[1] = number(watts)
	}
	if t.JoulesPerAudioHour > 0 {
		cells[2] = number(t.JoulesPerAudioHour)
	}
	return cells
}
