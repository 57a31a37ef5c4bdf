package report

import (
	"fmt"
	"strings"
	"time"

	"github.com/trtbench/trtbench/bench"
	"github.com/trtbench/trtbench/record"
	"github.com/trtbench/trtbench/tensor"
)

// Header writes where the numbers of a run come from. Every report of a recording begins with it.
func Header(log *Log, head *record.Head, settings *bench.Settings) {
	Source(log, &head.Description)
	log.Info("Run: %s", settingsText(settings, &head.Description))
	log.Info("Host: %s, %d logical CPUs, %s", head.Environment.CPU, head.Environment.CPUs, buildText(&head.Environment))
}

// Source writes what was measured, by which library and on which device.
func Source(log *Log, d *record.Description) {
	mark := ""
	if d.Simulated {
		mark = " (SIMULATED: invented times, no GPU was used)"
	}
	log.Info("=== Source of the figures ===")
	log.Info("Backend: %s %s%s", d.Backend, d.Version, mark)
	if d.Library != "" {
		log.Info("Library: %s", d.Library)
	}
	log.Info("Device: %s", deviceText(&d.Device, d.Simulated))
	if d.Model.SHA256 != "" { // of what was imported, only the name is known
		log.Info("Model: %s (%d bytes, SHA-256 %.12s…)", d.Model.Path, d.Model.Bytes, d.Model.SHA256)
	} else {
		log.Info("Model: %s", d.Model.Path)
	}
	for _, t := range d.Tensors {
		kind := "Output"
		if t.Input {
			kind = "Input"
		}
		log.Info("%s: %s %s %s", kind, t.Name, t.Type, Shape(t.Shape))
	}
	for _, note := range d.Notes {
		log.Info("Note: %s", note)
	}
}

// Judgement writes the verdict on a run: a line of information when it is valid, else warnings with the reasons.
func Judgement(log *Log, head *record.Head) {
	if head.Verdict.Status == record.Valid {
		log.Info("Verdict: valid")
		return
	}
	for _, r := range head.Verdict.Reasons {
		log.Warn("verdict-%s %s: %s", head.Verdict.Status, r.Code, r.Evidence)
	}
	log.Info("Verdict: %s", head.Verdict.Status)
}

// Shape writes dimensions as trtexec does: "16x2400x1", and "scalar" for none.
func Shape(dims []int) string { return tensor.FormatShape(dims) }

func deviceText(d *record.Device, simulated bool) string {
	parts := []string{fmt.Sprintf("%s %s", d.Kind, d.Name)}
	if simulated {
		parts[0] = fmt.Sprintf("simulated %s %q", d.Kind, d.Name)
	}
	add := func(present bool, format string, args ...any) {
		if present {
			parts = append(parts, fmt.Sprintf(format, args...))
		}
	}
	add(d.ComputeCapability != "", "compute capability %s", d.ComputeCapability)
	add(d.MemoryBytes > 0, "%d MiB", d.MemoryBytes>>20)
	add(d.DriverVersion != "", "driver for CUDA %s", d.DriverVersion)
	add(d.RuntimeVersion != "", "CUDA runtime %s", d.RuntimeVersion)
	add(d.UUID != "", "%s", d.UUID)
	return strings.Join(parts, ", ")
}

func settingsText(s *bench.Settings, d *record.Description) string {
	parts := []string{fmt.Sprintf("trtexec semantics of TensorRT %d", s.Compat)}
	if d.Measures(record.StageH2D) {
		parts = append(parts, "transfers "+onOff(s.Transfers), "CUDA graph "+onOff(s.Graph), "wait "+waitText(s.Spin))
		if s.ManagedMemory {
			parts = append(parts, "managed memory")
		}
	}
	if d.Measures(record.StageEnqueue) { // a backend that computes while it is called has nothing in flight
		parts = append(parts, fmt.Sprintf("inferences in flight per stream %d", s.Slots))
	}
	parts = append(parts, fmt.Sprintf("streams %d", s.Lanes))
	if s.Threads {
		parts = append(parts, "a thread per stream")
	}
	if s.Endless {
		return strings.Join(append(parts, "endless"), ", ")
	}
	warmUp := fmt.Sprintf("warm-up %v", s.WarmUp)
	if s.Converge {
		warmUp = fmt.Sprintf("warm-up until the compute time had settled, %v", s.WarmUp.Round(time.Millisecond))
	}
	parts = append(parts, warmUp, fmt.Sprintf("at least %v and %d iterations", s.Duration, s.Iterations))
	if s.SleepTime > 0 {
		parts = append(parts, fmt.Sprintf("sleep %v", s.SleepTime))
	}
	if s.IdleTime > 0 {
		parts = append(parts, fmt.Sprintf("idle %v", s.IdleTime))
	}
	return strings.Join(parts, ", ")
}

func onOff(on bool) string {
	if on {
		return "on"
	}
	return "off"
}

func waitText(spin bool) string {
	if spin {
		return "spinning"
	}
	return "blocking"
}

func buildText(e *record.Environment) string {
	text := "trtbench " + e.Build.Version
	if e.Build.Revision != "" {
		text += fmt.Sprintf(" (%.12s)", e.Build.Revision)
	}
	return text + ", " + e.Go
}
