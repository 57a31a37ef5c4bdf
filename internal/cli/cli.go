// Package cli is the trtbench command: one file for each verb. A verb turns flags into the options of a library call,
// makes the call and hands the result to a writer of package report.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"golang.org/x/term"

	"github.com/trtbench/trtbench/internal/suggest"
)

// Process is what the command uses of the process it runs in. Tests replace it.
type Process struct {
	Args     []string // without the name of the program
	Out, Err io.Writer
	Terminal bool // whether Err is a terminal that may show a progress bar
}

// ThisProcess is the process as the operating system started it.
func ThisProcess() Process {
	return Process{
		Args: os.Args[1:], Out: os.Stdout, Err: os.Stderr,
		Terminal: term.IsTerminal(int(os.Stderr.Fd())) && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb",
	}
}

// Main runs the command and returns its exit code. Results go to Out; progress, warnings and errors to Err. When ctx is
// cancelled a run under way stops cleanly and reports what it measured.
func Main(ctx context.Context, process Process) int {
	root := newRoot(process)
	err := root.ExecuteContext(ctx)
	if err != nil && !errors.Is(err, errReported) {
		fmt.Fprintf(process.Err, "trtbench: %s\n", err)
		if exitCode(err) == ExitUsage {
			fmt.Fprintln(process.Err, "Run 'trtbench --help' or 'trtbench VERB --help' for the options.")
		}
	}
	return exitCode(err)
}

func newRoot(process Process) *cobra.Command {
	root := &cobra.Command{
		Use:   "trtbench",
		Short: "Build and measure TensorRT engines and ONNX models the way trtexec does",
		Long: `trtbench measures how fast a model runs: a serialized TensorRT engine on a GPU, or an ONNX model on
ONNX Runtime. It takes trtexec's options and prints trtexec's report, so that scripts keep working: without a
verb, the rest of the command line is one of trtexec, as in trtbench --onnx=model.onnx --saveEngine=model.plan.

Exit codes: 0 fine, 1 failed, 2 wrong command line, 3 a limit is not kept, 4 regression,
5 the figures must not be used, 130 interrupted (what was measured is reported).`,
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.SetArgs(process.Args)
	root.SetOut(process.Out)
	root.SetErr(process.Err)
	root.AddCommand(runCommand(process), buildCommand(process), loadCommand(process), streamCommand(process), reportCommand(process), compareCommand(process), inspectCommand(process), verifyCommand(process), doctorCommand(process), versionCommand(process))
	root.SetFlagErrorFunc(flagError)
	root.Args = func(_ *cobra.Command, args []string) error {
		if len(args) > 0 {
			return usage(fmt.Errorf("unknown verb %q%s", args[0], suggest.Hint(args[0], verbs(root))))
		}
		return nil
	}
	takeTrtexec(root, process)
	return root
}

func verbs(root *cobra.Command) []string {
	var names []string
	for _, c := range root.Commands() {
		names = append(names, c.Name())
	}
	return names
}

// flagError says which option was probably meant.
func flagError(cmd *cobra.Command, err error) error {
	var unknown *pflag.NotExistError
	if errors.As(err, &unknown) {
		name := unknown.GetSpecifiedName()
		if reason, refused := refusedOptions[name]; refused && cmd.Flags().Lookup("loadEngine") != nil {
			return usage(fmt.Errorf("option --%s of trtexec is not taken: %s", name, reason))
		}
		var known []string
		cmd.Flags().VisitAll(func(f *pflag.Flag) { known = append(known, f.Name) })
		return usage(fmt.Errorf("unknown option --%s%s", name, suggest.Hint(name, known)))
	}
	return usage(errors.New(strings.TrimSpace(err.Error())))
}

// noArguments refuses positional arguments with a hint that fits trtexec's form of options.
func noArguments(_ *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usage(fmt.Errorf("unexpected argument %q; options have the form --name=value", args[0]))
	}
	return nil
}
