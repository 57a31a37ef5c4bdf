package trt

import (
	"fmt"

	"github.com/trtbench/trtbench/csrc"
	"github.com/trtbench/trtbench/profile"
)

// layerTimes collects the times of layers of a context.
type layerTimes struct {
	*csrc.Profiler
	inEnqueue bool
	collector profile.Collector
}

// endPass takes the times of the inference that has ended.
func (p *layerTimes) endPass() {
	p.Take(p.collector.Layer)
	p.collector.EndPass()
}

func (p *layerTimes) close() { p.Profiler.Close() }

// StartProfiler begins to collect the times of layers, or begins anew. With inEnqueue every inference is profiled, which makes
// Enqueue wait for it; without, those that ReportProfile follows, which may also be launched as a graph that was captured
// after this.
func (c *Context) StartProfiler(inEnqueue bool) error {
	if c.profiler == nil {
		profiler := csrc.NewProfiler()
		if profiler == nil {
			return fmt.Errorf("trt: %s: profiler: %w", c.node.name, errHostMemory)
		}
		err := c.try("set profiler", func() int { return c.nvinfer().SetProfiler(c.object, profiler) })
		if err != nil {
			profiler.Close()
			return err
		}
		c.profiler = &layerTimes{Profiler: profiler}
	}
	c.profiler.Take(func(string, float32) {})
	c.profiler.inEnqueue, c.profiler.collector = inEnqueue, profile.Collector{}
	return c.try("set when to profile", func() int { return c.nvinfer().EmitProfile(c.object, inEnqueue) })
}

// ReportProfile profiles the last inference, after it ended.
func (c *Context) ReportProfile() error {
	if err := c.profiling(); err != nil {
		return err
	}
	err := c.try("report profile", func() int { return c.nvinfer().ReportProfile(c.object) })
	if err != nil {
		return err
	}
	c.profiler.endPass()
	return nil
}

// LayerProfile returns the times of layers since StartProfiler, while no inference is under way.
func (c *Context) LayerProfile() (*profile.Profile, error) {
	if err := c.profiling(); err != nil {
		return nil, err
	}
	return c.profiler.collector.Profile(), nil
}

// StopProfiler ends the collection.
func (c *Context) StopProfiler() error {
	if err := c.profiling(); err != nil {
		return err
	}
	err := c.try("remove profiler", func() int { return c.nvinfer().SetProfiler(c.object, nil) })
	if err != nil {
		return err
	}
	c.profiler.close()
	c.profiler = nil
	return nil
}

// profiling returns an error when no profiler was started.
func (c *Context) profiling() error {
	if err := c.node.use(); err != nil {
		return err
	}
	if c.profiler == nil {
		return fmt.Errorf("trt: %s: no profiler was started", c.node.name)
	}
	return nil
}
