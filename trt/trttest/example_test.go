package trttest_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/trtbench/trtbench/bench"
	"github.com/trtbench/trtbench/trt"
	"github.com/trtbench/trtbench/trt/trttest"
)

// The test of a service that runs an engine, as it would be in its recognizer_test.go.
func ExampleStart() {
	TestRecognizer := func(t *testing.T) {
		lib := trttest.Start(t, trttest.Major(10))
		target, err := trt.NewTarget(lib, 0, trttest.Plan(t, doubling), trt.TargetOptions{})
		if err != nil {
			t.Fatal(err)
		}
		defer target.Close()
		recording, err := bench.Run(t.Context(), target, bench.Options{Duration: bench.Set(50 * time.Millisecond)})
		if err != nil {
			t.Fatal(err)
		}
		if recording.Len() == 0 {
			t.Error("nothing was measured")
		}
		fmt.Println("measured on a", target.Describe().Device.Name)
	}

	runTest(TestRecognizer)
	// Output: measured on a Simulated GPU
}

// runTest does what go test does with a test, once whatever -count is.
func runTest(f func(*testing.T)) {
	var once sync.Once
	all := func(_, _ string) (bool, error) { return true, nil }
	testing.RunTests(all, []testing.InternalTest{{Name: "TestRecognizer", F: func(t *testing.T) { once.Do(func() { f(t) }) }}})
}
