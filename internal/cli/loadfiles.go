package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/trtbench/trtbench/load"
	"github.com/trtbench/trtbench/record"
	"github.com/trtbench/trtbench/report/loadreport"
	"github.com/trtbench/trtbench/report/perfanalyzer"
)

// recordingKind returns which kind of recording a file is, "" when it is none.
func recordingKind(path string) record.Kind {
	f, err := record.Open(path)
	if err != nil {
		return ""
	}
	defer f.Close() // it is only read
	return f.Kind
}

// reportTheirs reports what perf_analyzer left of a run.
func reportTheirs(process Process, path string) error {
	side, err := importSide(path, 1)
	if err != nil {
		return err
	}
	return side.WriteText(process.Out)
}

// notForLoad are options of the report verb that mean nothing for a load test.
var notForLoad = []string{"warmUp", "infStreams", "batch", "compat", "avgRuns", "percentile", "deadline", "min-deadline-share"}

// reportLoad reports the recording of a load test.
func reportLoad(process Process, f *reportFlags, flags *pflag.FlagSet, path string) error {
	if without := given(flags, notForLoad); len(without) > 0 {
		return usage(fmt.Errorf("%s means nothing for a load test, whose figures follow from its recording; leave it out", strings.Join(without, ", ")))
	}
	recording, err := load.Load(path)
	if err != nil {
		return err
	}
	if flags.Changed("chunk-duration") {
		recording.Settings.ChunkDuration = f.summary.chunkDuration
	}
	report := loadreport.New(recording)
	out := process.Out
	if f.output.json == "-" {
		out = process.Err // standard output is the JSON document's
	}
	err = report.WriteText(out, f.summary.explain)
	if f.output.json != "" {
		err = errors.Join(err, writeJSON(process.Out, f.output.json, report.Document().Write))
	}
	if err != nil {
		return err
	}
	if err := report.Check(); err != nil || recording.Settings.Compat != load.CompatNone { // perf_analyzer's exit codes are of runs only
		return err
	}
	return judgedLoad(recording)
}

// theirMarks are how the files of perf_analyzer begin, or what their first part holds.
var theirMarks = []string{`{"experiments":`, "Concurrency,Inferences/Second,", "Request Rate,Inferences/Second,", "*** Measurement Settings ***",
	"Inferences/Second vs. Client "}

// isPerfAnalyzers reports whether perf_analyzer left a file.
func isPerfAnalyzers(path string) bool {
	file, err := os.Open(path)
	if err != nil {
		return false
	}
	defer file.Close() // it is only read
	const enough = 64 << 10
	start, err := io.ReadAll(io.LimitReader(file, enough))
	if err != nil || bytes.HasPrefix(start, []byte("Load test of ")) { // our own report, whose last lines look the same and begin times earlier
		return false
	}
	return slices.ContainsFunc(theirMarks, func(mark string) bool { return bytes.Contains(start, []byte(mark)) })
}

// openSides reads two load tests. Beside what perf_analyzer left, the figures of a recording are perf_analyzer's too, and its number of
// inferences in a request is taken for that of both.
func openSides(pathA, pathB string) (a, b *loadreport.Side, err error) {
	paths := []string{pathA, pathB}
	recordings := make([]*load.Recording, 2)
	batch := 1
	for i, path := range paths {
		if isPerfAnalyzers(path) {
			continue
		}
		if recordings[i], err = load.Load(path); err != nil {
			return nil, nil, err
		}
		batch = recordings[i].Settings.Batch
	}
	imported := recordings[0] == nil || recordings[1] == nil
	sides := make([]*loadreport.Side, 2)
	for i, path := range paths {
		if recordings[i] != nil {
			sides[i] = loadreport.NewSide(path, recordings[i], imported)
		} else if sides[i], err = importSide(path, batch); err != nil {
			return nil, nil, err
		}
	}
	return sides[0], sides[1], nil
}

// importSide reads what perf_analyzer left of a run.
func importSide(path string, batch int) (*loadreport.Side, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close() // it is only read
	run, err := perfanalyzer.Read(file, batch)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	side := &loadreport.Side{Name: path, Kind: "perf_analyzer's " + string(run.Kind)}
	for i := range run.Points {
		p := &run.Points[i]
		level := loadreport.SideLevel{Mode: p.Mode, Level: p.Level, Throughput: p.Throughput}
		if p.Mean > 0 {
			level.Times = append(level.Times, loadreport.PointTime("mean", p.Mean))
		}
		for _, q := range p.Percentiles {
			level.Times = append(level.Times, loadreport.PointTime(fmt.Sprintf("p%d", q.Percentile), q.Value))
		}
		side.Levels = append(side.Levels, level)
	}
	return side, nil
}
