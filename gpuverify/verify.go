package gpuverify

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/trtbench/trtbench/cuda"
	"github.com/trtbench/trtbench/ort"
	"github.com/trtbench/trtbench/record"
	"github.com/trtbench/trtbench/telemetry"
	"github.com/trtbench/trtbench/trt"
)

// verifier is a verification under way.
type verifier struct {
	o        *Options
	plan     *plan
	evidence *Evidence
	libs     []*library

	ort       *ort.Library // nil when there is none
	ortAbsent string       // why
}

// library is a TensorRT that is verified.
type library struct {
	*trt.Library
	device  int
	name    string // as "TensorRT 10.15.1"
	engines []*engine

	meter      *telemetry.Sampler // of the GPU; nil: it is not read
	closeMeter func() error
}

// Run verifies every TensorRT that is found. The evidence holds what was done when ctx ends or something fails, and says so; it is
// nil only when the options are invalid. A check that failed is no error: see Evidence.Count.
func Run(ctx context.Context, o Options) (*Evidence, error) {
	if err := o.Validate(); err != nil {
		return nil, err
	}
	v := &verifier{o: &o, plan: newPlan(&o), evidence: &Evidence{
		Schema: Schema, Version: SchemaVersion, Started: time.Now().UTC(), Argv: o.Argv, Environment: record.ThisEnvironment(),
		Driver: o.Driver, Quick: o.Quick, Tool: o.Tool, Libraries: []Library{}, Engines: []Engine{}, Runs: []RunRow{}, Rounds: []Rounds{}, Capacities: []Capacity{}, Checks: []Check{},
	}}
	err := v.run(ctx)
	e := v.evidence
	e.Finished = time.Now().UTC()
	switch {
	case ctx.Err() != nil:
		e.Interrupted = true
	case err != nil:
		e.Failure = err.Error()
	}
	if o.Keep != nil {
		err = errors.Join(err, o.Keep(e))
	}
	return e, err
}

func (v *verifier) run(ctx context.Context) (err error) {
	defer func() { err = errors.Join(err, v.close()) }()
	if err := v.open(ctx); err != nil {
		return err
	}
	for _, lib := range v.libs {
		if err := v.verify(ctx, lib); err != nil {
			return err
		}
	}
	return v.stage(ctx, "engines of the other major (TensorRT logs errors here, as it should)", func() error { return v.refuseForeign() })
}

// open loads all that is found. A TensorRT that cannot reach the device, as one that needs a newer driver, is as good as absent.
func (v *verifier) open(ctx context.Context) error {
	var absent []error
	for _, major := range v.o.Majors {
		described, err := v.load(ctx, major)
		if err != nil {
			described = Library{Major: major, Absent: err.Error()}
			absent = append(absent, err)
		}
		v.evidence.Libraries = append(v.evidence.Libraries, described)
	}
	if len(v.libs) == 0 {
		return fmt.Errorf("gpuverify: no TensorRT of the majors %v can be verified: %w", v.o.Majors, absent[0])
	}
	v.evidence.TimesJudged = !v.evidence.Simulated && v.o.Tool == ""
	var err error
	if v.ort, err = ort.Load(ort.LoadOptions{Paths: v.o.ONNXRuntime}); err != nil {
		v.ortAbsent = err.Error()
	}
	return nil
}

// load loads a TensorRT and says what it is.
func (v *verifier) load(ctx context.Context, major int) (Library, error) {
	lib, err := v.o.Load(ctx, major)
	if err != nil {
		return Library{}, err
	}
	l := &library{Library: lib, name: fmt.Sprintf("TensorRT %v", lib.Version())}
	var described Library
	if l.device, err = trt.FindDevice(lib, v.o.Device); err == nil {
		described, err = l.describe()
	}
	if err != nil {
		return Library{}, errors.Join(err, lib.Close())
	}
	l.openMeter(described.Device.UUID)
	v.libs = append(v.libs, l)
	v.evidence.Simulated = v.evidence.Simulated || lib.Simulated()
	return described, nil
}

// describe says what is verified on which device.
func (l *library) describe() (Library, error) {
	runtime := l.CUDA()
	described := Library{Major: l.Version().Major, Version: l.Version().String(), Path: l.Path(), CUDA: runtime.RuntimeVersion().String()}
	device, err := runtime.Device(l.device)
	if err != nil {
		return described, err
	}
	p, err := device.Properties()
	if err != nil {
		return described, err
	}
	described.Device = &record.Device{
		Kind: record.GPU, Name: p.Name, Index: l.device, UUID: p.UUID.String(), PCIBusID: p.PCI, ComputeCapability: p.ComputeCapability.String(),
		MemoryBytes: p.MemoryBytes, SMs: p.Multiprocessors, ClockMHz: int(p.ClockMHz), MemoryClockMHz: int(p.MemoryClockMHz),
		DriverVersion: runtime.DriverVersion().String(), RuntimeVersion: runtime.RuntimeVersion().String(),
	}
	return described, nil
}

func (v *verifier) close() error {
	var errs []error
	for _, lib := range v.libs {
		if lib.closeMeter != nil {
			_ = lib.closeMeter() // a driver that hangs has shown itself before
		}
		errs = append(errs, lib.Close())
	}
	if v.ort != nil {
		errs = append(errs, v.ort.Close())
	}
	return errors.Join(errs...)
}

// verify does everything that one TensorRT can show.
func (v *verifier) verify(ctx context.Context, lib *library) error {
	for _, spec := range v.specs() {
		e := &engine{spec: spec, lib: lib, subject: lib.name + ", " + spec.name}
		if err := v.stage(ctx, "build: "+e.subject, func() error { return v.build(ctx, e) }); err != nil {
			return err
		}
		if e.plan == nil {
			continue
		}
		lib.engines = append(lib.engines, e)
		for _, stage := range []struct {
			name string
			run  func(context.Context, *engine) error
			only bool
		}{
			{"save and load", v.saveAndLoad, true},
			{"inspect", v.inspect, true},
			{"outputs", v.outputs, true},
			{"chain of states", v.chain, spec.reference},
			{"modes", v.modes, !spec.outputsOnly},
			{"rounds", v.rounds, !spec.outputsOnly},
			{"memory", v.memory, !spec.outputsOnly},
			{"errors", v.faults, !spec.outputsOnly},
			{"capacity", v.capacity, spec.reference},
		} {
			if !stage.only {
				continue
			}
			if err := v.stage(ctx, stage.name+": "+e.subject, func() error { return stage.run(ctx, e) }); err != nil {
				return err
			}
		}
	}
	return nil
}

// stage runs a part of the verification. What goes wrong in it is a failed check, and the next part is run all the same; only the
// end of ctx, a device that is lost and evidence that cannot be kept are errors.
func (v *verifier) stage(ctx context.Context, name string, run func() error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if v.o.Progress != nil {
		v.o.Progress(name)
	}
	err := run()
	if ended := ctx.Err(); ended != nil {
		return ended
	}
	if cuda.IsSticky(err) {
		return fmt.Errorf("gpuverify: %s: the device is lost: %w", name, err)
	}
	if err != nil {
		v.add(Check{Name: "runs-to-its-end", Subject: name, Status: Failed, Requires: "this part of the verification can be done", Reasons: []string{err.Error()}})
	}
	if v.o.Keep != nil {
		return v.o.Keep(v.evidence)
	}
	return nil
}

func (v *verifier) add(checks ...Check) { v.evidence.Checks = append(v.evidence.Checks, checks...) }
