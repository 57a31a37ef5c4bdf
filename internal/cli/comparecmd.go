package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/trtbench/trtbench/bench"
	"github.com/trtbench/trtbench/compare"
	"github.com/trtbench/trtbench/compare/streamcompare"
	"github.com/trtbench/trtbench/record"
	"github.com/trtbench/trtbench/report/loadreport"
	"github.com/trtbench/trtbench/stream"
)

// compareFlags is the command line of the compare verb.
type compareFlags struct {
	warmUp    bench.Value[time.Duration]
	threshold thresholdFlag
	allow     bool
	json      string
}

func compareCommand(process Process) *cobra.Command {
	f := compareFlags{threshold: compare.DefaultThreshold}
	cmd := &cobra.Command{
		Use:   "compare A B",
		Short: "Say whether run B is faster or slower than run A",
		Long: `compare reads two recordings of run --out, times files of trtexec --exportTimes, or console logs of trtexec, in any
mixture, and says for each figure whether B is the same, better, worse, or whether that is unclear, with the interval of the
difference. The interval comes from the inferences of one run each: it does not know how runs differ from day to day.
Two load tests, as recordings of load --out or as CSV, profile export or console log of perf_analyzer, are compared level by level.
Two recordings of stream --out are compared by the number of streams that holds, and by the latencies at numbers that both measured.

Runs on different devices, with different shapes or in different modes are not compared unless --allow-differences is given.
The exit code is 4 when B is worse by more than --threshold.`,
		Example: `  trtbench compare before.trtbench after.trtbench --threshold=3%
  trtbench compare trtexec-times.json after.trtbench --json=verdict.json
  trtbench compare streams-before.trtbench streams-after.trtbench`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 2 {
				return usage(fmt.Errorf("%d files given; expected two: compare A B", len(args)))
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error { return f.compare(process, args[0], args[1]) },
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.Var(&f.threshold, "threshold", "difference that does not matter")
	flags.BoolVar(&f.allow, "allow-differences", false, "compare runs of different devices, shapes, modes or speakers, and invalid ones")
	flags.Var(&timeFlag{&f.warmUp, time.Millisecond, "ms"}, "warmUp", "leave out inferences of a times file that started earlier (default 0: trtexec leaves them out itself)")
	flags.StringVar(&f.json, "json", "", "write the result as JSON to this file, or without a value to standard output instead of the text")
	flags.Lookup("json").NoOptDefVal = "-"
	return cmd
}

// comparison is what came of comparing two files of one kind.
type comparison interface {
	WriteText(io.Writer) error
	WriteJSON(io.Writer) error
}

// compare compares two files of the same kind.
func (f *compareFlags) compare(process Process, pathA, pathB string) error {
	kindA, err := comparedKind(pathA)
	if err != nil {
		return err
	}
	kindB, err := comparedKind(pathB)
	if err != nil {
		return err
	}
	if kindA != kindB {
		return fmt.Errorf("%s is of %s and %s of %s; expected two of the same kind", pathA, kindNames[kindA], pathB, kindNames[kindB])
	}
	compareFiles := map[record.Kind]func(a, b string, options compare.Options) (comparison, compare.State, error){
		record.KindBench: f.compareRuns, record.KindLoad: compareLoad, record.KindStream: compareStreams,
	}[kindA]
	result, state, err := compareFiles(pathA, pathB, compare.Options{Threshold: float64(f.threshold), AllowDifferences: f.allow})
	var refused *compare.IncomparableError
	if errors.As(err, &refused) {
		return &exitError{ExitInvalid, fmt.Errorf("%w with --allow-differences", err)}
	}
	if err != nil {
		return err
	}
	if err := f.write(process, result); err != nil {
		return err
	}
	if state == compare.Worse {
		return &exitError{ExitRegression, errReported}
	}
	return nil
}

// kindNames say what a file is of, for an error. Whatever is not known to be something else is read as one of a run.
var kindNames = map[record.Kind]string{record.KindBench: "a run or unknown", record.KindLoad: "a load test", record.KindStream: "streams"}

// comparedKind tells what a file is of, whoever wrote it. What is unknown is left to the reader of single runs, which says so.
func comparedKind(path string) (record.Kind, error) {
	if _, err := os.Stat(path); err != nil {
		return "", err
	}
	switch kind := recordingKind(path); {
	case kind == record.KindStream:
		return kind, nil
	case kind == record.KindLoad, isPerfAnalyzers(path):
		return record.KindLoad, nil
	}
	return record.KindBench, nil
}

// write writes the result for people, and as JSON where that is asked for. One that fails does not keep the other from being written.
func (f *compareFlags) write(process Process, result comparison) error {
	out := process.Out
	if f.json == "-" {
		out = process.Err // standard output is the JSON document's
	}
	err := result.WriteText(out)
	if f.json != "" {
		err = errors.Join(err, writeJSON(process.Out, f.json, result.WriteJSON))
	}
	return err
}

// compareRuns compares two runs.
func (f *compareFlags) compareRuns(pathA, pathB string, options compare.Options) (comparison, compare.State, error) {
	a, err := compare.Open(pathA, f.warmUp.Or(0))
	if err != nil {
		return nil, "", err
	}
	b, err := compare.Open(pathB, f.warmUp.Or(0))
	if err != nil {
		return nil, "", err
	}
	result, err := compare.Compare(a, b, options)
	if err != nil {
		return nil, "", err
	}
	return result, result.State, nil
}

// compareLoad compares two load tests.
func compareLoad(pathA, pathB string, options compare.Options) (comparison, compare.State, error) {
	a, b, err := openSides(pathA, pathB)
	if err != nil {
		return nil, "", err
	}
	result, err := loadreport.Compare(a, b, options)
	if err != nil {
		return nil, "", err
	}
	return result, result.State, nil
}

// compareStreams compares two recordings of streams.
func compareStreams(pathA, pathB string, options compare.Options) (comparison, compare.State, error) {
	var sides [2]*streamcompare.Side
	for i, path := range []string{pathA, pathB} {
		recording, err := stream.Load(path)
		if err != nil {
			return nil, "", err
		}
		sides[i] = streamcompare.NewSide(path, recording)
	}
	result, err := streamcompare.Compare(sides[0], sides[1], options)
	if err != nil {
		return nil, "", err
	}
	return result, result.State, nil
}
