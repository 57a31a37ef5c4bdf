package cli

import (
	"context"
	"errors"
	"io"

	"github.com/spf13/pflag"

	"github.com/trtbench/trtbench/bench"
	"github.com/trtbench/trtbench/profile"
	"github.com/trtbench/trtbench/record"
	"github.com/trtbench/trtbench/report"
)

// layerFlags says what becomes of the times of layers.
type layerFlags struct {
	dump     bool
	export   string
	separate bool
}

func (f *layerFlags) register(flags *pflag.FlagSet) {
	flags.BoolVar(&f.dump, "dumpProfile", false, "print how long each layer took")
	flags.StringVar(&f.export, "exportProfile", "", "write how long each layer took to this file, as JSON")
	flags.BoolVar(&f.separate, "separateProfileRun", false, "time layers in a run of their own (always with --compat=11)")
}

func (f *layerFlags) asked() bool { return f.dump || f.export != "" }

// inRun reports whether layers are timed in the measured run, as trtexec 10 does.
func (f *layerFlags) inRun(o *bench.Options, d record.Description) bool {
	return f.asked() && !f.separate && !o.ProfilesSeparately(d)
}

// write prints and writes the times of layers, from the measured run or from one more.
func (f *layerFlags) write(ctx context.Context, log *report.Log, target *openedTarget, o *bench.Options, r *bench.Recording) error {
	if !f.asked() {
		return nil
	}
	layers, err := r.Layers, error(nil)
	if !o.ProfileLayers {
		log.Info("Timing layers in a run of its own")
		options := *o
		options.Progress = nil
		layers, err = bench.ProfileLayers(ctx, target, options)
	}
	if layers == nil {
		return err
	}
	return errors.Join(err, f.writeProfile(log, target, layers))
}

func (f *layerFlags) writeProfile(log *report.Log, target *openedTarget, layers *profile.Profile) error {
	if f.dump {
		auxiliary := 0
		if target.engine != nil {
			auxiliary = target.engine.Engine().Info().AuxStreams
		}
		report.LayerProfile(log, layers, auxiliary)
	}
	if f.export == "" {
		return nil
	}
	return record.WriteFile(f.export, func(w io.Writer) error { return report.WriteProfile(w, layers) })
}
