package cli

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/spf13/pflag"

	"github.com/trtbench/trtbench/internal/named"
	"github.com/trtbench/trtbench/trt"
)

// maxProfiles bounds the number behind --profile, which may not leave gaps anyway.
const maxProfiles = 256

// profileFlags are the optimization profiles of a build. --profile=N says which of them the options behind it describe, so the
// order of the options counts.
type profileFlags struct {
	current int
	given   map[int]*profileShapes
}

// profileShapes are the shapes of one profile, nil where an option is not given.
type profileShapes struct{ min, opt, max trt.Shapes }

func (f *profileFlags) register(flags *pflag.FlagSet) {
	f.given = map[int]*profileShapes{}
	flags.Var(&shapesFlag{f, func(p *profileShapes) *trt.Shapes { return &p.min }}, "minShapes", "smallest shapes of inputs, as signal:1x2400x1,state:1x219729")
	flags.Var(&shapesFlag{f, func(p *profileShapes) *trt.Shapes { return &p.opt }}, "optShapes", "shapes that the engine is tuned for, and measured with unless --shapes says otherwise; alone, they are the smallest and the largest too")
	flags.Var(&shapesFlag{f, func(p *profileShapes) *trt.Shapes { return &p.max }}, "maxShapes", "largest shapes of inputs")
	flags.Var((*profileNumber)(f), "profile", "optimization profile that the shapes behind this option belong to, from 0 (default 0)")
}

// profileNumber is the value of --profile.
type profileNumber profileFlags

func (f *profileNumber) Set(text string) error {
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 || n >= maxProfiles {
		return fmt.Errorf("%q is no profile; expected a number from 0 to %d", text, maxProfiles-1)
	}
	f.current = n
	(*profileFlags)(f).shapes(n)
	return nil
}

func (f *profileNumber) Type() string   { return "int" }
func (f *profileNumber) String() string { return "" }

// shapes returns the shapes of a profile.
func (f *profileFlags) shapes(profile int) *profileShapes {
	if f.given[profile] == nil {
		f.given[profile] = &profileShapes{}
	}
	return f.given[profile]
}

// shapesFlag is the value of --minShapes, --optShapes or --maxShapes.
type shapesFlag struct {
	profiles *profileFlags
	field    func(*profileShapes) *trt.Shapes
}

func (f *shapesFlag) Set(text string) error {
	shapes, err := trt.ParseShapes(text)
	if err != nil {
		return err
	}
	if len(shapes) == 0 {
		return errors.New("no shapes; expected them as in signal:1x2400x1,state:1x219729")
	}
	*f.field(f.profiles.shapes(f.profiles.current)) = shapes
	return nil
}

func (f *shapesFlag) Type() string   { return "SHAPES" }
func (f *shapesFlag) String() string { return "" }

// build returns the profiles of an engine. Inputs that --shapes gives and the profile to run with does not are built for exactly
// those shapes, as trtexec does it.
func (f *profileFlags) build(fixed trt.Shapes, run int) ([]trt.BuildProfile, error) {
	var faults []error
	profiles := make([]trt.BuildProfile, 0, len(f.given))
	for i, number := range slices.Sorted(maps.Keys(f.given)) {
		if number != i {
			return nil, fmt.Errorf("--profile=%d: there is no profile %d; number them from 0 without gaps", number, i)
		}
		profile, err := f.given[number].build(number)
		faults = append(faults, err)
		profiles = append(profiles, profile)
	}
	if len(fixed) > 0 && len(profiles) == 0 {
		profiles = []trt.BuildProfile{{}}
	}
	if run >= max(len(profiles), 1) {
		faults = append(faults, fmt.Errorf("--useProfile is %d and the engine will have %d; give more by --profile", run, max(len(profiles), 1)))
	} else {
		for name, shape := range fixed {
			if _, _, given := named.Lookup(profiles[run], name); !given {
				profiles[run][name] = trt.ProfileRange{Min: shape, Opt: shape, Max: shape}
			}
		}
	}
	return profiles, errors.Join(faults...)
}

// build puts the ranges of a profile together. Either the best shapes are given alone or all three kinds for every input.
func (p *profileShapes) build(number int) (trt.BuildProfile, error) {
	if p.min == nil && p.max == nil {
		if p.opt == nil {
			return nil, fmt.Errorf("--profile=%d has no shapes; put --minShapes, --optShapes and --maxShapes behind it", number)
		}
		return trt.NewBuildProfile(nil, p.opt, nil), nil
	}
	var faults []error
	for _, kind := range []struct {
		option string
		shapes trt.Shapes
	}{{"--minShapes", p.min}, {"--optShapes", p.opt}, {"--maxShapes", p.max}} {
		for _, name := range p.names() {
			if _, _, given := named.Lookup(kind.shapes, name); !given {
				faults = append(faults, fmt.Errorf("profile %d: input %s has no %s; give --optShapes alone, or all of --minShapes, --optShapes and "+
					"--maxShapes for every input", number, name, kind.option))
			}
		}
	}
	return trt.NewBuildProfile(p.min, p.opt, p.max), errors.Join(faults...)
}

// names returns the inputs that have a shape of any kind.
func (p *profileShapes) names() []string {
	all := map[string]bool{}
	for _, shapes := range []trt.Shapes{p.min, p.opt, p.max} {
		for name := range shapes {
			all[name] = true
		}
	}
	return slices.Sorted(maps.Keys(all))
}

// bestShapes returns the shapes that a profile is tuned for.
func bestShapes(profile trt.BuildProfile) trt.Shapes {
	shapes := trt.Shapes{}
	for name, sizes := range profile {
		shapes[name] = sizes.Opt
	}
	return shapes
}
