package compare

import (
	"fmt"
	"slices"

	"github.com/trtbench/trtbench/record"
	"github.com/trtbench/trtbench/report"
)

// Difference is something that is not the same on both sides.
type Difference struct {
	Name string `json:"name"`
	A    string `json:"a"`
	B    string `json:"b"`
	// Blocking differences make times incomparable: another device, shape or mode. The others may be what is compared.
	Blocking bool `json:"blocking"`
}

// Differences are what is not the same on both sides.
type Differences []Difference

// Add adds what differs, if the two values do when they are written.
func (d *Differences) Add(blocking bool, name string, a, b any) {
	if p, q := fmt.Sprint(a), fmt.Sprint(b); p != q {
		*d = append(*d, Difference{name, p, q, blocking})
	}
}

// blocking are those that make times incomparable.
func (d Differences) blocking() Differences {
	return slices.DeleteFunc(slices.Clone(d), func(d Difference) bool { return !d.Blocking })
}

// Lines says what differs, a line for each.
func (d Differences) Lines() []string {
	var lines []string
	for _, d := range d {
		line := fmt.Sprintf("differs: %s: %s | %s", d.Name, d.A, d.B)
		if d.Blocking {
			line += "  (times are hardly comparable)"
		}
		lines = append(lines, line)
	}
	return lines
}

// differences lists what differs, as far as both sides tell.
func differences(a, b *Side) Differences {
	list := Differences{}
	add := list.Add
	known := func(name, x, y string, blocking bool) {
		if x != "" && y != "" && x != "unknown" && y != "unknown" {
			add(blocking, name, x, y)
		}
	}
	x, y := a.Description, b.Description
	known("backend", x.Backend, y.Backend, true)
	add(true, "simulated", x.Simulated, y.Simulated)
	known("device", string(x.Device.Kind)+" "+x.Device.Name, string(y.Device.Kind)+" "+y.Device.Name, !unknownDevice(x) && !unknownDevice(y))
	known("library version", x.Version, y.Version, false)
	known("CUDA runtime", x.Device.RuntimeVersion, y.Device.RuntimeVersion, false)
	known("driver", x.Device.DriverVersion, y.Device.DriverVersion, false)
	known("model", x.Model.SHA256, y.Model.SHA256, false)
	if len(x.Tensors) > 0 && len(y.Tensors) > 0 {
		add(true, "inputs", inputs(x.Tensors), inputs(y.Tensors))
	}
	if a.Settings == nil || b.Settings == nil {
		return list
	}
	s, t := a.Settings, b.Settings
	add(true, "inference streams", s.Lanes, t.Lanes)
	add(true, "inferences in flight per stream", s.Slots, t.Slots)
	add(true, "transfers", s.Transfers, t.Transfers)
	add(true, "CUDA graph", s.Graph, t.Graph)
	add(true, "spinning", s.Spin, t.Spin)
	add(true, "threads", s.Threads, t.Threads)
	add(true, "managed memory", s.ManagedMemory, t.ManagedMemory)
	add(true, "idle time", s.IdleTime, t.IdleTime)
	add(false, "warm-up", s.WarmUp, t.WarmUp)
	add(false, "trtexec semantics", int(s.Compat), int(t.Compat))
	return list
}

func unknownDevice(d *record.Description) bool { return d.Device.Name == "unknown" }

// inputs writes the inputs with their shapes, in the order of their names.
func inputs(tensors []record.Tensor) string {
	var list []string
	for _, t := range tensors {
		if t.Input {
			list = append(list, fmt.Sprintf("%s %s %s", t.Name, t.Type, report.Shape(t.Shape)))
		}
	}
	slices.Sort(list)
	return fmt.Sprint(list)
}
