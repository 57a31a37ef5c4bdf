package trttest_test

import (
	"testing"
	"time"

	"github.com/trtbench/trtbench/bench"
	"github.com/trtbench/trtbench/trt"
	"github.com/trtbench/trtbench/trt/trttest"
)

// TestRecognizer is the test of a service that runs an engine, as it would be in its recognizer_test.go.
func TestRecognizer(t *testing.T) {
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
	if !recording.Description.Simulated {
		t.Error("a simulated device must say so")
	}
}

// One line gives a test a GPU that is not there.
func ExampleStart() {
	testRecognizer := func(t *testing.T) {
		lib := trttest.Start(t)
		target, err := trt.NewTarget(lib, 0, trttest.Plan(t, doubling), trt.TargetOptions{})
		if err != nil {
			t.Fatal(err)
		}
		defer target.Close()
		// Hand the target to the code under test.
	}
	_ = testRecognizer // as TestRecognizer in a test file, go test runs it
}
