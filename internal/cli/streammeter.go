package cli

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"time"

	"github.com/spf13/pflag"

	"github.com/trtbench/trtbench/record"
	"github.com/trtbench/trtbench/stream"
	"github.com/trtbench/trtbench/telemetry"
	"github.com/trtbench/trtbench/telemetry/gpu"
)

// noGPU is the value of --gpu that reads none.
const noGPU = "none"

// streamMeterFlags says which device is read while streams are measured.
type streamMeterFlags struct {
	gpu      string
	powercap string // folder with the energy counters of processors
}

func (m *streamMeterFlags) register(flags *pflag.FlagSet) {
	m.powercap = telemetry.PowercapFolder
	flags.StringVar(&m.gpu, "gpu", "", "GPU of a Triton server, whose use and energy are read: its number in nvidia-smi, UUID or PCI address; none reads no device "+
		"(default the only GPU of this machine, if the server runs here)")
}

// finish checks the flag.
func (m *streamMeterFlags) finish() error {
	if m.gpu == "" || m.gpu == noGPU {
		return nil
	}
	if err := checkDevice(m.gpu); err != nil {
		return fmt.Errorf("--gpu: %w, or %s", err, noGPU)
	}
	return nil
}

// meter opens what reads the device that a target computes on, and has it closed with the target. It is nil where there is nothing to
// read, and never a reason not to measure: what a reader would miss becomes a notice.
func (o *openedStream) meter(ctx context.Context, t *streamTarget, m *streamMeterFlags, places []string) stream.Meter {
	d := o.server.Describe()
	if m.gpu == noGPU || d.Simulated {
		return nil
	}
	switch {
	case t.kind == targetTensorRT:
		return o.readGPU(places, d.Device.UUID, d.Device.PCIBusID)
	case t.kind == targetTriton && m.gpu != "":
		return o.readGPU(places, m.gpu)
	case t.kind == targetTriton && !isLocal(ctx, t.url):
		return nil
	case t.kind == targetTriton:
		device, err := gpu.Open("", places...)
		if err == nil {
			o.notices = append(o.notices, fmt.Sprintf("the GPU that is read is %s, the only one of this machine; --gpu=none leaves it out", device.Describe().Device))
			return o.sample(device, device.Close)
		}
		if errors.Is(err, gpu.ErrSeveral) {
			o.notices = append(o.notices, fmt.Sprintf("no GPU is read: %v: give --gpu", err))
			return nil
		}
	}
	if d.Device.Kind == record.GPU {
		return nil
	}
	processor, err := telemetry.OpenProcessor(m.powercap)
	if err != nil {
		return nil // most machines keep the counters to themselves
	}
	return o.sample(processor, processor.Close)
}

// readGPU reads the GPU that one of the names is of.
func (o *openedStream) readGPU(places []string, names ...string) stream.Meter {
	var errs []error
	for _, name := range slices.DeleteFunc(names, func(name string) bool { return name == "" }) {
		device, err := gpu.Open(name, places...)
		if err == nil {
			return o.sample(device, device.Close)
		}
		errs = append(errs, err)
	}
	if len(errs) > 0 {
		o.notices = append(o.notices, fmt.Sprintf("the use of the GPU is unknown: %v", errs[0]))
	}
	return nil
}

// sample reads a device until the target is closed.
func (o *openedStream) sample(device telemetry.Source, closeDevice func() error) stream.Meter {
	o.closers = append(o.closers, func() error {
		_ = closeDevice() // a driver that hangs is no reason to fail
		return nil
	})
	return telemetry.NewSampler(device, telemetry.DefaultPeriod)
}

// isLocal reports whether the server at HOST:PORT is on this machine.
func isLocal(ctx context.Context, url string) bool {
	host, _, err := net.SplitHostPort(url)
	if err != nil {
		host = url
	}
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	addresses, err := net.DefaultResolver.LookupIPAddr(ctx, host)
	if err != nil {
		return false
	}
	own, err := net.InterfaceAddrs()
	if err != nil {
		return false
	}
	return slices.ContainsFunc(addresses, func(a net.IPAddr) bool {
		return a.IP.IsLoopback() || slices.ContainsFunc(own, func(o net.Addr) bool {
			network, ok := o.(*net.IPNet)
			return ok && network.IP.Equal(a.IP)
		})
	})
}
