package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"

	"github.com/trtbench/trtbench/inspect"
	"github.com/trtbench/trtbench/internal/filehash"
	"github.com/trtbench/trtbench/record"
	"github.com/trtbench/trtbench/report"
	"github.com/trtbench/trtbench/trt"
)

// openEngine reads the header of an engine, and the rest where TensorRT is at hand. Without it, a note says what is missing.
func (f *inspectFlags) openEngine(ctx context.Context, process Process, path string) (*inspect.Document, error) {
	header, err := trt.ReadPlanHeader(path)
	if err != nil {
		return nil, err
	}
	sum, size, err := filehash.SHA256(ctx, path)
	if err != nil {
		return nil, fmt.Errorf("inspect: %w", err)
	}
	d := &inspect.Document{Kind: inspect.KindSimulated, File: record.Model{Path: path, Bytes: size, SHA256: sum}, Engine: &inspect.Engine{}}
	if !header.Simulated {
		d.Kind = inspect.KindEngine
		d.Engine.BuiltBy, d.Engine.Build = header.Version.String(), header.Version.Build
	}
	m := f.model
	m.engine = path
	log := newQuietLogger(&report.Log{Out: process.Err, Err: process.Err})
	lib, device, err := loadTensorRT(ctx, &m, f.compat, log)
	if err != nil {
		if ctx.Err() != nil {
			return nil, err
		}
		d.Notes = append(d.Notes, f.headerOnly(header, path, err))
		return d, nil
	}
	err = f.readEngine(d, lib, device, path)
	return d, errors.Join(err, lib.Close())
}

// headerOnly says why only the header of an engine is told, and whether a library that fits is here.
func (f *inspectFlags) headerOnly(header trt.PlanHeader, path string, reason error) string {
	first, _, _ := strings.Cut(reason.Error(), "\n")
	lines := []string{
		"this is what the header of the file tells. The rest takes the TensorRT that built the engine, and a GPU.",
		strings.TrimSuffix(first, "; tried, in this order:"),
	}
	options := []trt.LoadOption{trt.WithLibraryPath(f.model.libraryPath...), trt.WithLogger(slog.New(slog.DiscardHandler))}
	if major := header.Version.Major; major == 10 || major == 11 {
		options = append(options, trt.WithMajor(major))
	}
	if lib, err := trt.Load(options...); err == nil {
		if header.Check(path, lib.Version(), lib.Simulated()) == nil {
			lines = append(lines, fmt.Sprintf("TensorRT %v is here and fits the engine.", lib.Version()))
		}
		_ = lib.Close() // nothing was made with it
	}
	return strings.Join(append(lines, "`trtbench doctor` says what is here."), "\n  ")
}

// readEngine has TensorRT read an engine and asks it for everything.
func (f *inspectFlags) readEngine(d *inspect.Document, lib *trt.Library, device int, path string) (err error) {
	runtime, err := lib.NewRuntime(device)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, runtime.Close()) }()
	engine, err := f.deserialize(runtime, path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, engine.Close()) }()
	properties, err := runtime.Device().Properties()
	if err != nil {
		return err
	}
	info := engine.Info()
	if f.model.profile >= info.Profiles {
		return usage(fmt.Errorf("--useProfile is %d; the profiles of %s are 0 to %d", f.model.profile, path, info.Profiles-1))
	}
	d.Engine.Read = &inspect.Loaded{
		Library:               inspect.Library{Version: lib.Version().String(), Path: lib.Path(), Simulated: lib.Simulated()},
		Device:                fmt.Sprintf("%s, compute capability %v", properties.Name, properties.ComputeCapability),
		Name:                  info.Name,
		Tensors:               inspectTensors(engine.Tensors()),
		Memory:                inspect.Memory{ContextBytes: info.DeviceMemoryBytes, StreamableWeightsBytes: info.StreamableWeightsBytes},
		Layers:                inspect.Layers{Count: info.Layers, Verbosity: verbosityName(info.Verbosity)},
		HardwareCompatibility: info.HardwareCompatibility.String(), Refittable: info.Refittable, AuxStreams: info.AuxStreams,
	}
	if d.Engine.Read.Profiles, err = inspectProfiles(engine); err != nil {
		return err
	}
	return f.readLayers(d, engine)
}

// deserialize reads an engine. One of another version is only tried when its own code is trusted, and TensorRT decides.
func (f *inspectFlags) deserialize(runtime *trt.Runtime, path string) (*trt.Engine, error) {
	if !f.model.versionCompatible {
		return runtime.DeserializeFile(path)
	}
	if err := runtime.AllowHostCode(); err != nil {
		return nil, err
	}
	plan, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return runtime.Deserialize(plan)
}

// readLayers asks for the layers, with the best shapes of a profile where they can be set.
func (f *inspectFlags) readLayers(d *inspect.Document, engine *trt.Engine) (err error) {
	layers := &d.Engine.Read.Layers
	var shapes *trt.Context
	if engine.Info().Verbosity == trt.Detailed {
		if shapes, err = f.bestShapes(engine); err != nil {
			d.Notes = append(d.Notes, fmt.Sprintf("layers are shown without the shapes of a profile: %v", err))
		} else {
			defer func() { err = errors.Join(err, shapes.Close()) }()
		}
	}
	text, err := engine.Inspect(shapes)
	if err != nil {
		return err
	}
	if layers.List, err = inspect.ParseLayers(text); err != nil {
		d.Notes = append(d.Notes, err.Error())
	}
	return nil
}

// bestShapes returns a context in which every input has the shape that the profile is best at. It takes no memory of the device.
func (f *inspectFlags) bestShapes(engine *trt.Engine) (_ *trt.Context, err error) {
	c, err := engine.NewContext(trt.AllocateProfile)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, c.Close())
		}
	}()
	if err := c.SetProfile(f.model.profile); err != nil {
		return nil, err
	}
	for _, t := range engine.Tensors() {
		if t.Dynamic() && f.model.profile < len(t.Profiles) {
			if err := c.SetShape(t.Name, t.Profiles[f.model.profile].Opt); err != nil {
				return nil, err
			}
		}
	}
	return c, nil
}

func inspectTensors(tensors []trt.Tensor) []inspect.Tensor {
	all := make([]inspect.Tensor, len(tensors))
	for i, t := range tensors {
		all[i] = inspect.Tensor{
			Name: t.Name, Input: t.Input, Type: t.Type.String(), Shape: t.Shape, Location: t.Location.String(), Format: t.Format,
			Values: t.Values, SharesMemory: t.SharesMemory,
		}
	}
	return all
}

func inspectProfiles(engine *trt.Engine) ([]inspect.Profile, error) {
	profiles := make([]inspect.Profile, engine.Info().Profiles)
	for number := range profiles {
		bytes, err := engine.ProfileMemory(number)
		if err != nil {
			return nil, err
		}
		profiles[number] = inspect.Profile{ContextBytes: bytes, Inputs: []inspect.Bound{}}
		for _, t := range engine.Tensors() {
			if number < len(t.Profiles) {
				r := t.Profiles[number]
				profiles[number].Inputs = append(profiles[number].Inputs, inspect.Bound{Tensor: t.Name, Min: r.Min, Opt: r.Opt, Max: r.Max})
			}
		}
	}
	return profiles, nil
}

func verbosityName(v trt.Verbosity) string {
	switch v {
	case trt.Nothing:
		return "none"
	case trt.Detailed:
		return "detailed"
	}
	return "layer_names_only"
}
