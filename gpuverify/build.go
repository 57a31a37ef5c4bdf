package gpuverify

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/trtbench/trtbench/bench"
	"github.com/trtbench/trtbench/onnx/onnxgen"
	"github.com/trtbench/trtbench/record"
	"github.com/trtbench/trtbench/trt"
)

// spec is a model whose engines are verified.
type spec struct {
	name        string
	path        string           // of the file; written first when generate is set
	generate    *onnxgen.Options // nil for the reference model
	inputs      trt.Shapes       // for one item
	large       bool
	reference   bool   // the reference model, whose outputs tell what it saw
	outputsOnly bool   // only its outputs are of interest
	computes    string // type that it computes in
}

// specs are the models: the reference model, a larger one and one in half precision.
func (v *verifier) specs() []*spec {
	generated := func(name string, o onnxgen.Options) *spec {
		return &spec{
			name: name, path: filepath.Join(v.o.Folder, name+".onnx"), generate: &o, computes: "float32",
			inputs: trt.Shapes{"signal": {onnxgen.Samples}, "state": {int64(o.Width())}},
		}
	}
	larger := generated("random_weights", onnxgen.Options{Megabytes: v.plan.largeMegabytes})
	larger.large = true
	half := generated("random_weights_fp16", onnxgen.Options{Megabytes: 4, Precision: onnxgen.FP16})
	half.outputsOnly, half.computes = true, "float16"
	return []*spec{
		{name: "streaming_acoustic", path: v.o.ReferenceModel, reference: true, computes: "float32",
			inputs: trt.Shapes{"signal": {signalSamples, 1}, "state": {stateSize}}},
		larger, half,
	}
}

// write makes the model's file unless it is there already.
func (s *spec) write() error {
	if _, err := os.Stat(s.path); s.generate == nil || err == nil {
		return nil
	}
	return record.WriteFile(s.path, func(w io.Writer) error { return onnxgen.Write(w, *s.generate) })
}

// shapes are those of a batch.
func (s *spec) shapes(batch int) trt.Shapes {
	shapes := trt.Shapes{}
	for name, item := range s.inputs {
		shapes[name] = append([]int64{int64(batch)}, item...)
	}
	return shapes
}

// engine is an engine under test.
type engine struct {
	*spec
	lib     *library
	subject string // for checks
	plan    []byte
	path    string // of the plan in a file
}

// target opens the engine for a batch. The recurrent state begins with zeros.
func (e *engine) target(batch int) (*trt.Target, error) {
	return trt.NewTargetFromPlan(e.lib.Library, e.lib.device, e.name, e.plan, trt.TargetOptions{Shapes: e.shapes(batch), Zero: []string{"state"}})
}

// infer runs one inference of a batch and gives up the engine again.
func (e *engine) infer(ctx context.Context, batch int) (_ *bench.Recording, err error) {
	target, err := e.target(batch)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, target.Close()) }()
	return bench.Run(ctx, target, bench.Options{
		Duration: bench.Set(time.Duration(0)), WarmUp: bench.Set(time.Duration(0)), Iterations: bench.Set(1), Transfers: bench.Set(true),
		FetchInputs: true, FetchOutputs: true,
	})
}

// build makes the engine twice, the second time from the timing cache of the first.
func (v *verifier) build(ctx context.Context, e *engine) error {
	if err := e.write(); err != nil {
		return err
	}
	options := trt.BuildOptions{
		Profiles:           []trt.BuildProfile{trt.NewBuildProfile(e.shapes(1), e.shapes(MaxBatch), e.shapes(MaxBatch))},
		NoTF32:             true,
		ProfilingVerbosity: trt.Detailed,
		TimingCacheFile:    filepath.Join(v.o.Folder, fmt.Sprintf("%s.trt%d.timing", e.name, e.lib.Version().Major)),
	}
	var first, second bytes.Buffer
	built, err := e.lib.Build(ctx, e.lib.device, e.spec.path, &first, options)
	if err != nil {
		return err
	}
	e.plan = first.Bytes()
	options.ErrorOnTimingCacheMiss = true
	again, err := e.lib.Build(ctx, e.lib.device, e.spec.path, &second, options)
	if ctx.Err() != nil {
		return err
	}
	v.add(checkTimingCache(e.subject, built, again, err))
	sum := sha256.Sum256(e.plan)
	row := Engine{
		TensorRT: e.lib.Version().String(), Name: e.name, Model: built.Model, PlanBytes: built.PlanBytes, PlanSHA256: hex.EncodeToString(sum[:]),
		Layers: built.Layers, ParseMs: ms(built.ParseTime), BuildMs: ms(built.BuildTime), Warnings: built.Warnings,
	}
	if again != nil {
		row.CachedMs = ms(again.BuildTime)
	}
	v.evidence.Engines = append(v.evidence.Engines, row)
	return nil
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// saveAndLoad writes the engine to a file, reads it back, and runs what the loaded engine serializes to.
func (v *verifier) saveAndLoad(ctx context.Context, e *engine) (err error) {
	e.path = filepath.Join(v.o.Folder, fmt.Sprintf("%s.trt%d.plan", e.name, e.lib.Version().Major))
	if err := os.WriteFile(e.path, e.plan, 0o600); err != nil {
		return err
	}
	want, err := e.infer(ctx, 1)
	if err != nil {
		return err
	}
	header, err := trt.ReadPlanHeader(e.path)
	if err != nil {
		return err
	}
	target, err := trt.NewTarget(e.lib.Library, e.lib.device, e.path, trt.TargetOptions{Shapes: e.shapes(1), Zero: []string{"state"}})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, target.Close()) }()
	loaded, err := bench.Infer(ctx, target)
	if err != nil {
		return err
	}
	serialized, err := target.Engine().Serialize()
	if err != nil {
		return err
	}
	copied := *e
	copied.plan = serialized
	again, err := copied.infer(ctx, 1)
	if err != nil {
		return err
	}
	v.add(checkSaved(e.subject, e.plan, e.lib.Version(), header, want.Outputs, loaded, again.Outputs))
	return nil
}

// inspect asks the engine for its layers.
func (v *verifier) inspect(_ context.Context, e *engine) (err error) {
	target, err := e.target(1)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, target.Close()) }()
	text, err := target.Inspect()
	if err != nil {
		return err
	}
	layers := target.Engine().Info().Layers
	for i := range v.evidence.Engines {
		if row := &v.evidence.Engines[i]; row.TensorRT == e.lib.Version().String() && row.Name == e.name {
			row.Layers = layers
		}
	}
	v.add(checkInspector(e.subject, text, layers))
	return nil
}

// refuseForeign has every TensorRT read an engine of the other. Where only one is here, the header of its engine is held against
// the version of the other.
func (v *verifier) refuseForeign() error {
	for _, lib := range v.libs {
		for _, other := range v.libs {
			if other == lib || len(other.engines) == 0 {
				continue
			}
			e := other.engines[0]
			target, err := trt.NewTarget(lib.Library, lib.device, e.path, trt.TargetOptions{Shapes: e.shapes(1)})
			v.add(checkForeign(lib.name+", engine of "+other.name, err, lib.Simulated()))
			if target != nil {
				if err := target.Close(); err != nil {
					return err
				}
			}
		}
	}
	lib := v.libs[0]
	if len(v.libs) > 1 || len(lib.engines) == 0 {
		return nil
	}
	if lib.Simulated() {
		v.add(skip("foreign-engine", lib.name, "an engine of the other major of TensorRT is refused", "only one major is here, and the file of a simulated engine does not tell its version"))
		return nil
	}
	e := lib.engines[0]
	header, err := trt.ReadPlanHeader(e.path)
	if err != nil {
		return err
	}
	other := trt.Version{Major: 10 + 11 - lib.Version().Major}
	v.add(checkForeign(fmt.Sprintf("TensorRT %d, engine of %s, by its header", other.Major, lib.name), header.Check(e.path, other, false), false))
	return nil
}
