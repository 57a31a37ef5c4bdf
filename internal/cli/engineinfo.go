package cli

import (
	"io"

	"github.com/trtbench/trtbench/record"
	"github.com/trtbench/trtbench/report"
	"github.com/trtbench/trtbench/trt"
)

// describeEngine prints and writes what is asked for about an engine; an ONNX model has nothing of it.
func (f *outputFlags) describeEngine(log *report.Log, target *trt.Target) error {
	if !f.dumpProfiles && !f.dumpLayerInfo && f.layerInfo == "" {
		return nil
	}
	if target == nil {
		log.Warn("no-engine: layers and optimization profiles are those of a TensorRT engine; an ONNX model has none")
		return nil
	}
	if f.dumpProfiles {
		logProfiles(log, target.Engine())
	}
	if !f.dumpLayerInfo && f.layerInfo == "" {
		return nil
	}
	layers, err := target.Inspect()
	if err != nil {
		return err
	}
	if f.dumpLayerInfo {
		log.Info("Layer Information:\n%s", layers)
	}
	if f.layerInfo == "" {
		return nil
	}
	return record.WriteFile(f.layerInfo, func(w io.Writer) error {
		_, err := io.WriteString(w, layers)
		return err
	})
}

// logProfiles prints the shapes that each optimization profile takes.
func logProfiles(log *report.Log, engine *trt.Engine) {
	log.Info("=== Optimization profiles ===")
	for profile := range engine.Info().Profiles {
		log.Info("Profile %d:", profile)
		for _, t := range engine.Tensors() {
			if profile >= len(t.Profiles) {
				continue
			}
			r := t.Profiles[profile]
			log.Info("  %s: min %s, opt %s, max %s", t.Name, sizes(r.Min), sizes(r.Opt), sizes(r.Max))
		}
	}
}

func sizes(dims []int64) string {
	shape := make([]int, len(dims))
	for i, d := range dims {
		shape[i] = int(d)
	}
	return report.Shape(shape)
}
