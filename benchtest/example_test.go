package benchtest_test

import (
	"testing"

	"github.com/trtbench/trtbench/bench"
	"github.com/trtbench/trtbench/benchtest"
	"github.com/trtbench/trtbench/trt"
)

// A benchmark on a GPU host. Where there is no GPU it is skipped, and says what is missing.
func ExampleRun() {
	benchmark := func(b *testing.B) {
		lib, err := trt.Load()
		if err == nil {
			defer lib.Close()
		}
		benchtest.Run(b, bench.Options{}, func() (benchtest.Target, error) {
			if err != nil {
				return nil, err
			}
			return trt.NewTarget(lib, 0, "model.plan", trt.TargetOptions{})
		})
	}
	_ = benchmark // named BenchmarkEngine in a test file, it runs by go test -bench=Engine
}
