package cli

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"time"

	"github.com/trtbench/trtbench/record"
	"github.com/trtbench/trtbench/report"
	"github.com/trtbench/trtbench/trt"
)

// timeDeserialize reads the engine again and again and says how long it takes.
func timeDeserialize(ctx context.Context, process Process, f *runFlags, log *report.Log) error {
	lib, device, err := loadTensorRT(ctx, &f.model, f.measure.Compat, newQuietLogger(log))
	if err != nil {
		return err
	}
	times, err := trt.TimeDeserialize(ctx, lib, device, f.model.engine)
	if err = errors.Join(err, lib.Close()); err != nil {
		return adviseWithoutGPU(err)
	}
	log.Info("Reading the engine: first %s ms, average of %d more %s ms",
		report.Number(milliseconds(times.First)), times.Loads, report.Number(milliseconds(times.Average)))
	if f.output.json != "" {
		err = writeJSON(process.Out, f.output.json, func(w io.Writer) error { return writeLoadTimes(w, times) })
	}
	if err == nil && times.Slow() {
		err = errors.New("the first reading took over twice the average; the file may lie on a slow disk: read it once before")
	}
	return err
}

func writeLoadTimes(w io.Writer, times *trt.LoadTimes) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	return enc.Encode(struct {
		FirstMs   float64 `json:"first_ms"`
		AverageMs float64 `json:"average_ms"`
		Loads     int     `json:"loads"` // in the average
		Slow      bool    `json:"first_is_slow"`
	}{milliseconds(times.First), milliseconds(times.Average), times.Loads, times.Slow()})
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// planVersion says which TensorRT built an engine, by its header alone.
func planVersion(log *report.Log, path string) error {
	header, err := trt.ReadPlanHeader(path)
	switch {
	case err != nil:
		return err
	case header.Simulated:
		log.Info("Plan version: none, this is a plan for the simulated device")
	default:
		log.Info("Plan version: %v (build %d)", header.Version, header.Version.Build)
	}
	return log.Failed()
}

// writeJSON writes a document to a file, or with "-" to standard output.
func writeJSON(out io.Writer, path string, write func(io.Writer) error) error {
	if path == "-" {
		return write(out)
	}
	return record.WriteFile(path, write)
}
