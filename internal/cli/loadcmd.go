package cli

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/trtbench/trtbench/report/perfanalyzer"
)

func loadCommand(process Process) *cobra.Command {
	f := new(loadFlags)
	cmd := &cobra.Command{
		Use:   "load -m MODEL -u HOST:PORT -i grpc --request-rate-range=START:END:STEP",
		Short: "Load a Triton server as perf_analyzer does, and tell the truth where it does not",
		Long: `load sends requests to a model on a Triton server, at rates or concurrencies of your choice, and says how long they waited.
A command line of perf_analyzer works as it is. Its figures are honest: response times begin when a request was due and not when a
client that was late got to it, and every level has a verdict that says whether client or server could not keep up.
With --compat=perf_analyzer the rules, the output and the exit codes are those of perf_analyzer.

Exit codes: 0 fine, 1 failed, 2 wrong command line, 3 the first level is over --latency-threshold, 5 no level has figures that can be
used, 130 interrupted (what was measured is reported). With --compat: 0, 2, 3 and 99, as perf_analyzer has them.`,
		Example: `  trtbench load -m streaming_acoustic -u localhost:8001 -i grpc --streaming --request-rate-range=100:1000:100 --latency-threshold=100
  trtbench load -m streaming_acoustic -u localhost:8001 -i grpc --streaming --request-rate-range=500 --out=load.trtbench --json=load.json
  trtbench load --compat=perf_analyzer -m streaming_acoustic -u localhost:8000 --concurrency-range=1:8 -f report.csv`,
		Args: noArguments,
		RunE: f.command(process),
	}
	f.register(cmd.Flags())
	cmd.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return f.ended(process, loadFlagError(cmd, err))
	})
	return cmd
}

// follows reports whether the command line asks for perf_analyzer's rules, though it may not have been read to its end.
func (f *loadFlags) follows(argv []string) bool {
	if f.compat != "" {
		return true
	}
	for i, arg := range argv {
		value, found := strings.CutPrefix(arg, "--compat=")
		if arg == "--compat" && i+1 < len(argv) {
			value, found = argv[i+1], true
		}
		if found && strings.HasPrefix(value, "perf_analyzer") {
			return true
		}
	}
	return false
}

// ended gives an error the exit code of perf_analyzer where its rules are followed: everything that keeps it from measuring is one.
func (f *loadFlags) ended(process Process, err error) error {
	if err == nil || !f.follows(process.Args) {
		return err
	}
	return &exitError{perfanalyzer.ExitFailed, err}
}
