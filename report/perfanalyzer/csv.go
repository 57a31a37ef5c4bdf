package perfanalyzer

import (
	"cmp"
	"encoding/csv"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/trtbench/trtbench/load"
	"github.com/trtbench/trtbench/report"
)

// Names of columns.
const (
	columnConcurrency   = "Concurrency"
	columnRate          = "Request Rate"
	columnThroughput    = "Inferences/Second"
	columnResponses     = "Response Throughput"
	columnClientSend    = "Client Send"
	columnNetwork       = "Network+Server Send/Recv"
	columnQueue         = "Server Queue"
	columnComputeInput  = "Server Compute Input"
	columnComputeInfer  = "Server Compute Infer"
	columnComputeOutput = "Server Compute Output"
	columnCacheHit      = "Server Cache Hit"
	columnCacheMiss     = "Server Cache Miss"
	columnClientRecv    = "Client Recv"
	columnMean          = "Avg latency"
)

// WriteCSV writes the file of -f: a line for each point that passed, ascending by throughput, times in whole microseconds. With
// [Options].Verbose it has the columns of --verbose-csv. written is false, and nothing is written, when no point passed: perf_analyzer then
// makes no file.
func WriteCSV(w io.Writer, r *load.Recording, o Options) (written bool, err error) {
	rows := o.rows(r)
	if len(rows) == 0 {
		return false, nil
	}
	slices.SortStableFunc(rows, func(a, b row) int { return cmp.Compare(a.figures.Throughput, b.figures.Throughput) })
	t := table{settings: &r.Settings, options: o}
	for i := range rows {
		server, ok := serverTimesOf(rows[i].point)
		t.server = t.server || ok
		t.cache = t.cache || server.caches()
		t.gpus = t.gpus || len(rows[i].point.GPUs()) > 0
	}
	out := csv.NewWriter(w)
	for i := range rows {
		line := t.line(&rows[i])
		if i == 0 {
			if err := out.Write(line.names); err != nil {
				return true, err
			}
		}
		if err := out.Write(line.cells); err != nil {
			return true, err
		}
	}
	out.Flush()
	return true, out.Error()
}

// table says which columns there are.
type table struct {
	settings            *load.Settings
	options             Options
	server, cache, gpus bool
}

// line is a row with the names of its columns.
type line struct{ names, cells []string }

func (l *line) text(name, value string) {
	l.names, l.cells = append(l.names, name), append(l.cells, value)
}
func (l *line) number(name string, v float64) {
	l.text(name, report.Number(v))
}

func (l *line) time(name string, d time.Duration) {
	l.text(name, strconv.FormatInt(d.Microseconds(), 10))
}

func (t *table) line(r *row) line {
	var l line
	f := r.figures
	l.number(tableNames[closed(t.settings)], r.level)
	l.number(columnThroughput, f.Throughput)
	if t.options.Decoupled {
		l.number(columnResponses, f.ResponseThroughput)
	}
	l.time(columnClientSend, r.client.send)
	if t.server {
		t.serverCells(&l, r)
	}
	l.time(columnClientRecv, 0)
	for _, q := range f.Percentiles {
		l.time("p"+strconv.Itoa(q.Percentile)+" latency", time.Duration(q.Ns))
	}
	if t.options.Verbose {
		t.verboseCells(&l, r)
	}
	return l
}

// serverCells appends what the server counted. What is left of the mean latency is the network's.
func (t *table) serverCells(l *line, r *row) {
	m, _ := serverTimesOf(r.point)
	l.time(columnNetwork, max(time.Duration(r.figures.MeanNs)-r.client.send-m.accounted(), 0))
	l.time(columnQueue, m.Queue.Mean())
	l.time(columnComputeInput, m.ComputeInput.Mean())
	l.time(columnComputeInfer, m.ComputeInfer.Mean())
	l.time(columnComputeOutput, m.ComputeOutput.Mean())
	if t.cache {
		l.time(columnCacheHit, m.CacheHit.Mean())
		l.time(columnCacheMiss, m.CacheMiss.Mean())
	}
}

func (t *table) verboseCells(l *line, r *row) {
	if t.settings.Percentile == 0 {
		l.time(columnMean, time.Duration(r.figures.MeanNs))
	}
	l.time("request/response", r.client.send)
	l.time("response wait", r.client.wait)
	if !t.gpus {
		return
	}
	list := r.point.GPUs()
	gauges := func(name string, of func(*load.GPUUsage) string) {
		var b strings.Builder
		for i := range list {
			b.WriteString(list[i].UUID + ":" + of(&list[i]) + ";")
		}
		l.text(name, b.String())
	}
	gauges("Avg GPU Utilization", func(g *load.GPUUsage) string { return report.Number(g.MeanUtilization) })
	gauges("Avg GPU Power Usage", func(g *load.GPUUsage) string { return report.Number(g.MeanPowerWatts) })
	gauges("Max GPU Memory Usage", func(g *load.GPUUsage) string { return bytesOf(g.MaxMemoryUsedBytes) })
	gauges("Total GPU Memory", func(g *load.GPUUsage) string { return bytesOf(g.MemoryTotalBytes) })
}
