package bench

import (
	"cmp"
	"slices"
)

// interval is a time in which something ran, in ms of the device's clock.
type interval struct{ start, end float64 }

// wallOf adds up what the device did. Positions have the resolution of single precision, so shares of a long run are rounded.
func wallOf(samples []Sample) Wall {
	computing := make([]interval, len(samples))
	in, out := make([]interval, 0, len(samples)), make([]interval, 0, len(samples))
	first, last := float64(samples[0].ComputeStart), float64(samples[0].ComputeStart)
	for i := range samples {
		s := &samples[i]
		start := float64(s.ComputeStart)
		computing[i] = interval{start, start + float64(s.Compute)}
		begin, end := start-float64(s.H2DToCompute)-float64(s.H2D), computing[i].end+float64(s.ComputeToD2H)+float64(s.D2H)
		first, last = min(first, begin), max(last, end)
		if s.H2D > 0 {
			in = append(in, interval{begin, begin + float64(s.H2D)})
		}
		if s.D2H > 0 {
			out = append(out, interval{end - float64(s.D2H), end})
		}
	}
	for _, list := range [][]interval{computing, in, out} {
		if !slices.IsSortedFunc(list, byBegin) { // of several lanes
			slices.SortFunc(list, byBegin)
		}
	}
	w := Wall{Total: last - first, Computing: covered(computing)}
	busy := covered(computing, in, out)
	w.Copying = busy - w.Computing
	w.Idle = max(w.Total-busy, 0)
	return w
}

func byBegin(a, b interval) int { return cmp.Compare(a.start, b.start) }

// covered returns how much time the intervals of all lists cover together. Each list is sorted by its starts.
func covered(lists ...[]interval) float64 {
	var total, until float64
	begun := false
	for {
		next := -1
		for i, list := range lists {
			if len(list) > 0 && (next < 0 || list[0].start < lists[next][0].start) {
				next = i
			}
		}
		if next < 0 {
			return total
		}
		in := lists[next][0]
		lists[next] = lists[next][1:]
		if !begun || in.start > until {
			total += in.end - in.start
			until, begun = in.end, true
			continue
		}
		if in.end > until {
			total += in.end - until
			until = in.end
		}
	}
}
