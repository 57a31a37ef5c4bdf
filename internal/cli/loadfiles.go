package cli

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/pflag"

	"github.com/trtbench/trtbench/compare"
	"github.com/trtbench/trtbench/load"
	"github.com/trtbench/trtbench/record"
	"github.com/trtbench/trtbench/report/loadreport"
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
	return report.Check()
}

// isLoadTest reports whether a file is of a load test.
func isLoadTest(path string) bool { return recordingKind(path) == record.KindLoad }

// compareLoad compares two load tests.
func (f *compareFlags) compareLoad(process Process, pathA, pathB string) error {
	a, err := openSide(pathA)
	if err != nil {
		return err
	}
	b, err := openSide(pathB)
	if err != nil {
		return err
	}
	result, err := loadreport.Compare(a, b, compare.Options{Threshold: float64(f.threshold), AllowDifferences: f.allow})
	var refused *compare.IncomparableError
	if errors.As(err, &refused) {
		return &exitError{ExitInvalid, fmt.Errorf("%w with --allow-differences", err)}
	}
	if err != nil {
		return err
	}
	out := process.Out
	if f.json == "-" {
		out = process.Err
	}
	err = result.WriteText(out)
	if f.json != "" {
		err = errors.Join(err, writeJSON(process.Out, f.json, result.WriteJSON))
	}
	if err != nil {
		return err
	}
	if result.State == compare.Worse {
		return &exitError{ExitRegression, errReported}
	}
	return nil
}

// openSide reads a load test.
func openSide(path string) (*loadreport.Side, error) {
	recording, err := load.Load(path)
	if err != nil {
		return nil, err
	}
	return loadreport.NewSide(path, recording, false), nil
}
