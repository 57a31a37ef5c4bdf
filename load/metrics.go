package load

import (
	"context"
	"slices"
)

// MetricsReader is what a [Server] may be besides: one that tells how busy its GPUs are.
type MetricsReader interface {
	// Metrics returns the gauges at this moment, one for each GPU. It returns when ctx ends at the latest.
	Metrics(ctx context.Context) ([]GPUMetrics, error)
}

// GPUMetrics are the gauges of one GPU of the server. A gauge that the server does not have is 0.
type GPUMetrics struct {
	UUID             string  `json:"uuid"`
	Utilization      float64 `json:"utilization"` // 0 to 1
	PowerWatts       float64 `json:"power_watts"`
	MemoryUsedBytes  float64 `json:"memory_used_bytes"`
	MemoryTotalBytes float64 `json:"memory_total_bytes"`
}

// GPUUsage sums up the readings of a GPU's gauges over a window.
type GPUUsage struct {
	UUID               string  `json:"uuid"`
	Readings           int     `json:"readings"`
	MeanUtilization    float64 `json:"mean_utilization"`
	MeanPowerWatts     float64 `json:"mean_power_watts"`
	MaxMemoryUsedBytes float64 `json:"max_memory_used_bytes"`
	MemoryTotalBytes   float64 `json:"memory_total_bytes"`
}

// add takes one more reading in.
func (u *GPUUsage) add(g GPUMetrics) {
	u.merge(GPUUsage{g.UUID, 1, g.Utilization, g.PowerWatts, g.MemoryUsedBytes, g.MemoryTotalBytes})
}

// merge takes the readings of another window in.
func (u *GPUUsage) merge(other GPUUsage) {
	n := float64(u.Readings + other.Readings)
	if n == 0 {
		return
	}
	mean := func(a, b float64) float64 { return (a*float64(u.Readings) + b*float64(other.Readings)) / n }
	u.MeanUtilization = mean(u.MeanUtilization, other.MeanUtilization)
	u.MeanPowerWatts = mean(u.MeanPowerWatts, other.MeanPowerWatts)
	u.MaxMemoryUsedBytes = max(u.MaxMemoryUsedBytes, other.MaxMemoryUsedBytes)
	u.MemoryTotalBytes = or(u.MemoryTotalBytes, other.MemoryTotalBytes)
	u.Readings += other.Readings
}

// usageOf returns the entry of a GPU, which it makes if there is none.
func usageOf(list *[]GPUUsage, uuid string) *GPUUsage {
	i := slices.IndexFunc(*list, func(u GPUUsage) bool { return u.UUID == uuid })
	if i < 0 {
		i = len(*list)
		*list = append(*list, GPUUsage{UUID: uuid})
	}
	return &(*list)[i]
}

// GPUs returns how busy the server's GPUs were in the windows that the point's figures are of; empty when it was not asked.
func (p *Point) GPUs() []GPUUsage {
	var list []GPUUsage
	for _, w := range p.merged() {
		for _, u := range w.GPUs {
			usageOf(&list, u.UUID).merge(u)
		}
	}
	return list
}
