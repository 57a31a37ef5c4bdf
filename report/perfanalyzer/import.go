package perfanalyzer

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"time"

	"github.com/trtbench/trtbench/load"
)

// Kind says which file of perf_analyzer an import comes from.
type Kind string

// The kinds of files.
const (
	KindCSV    Kind = "CSV"
	KindExport Kind = "profile export"
	KindLog    Kind = "log"
)

// Import is what a file of perf_analyzer says about a run. What it does not say is zero.
type Import struct {
	Kind    Kind
	Version string // of perf_analyzer, as in "2.43.0"; only exports have it
	Points  []ImportedPoint
}

// ImportedPoint is one level of load.
type ImportedPoint struct {
	Mode  load.Mode // [load.ModeConcurrency] or [load.ModeRate], which stands for other open loops too
	Level float64   // requests in flight, or requests per second

	Requests           int     // in the windows that the figures are of
	Throughput         float64 // inferences per second
	ResponseThroughput float64 // answers per second, of decoupled models
	DelayedPercent     float64 // of the requests, where perf_analyzer warned that it did not keep up
	Mean               time.Duration
	Percentiles        []ImportedPercentile // ascending

	Server *ImportedServer // nil when the file does not say
}

// ImportedPercentile is a percentile of the latency.
type ImportedPercentile struct {
	Percentile int
	Value      time.Duration
}

// ImportedServer are the mean times of a request in the server.
type ImportedServer struct {
	Queue, ComputeInput, ComputeInfer, ComputeOutput time.Duration
}

// Read reads a file of perf_analyzer of either generation, which it tells by its beginning: a profile export is an object of JSON, a CSV
// starts with its header, anything else is taken for what perf_analyzer printed. batch is the number of inferences in one request, which an
// export does not say; the others need none. The error says what was found where.
func Read(r io.Reader, batch int) (*Import, error) {
	b := bufio.NewReaderSize(r, 64<<10)
	start, err := b.Peek(512)
	if err != nil && err != io.EOF {
		return nil, fmt.Errorf("perfanalyzer: read: %w", err)
	}
	start = bytes.TrimLeft(bytes.TrimPrefix(start, []byte("\ufeff")), " \t\r\n")
	switch {
	case bytes.HasPrefix(start, []byte("{")):
		return ReadExport(b, batch)
	case bytes.HasPrefix(start, []byte(columnConcurrency+",")), bytes.HasPrefix(start, []byte(columnRate+",")):
		return ReadCSV(b)
	}
	return ReadLog(b)
}

// Percentile returns a percentile of the latency, and false when the file does not say it.
func (p *ImportedPoint) Percentile(percentile int) (time.Duration, bool) {
	for _, q := range p.Percentiles {
		if q.Percentile == percentile {
			return q.Value, true
		}
	}
	return 0, false
}
