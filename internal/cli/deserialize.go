package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/trtbench/trtbench/record"
	"github.com/trtbench/trtbench/report"
	"github.com/trtbench/trtbench/trt"
)

// What trtexec does to time the reading of an engine.
const (
	loadWarmUps = 2
	loadsTimed  = 20
	loadsLimit  = 2.0 // the first may take so many times the average
	loadsNoise  = 1.0 // ms: a smaller difference is no fault, whatever the ratio
)

// loadTimes says how long reading an engine took, in ms. The first reading comes after the warm-ups.
type loadTimes struct {
	FirstMs   float64 `json:"first_ms"`
	AverageMs float64 `json:"average_ms"`
	Loads     int     `json:"loads"` // in the average
	Slow      bool    `json:"first_is_slow"`
}

// timeDeserialize reads the engine again and again and says how long it takes.
func timeDeserialize(ctx context.Context, process Process, f *runFlags, log *report.Log) error {
	lib, device, err := loadTensorRT(ctx, &f.model, f.measure.Compat, newQuietLogger(log))
	if err != nil {
		return err
	}
	runtime, err := lib.NewRuntime(device)
	if err != nil {
		return adviseWithoutGPU(errors.Join(err, lib.Close()))
	}
	times, err := measureLoads(ctx, func() error { return loadOnce(runtime, f.model.engine) })
	if err = errors.Join(err, runtime.Close(), lib.Close()); err != nil {
		return err
	}
	log.Info("Reading the engine: first %s ms, average of %d more %s ms (after %d that are not counted)",
		report.Number(times.FirstMs), times.Loads, report.Number(times.AverageMs), loadWarmUps)
	if f.output.json != "" {
		err = writeJSON(process.Out, f.output.json, func(w io.Writer) error {
			enc := json.NewEncoder(w)
			enc.SetIndent("", "  ")
			return enc.Encode(times)
		})
	}
	if err == nil && times.Slow {
		err = fmt.Errorf("the first reading took over %v times the average; the file may come from a slow disk: read it once before", loadsLimit)
	}
	return err
}

func loadOnce(runtime *trt.Runtime, path string) error {
	engine, err := runtime.DeserializeFile(path)
	if err != nil {
		return err
	}
	return engine.Close()
}

// measureLoads calls load as often as trtexec reads an engine.
func measureLoads(ctx context.Context, load func() error) (*loadTimes, error) {
	t := &loadTimes{Loads: loadsTimed}
	for i := range loadWarmUps + 1 + loadsTimed {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		start := time.Now()
		if err := load(); err != nil {
			return nil, err
		}
		ms := float64(time.Since(start)) / float64(time.Millisecond)
		switch {
		case i < loadWarmUps:
		case i == loadWarmUps:
			t.FirstMs = ms
		default:
			t.AverageMs += ms / loadsTimed
		}
	}
	t.Slow = t.FirstMs > loadsLimit*t.AverageMs && t.FirstMs > t.AverageMs+loadsNoise
	return t, nil
}

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
