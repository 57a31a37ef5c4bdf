package cli

import (
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/trtbench/trtbench/bench"
	"github.com/trtbench/trtbench/compare"
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

Runs on different devices, with different shapes or in different modes are not compared unless --allow-differences is given.
The exit code is 4 when B is slower by more than --threshold.`,
		Example: `  trtbench compare before.trtbench after.trtbench --threshold=3%
  trtbench compare trtexec-times.json after.trtbench --json=verdict.json`,
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
	flags.BoolVar(&f.allow, "allow-differences", false, "compare runs of different devices, shapes or modes, and invalid ones")
	flags.Var(&timeFlag{&f.warmUp, time.Millisecond, "ms"}, "warmUp", "leave out inferences of a times file that started earlier (default 0: trtexec leaves them out itself)")
	flags.StringVar(&f.json, "json", "", "write the result as JSON to this file, or without a value to standard output instead of the text")
	flags.Lookup("json").NoOptDefVal = "-"
	return cmd
}

func (f *compareFlags) compare(process Process, pathA, pathB string) error {
	if isLoadTest(pathA) || isLoadTest(pathB) {
		return f.compareLoad(process, pathA, pathB)
	}
	a, err := compare.Open(pathA, f.warmUp.Or(0))
	if err != nil {
		return err
	}
	b, err := compare.Open(pathB, f.warmUp.Or(0))
	if err != nil {
		return err
	}
	result, err := compare.Compare(a, b, compare.Options{Threshold: float64(f.threshold), AllowDifferences: f.allow})
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
	if err := result.WriteText(out); err != nil {
		return err
	}
	if f.json != "" {
		if err := writeJSON(process.Out, f.json, result.WriteJSON); err != nil {
			return err
		}
	}
	if result.State == compare.Worse {
		return &exitError{ExitRegression, errReported}
	}
	return nil
}
