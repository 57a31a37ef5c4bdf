package cli

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// verb is the form of the command line that runs a model. It decides what becomes of an ONNX model.
type verb int

const (
	verbRun   verb = iota // ONNX Runtime runs it, unless TensorRT or something of a build is asked for
	verbBuild             // an engine is built
	verbNone              // the same: this is a command line of trtexec
)

func buildCommand(process Process) *cobra.Command {
	f := runFlags{verb: verbBuild}
	cmd := &cobra.Command{
		Use:   "build --onnx=FILE [--saveEngine=FILE]",
		Short: "Build a TensorRT engine from an ONNX model and measure it",
		Long: `build makes a TensorRT engine from an ONNX model, keeps it where --saveEngine says and measures it as
run does, unless --skipInference is given. Options of trtexec keep their names and meaning.

Without --saveEngine and --timingCacheFile the engine comes from the engine cache when the same model was
built before, with the same settings, by the same TensorRT, for the same kind of device.`,
		Example: `  trtbench build --onnx=model.onnx --saveEngine=model.plan --skipInference \
    --minShapes=signal:1x2400x1,state:1x219729 --optShapes=signal:16x2400x1,state:16x219729 --maxShapes=signal:16x2400x1,state:16x219729
  trtbench build --onnx=model.onnx --shapes=signal:4x2400x1,state:4x219729 --simulated   # without a GPU: invented times`,
		Args: noArguments,
		RunE: f.command(process),
	}
	f.register(cmd.Flags())
	return cmd
}

// command is what every form of the command line runs.
func (f *runFlags) command(process Process) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, _ []string) error {
		if err := f.finish(cmd.Flags()); err != nil {
			return usage(err)
		}
		return run(cmd.Context(), process, f)
	}
}

// takeTrtexec lets the command without a verb run a command line of trtexec. Its help stays that of the verbs.
func takeTrtexec(root *cobra.Command, process Process) {
	f := runFlags{verb: verbNone}
	f.register(root.Flags())
	root.Flags().VisitAll(func(option *pflag.Flag) { option.Hidden = true })
	trtexec := f.command(process)
	root.RunE = func(cmd *cobra.Command, args []string) error {
		if cmd.Flags().NFlag() == 0 {
			return cmd.Help()
		}
		return trtexec(cmd, args)
	}
}

// finishBuild decides whether an engine is built, and checks the options of the build.
func (f *runFlags) finishBuild(flags *pflag.FlagSet) error {
	m := &f.model
	options := f.build.names(flags)
	asked := f.verb != verbRun || len(options) > 0 || m.simulated
	switch {
	case f.verb == verbBuild && m.engine != "":
		return fmt.Errorf("build makes an engine from --onnx=FILE; measure a finished one with trtbench run --loadEngine=%s", m.engine)
	case f.verb == verbBuild && m.backend == backendONNXRuntime:
		return errors.New("build makes engines of TensorRT; measure a model on ONNX Runtime with trtbench run")
	case m.engine != "":
		for _, option := range options {
			f.notices = append(f.notices, fmt.Sprintf("option --%s has no effect: it is about building, and a finished engine is loaded", option))
		}
		return nil
	case m.backend == backendONNXRuntime && len(options) > 0:
		return fmt.Errorf("--%s is about building an engine, and --backend=%s runs the model without one; leave one of them out", options[0], m.backend)
	case m.backend == backendONNXRuntime && m.simulated:
		return errors.New("--simulated is a device for TensorRT; ONNX Runtime runs on the CPU: leave it out")
	}
	f.builds = m.onnx != "" && (m.backend == backendTensorRT || m.backend == "" && asked)
	if !f.builds {
		return nil
	}
	_, err := f.build.options(m)
	return err
}
