package bench

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/trtbench/trtbench/profile"
	"github.com/trtbench/trtbench/record"
	"github.com/trtbench/trtbench/tensor"
)

// ErrUnsupported is matched by the error of a run that was asked for what its backend cannot tell, such as the times of layers.
var ErrUnsupported = errors.New("the backend cannot tell")

// supported returns an error when lanes cannot tell what the options ask for.
func (o *Options) supported(d record.Description, lanes Lanes) error {
	var faults []error
	check := func(asked, able bool, what string) {
		if asked && !able {
			faults = append(faults, fmt.Errorf("bench: %s: %s: %w", d.Backend, what, ErrUnsupported))
		}
	}
	_, reads := lanes.(ValueReader)
	_, profiles := lanes.(LayerProfiler)
	check(o.FetchInputs, reads, "values of inputs")
	check(o.FetchOutputs, reads, "values of outputs")
	check(o.ProfileLayers, profiles, "times of layers")
	return errors.Join(faults...)
}

// fetch gets from the lanes what the options ask for beside the samples. The values are those of an inference only after
// a loop that ended well; the times of layers are worth having in any case.
func (r *Recording) fetch(lanes Lanes, o *Options, ended bool) error {
	const lane = 0
	var errs []error
	keep := func(what string, err error) {
		if err != nil {
			errs = append(errs, fmt.Errorf("bench: %s: %w", what, err))
		}
	}
	var err error
	if o.ProfileLayers {
		r.Layers, err = lanes.(LayerProfiler).Layers()
		keep("times of layers", err)
	}
	if o.FetchInputs && ended {
		r.Inputs, err = lanes.(ValueReader).Inputs(lane)
		keep("values of inputs", err)
	}
	if o.FetchOutputs && ended {
		r.Outputs, err = lanes.(ValueReader).Outputs(lane)
		keep("values of outputs", err)
	}
	return errors.Join(errs...)
}

// ProfilesSeparately reports whether the trtexec that is followed times layers in a run of its own in any case. That of TensorRT 10
// does so when it is asked to (--separateProfileRun) and otherwise times them in the measured run, see
// [Options.ProfileLayers].
func (o *Options) ProfilesSeparately(d record.Description) bool {
	return rulesOf[o.Compat.resolve(d)].separateProfile
}

// ProfileLayers runs the target once more, as long as Run would with these options, only to time the layers of lane 0. A run
// that ctx or an error ends early leaves the profile of the inferences until then; it is nil when there is none.
func ProfileLayers(ctx context.Context, target Target, options Options) (*profile.Profile, error) {
	options.ProfileLayers, options.FetchInputs, options.FetchOutputs = true, false, false
	recording, err := Run(ctx, target, options)
	if recording == nil {
		return nil, err
	}
	return recording.Layers, err
}

// InputSetter is implemented by targets whose input values can be replaced between runs.
type InputSetter interface {
	// SetInputs replaces the values that were given for inputs. The next run gets them; the shapes that are run stay. It is an
	// error, and nothing changes, when they do not fit.
	SetInputs(values map[string]tensor.Values) error
}

// Infer runs one inference with its copies and returns the outputs in the model's order.
func Infer(ctx context.Context, target Target) ([]tensor.Values, error) {
	recording, err := Run(ctx, target, Options{
		Compat: Compat10, Iterations: Set(1), Duration: Set[time.Duration](0), WarmUp: Set[time.Duration](0),
		ExposeDMA: true, Transfers: Set(true), Graph: Set(false), FetchOutputs: true,
	})
	if err != nil {
		return nil, err
	}
	if recording.Interrupted {
		return nil, context.Cause(ctx)
	}
	return recording.Outputs, nil
}
