package load

import "time"

// Window is a stretch of a point in which requests are counted. Those of a point follow each other without a gap.
type Window struct {
	Start int64 `json:"start_ns"` // on the run's clock, as all times of [Outcome]
	End   int64 `json:"end_ns"`

	// Due counts the requests that the schedule wanted within the window; 0 in a closed loop.
	Due int `json:"due,omitempty"`
	// Idle is the mean time for which a sender of requests had nothing to do: it waited for the next request to be due, or for a
	// call to return.
	Idle time.Duration `json:"idle_ns,omitempty"`
	// Cut is set when a count window ended before it had its requests, because they took too long.
	Cut bool `json:"cut,omitempty"`

	Server []ModelStatistics `json:"server,omitempty"` // what the server counted meanwhile, see [StatisticsReader]
	GPUs   []GPUUsage        `json:"gpus,omitempty"`   // of the server, see [MetricsReader]
}

// Duration returns the length of the window.
func (w *Window) Duration() time.Duration { return time.Duration(w.End - w.Start) }

// spanOf returns the time that windows cover; there is at least one.
func spanOf(windows []Window) span {
	return span{windows[0].Start, windows[len(windows)-1].End}
}
