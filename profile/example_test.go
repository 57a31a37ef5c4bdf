package profile_test

import (
	"fmt"

	"github.com/trtbench/trtbench/profile"
)

// Two inferences of an engine with two layers.
func ExampleCollector() {
	var c profile.Collector
	for _, ms := range []float32{0.5, 0.7} {
		c.Layer("conv1", ms)
		c.Layer("relu1", 0.2)
		c.EndPass()
	}
	p := c.Profile()
	for _, l := range append(p.Layers, p.Total) {
		fmt.Printf("%s: %.2f ms on average, %.0f %%\n", l.Name, l.AverageMs, l.Percent)
	}
	// Output:
	// conv1: 0.60 ms on average, 75 %
	// relu1: 0.20 ms on average, 25 %
	// Total: 0.80 ms on average, 100 %
}
