package cli

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/trtbench/trtbench/bench"
	"github.com/trtbench/trtbench/inspect"
)

// inspectFlags is the command line of the inspect verb.
type inspectFlags struct {
	diff      bool
	json      string
	view      inspect.LayerView
	allLayers bool

	model  modelFlags // what is needed to read an engine
	compat bench.Compat
}

func inspectCommand(process Process) *cobra.Command {
	var f inspectFlags
	cmd := &cobra.Command{
		Use:   "inspect FILE | inspect --diff A B",
		Short: "Say what is in an engine or an ONNX model, and how two of them differ",
		Long: `inspect tells of an ONNX model its inputs, outputs, operators and parameters, without loading the weights. Of an
engine it tells the version that built it from the header of the file. Where TensorRT and a GPU are, it has TensorRT
read the engine and tells tensors, optimization profiles, memory and layers as well.

How much an engine tells about its layers was decided when it was built, by --profilingVerbosity.

With --diff it says what is added, removed and changed from A to B: two engines or two ONNX models. The exit code is 4 when
they differ. Files that differ only in weights do not.`,
		Example: `  trtbench inspect model.onnx
  trtbench inspect model.plan --layers=100 --sort=type
  trtbench inspect model.plan --filter=reformat --all-layers
  trtbench inspect --diff before.plan after.plan --json=diff.json`,
		Args: func(_ *cobra.Command, args []string) error {
			switch {
			case f.diff && len(args) != 2:
				return usage(fmt.Errorf("%d files given; expected two: inspect --diff A B", len(args)))
			case !f.diff && len(args) != 1:
				return usage(fmt.Errorf("%d files given; expected one, or two with --diff", len(args)))
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := f.finish(); err != nil {
				return usage(err)
			}
			if f.diff {
				return f.compare(cmd.Context(), process, args[0], args[1])
			}
			return f.inspect(cmd.Context(), process, args[0])
		},
	}
	f.register(cmd.Flags())
	return cmd
}

func (f *inspectFlags) register(flags *pflag.FlagSet) {
	flags.SortFlags = false
	flags.BoolVar(&f.diff, "diff", false, "compare two files of one kind")
	flags.StringVar(&f.json, "json", "", "write the result as JSON to this file, or without a value to standard output instead of the text")
	flags.Lookup("json").NoOptDefVal = "-"
	flags.IntVar(&f.view.Limit, "layers", 0,
		fmt.Sprintf("list so many layers (default %d), or nodes of an ONNX model (default none)", inspect.DefaultLimit))
	flags.BoolVar(&f.allLayers, "all-layers", false, "list all layers, or nodes")
	flags.StringVar(&f.view.Filter, "filter", "", "list only layers with this text in their name, type, precision, tactic or origin")
	flags.StringVar((*string)(&f.view.Sort), "sort", "", "order of the layers: place (the default), name, type, precision or tactic")
	flags.StringSliceVar(&f.model.libraryPath, "library-path", nil, "folder or file where NVIDIA's libraries are; may be repeated")
	flags.StringVar(&f.model.device, "device", "0", "CUDA device: its number, its UUID (GPU-…) or its PCI address (0000:3b:00.0)")
	flags.StringArrayVar(&f.model.plugins, "staticPlugins", nil, "plugin library to load; may be repeated")
	flags.IntVar(&f.model.profile, "useProfile", 0, "optimization profile whose best shapes the layers are shown with")
	flags.BoolVar(&f.model.versionCompatible, "versionCompatible", false,
		"let an engine of another version bring code of its own; only for files that you trust")
	flags.IntVar((*int)(&f.compat), "compat", 0, "read plans for the simulated device as TensorRT 10 or 11")
}

func (f *inspectFlags) finish() error {
	var faults []error
	fault := func(format string, args ...any) { faults = append(faults, fmt.Errorf(format, args...)) }
	if f.view.Limit < 0 {
		fault("--layers is %d; expected 1 or more", f.view.Limit)
	}
	if f.allLayers {
		f.view.Limit = -1
	}
	if err := f.view.Validate(); err != nil {
		fault("--sort: %w", err)
	}
	if err := checkDevice(f.model.device); err != nil {
		fault("--device: %w", err)
	}
	if f.model.profile < 0 {
		fault("--useProfile is %d; expected 0 or more", f.model.profile)
	}
	if f.compat != bench.CompatAuto && f.compat != bench.Compat10 && f.compat != bench.Compat11 {
		fault("--compat is %d; expected 10 or 11", f.compat)
	}
	return errors.Join(faults...)
}

// inspect tells what is in one file. What could be told is, even when the rest could not.
func (f *inspectFlags) inspect(ctx context.Context, process Process, path string) error {
	document, failed := f.open(ctx, process, path)
	if document == nil {
		return failed
	}
	text := func(w io.Writer) error { return document.WriteText(w, inspect.TextOptions{Layers: f.view}) }
	return errors.Join(failed, f.write(process, text, document.WriteJSON))
}

// compare tells how two files differ.
func (f *inspectFlags) compare(ctx context.Context, process Process, pathA, pathB string) error {
	var documents [2]*inspect.Document
	for i, path := range []string{pathA, pathB} {
		var err error
		if documents[i], err = f.open(ctx, process, path); err != nil {
			return err
		}
	}
	diff, err := inspect.Compare(documents[0], documents[1])
	if err != nil {
		for _, d := range documents {
			for _, note := range d.Notes {
				fmt.Fprintf(process.Err, "%s: %s\n", d.File.Path, note)
			}
		}
		return err
	}
	text := func(w io.Writer) error { return diff.WriteText(w, inspect.DiffOptions{Limit: f.view.Limit}) }
	if err := f.write(process, text, diff.WriteJSON); err != nil {
		return err
	}
	if diff.Result == inspect.Different {
		return &exitError{ExitRegression, errReported}
	}
	return nil
}

// write writes the text to standard output, and JSON where it is asked for; on standard output it takes the place of the text.
func (f *inspectFlags) write(process Process, text, json func(io.Writer) error) error {
	if f.json != "" {
		if err := writeJSON(process.Out, f.json, json); err != nil || f.json == "-" {
			return err
		}
	}
	return text(process.Out)
}
