package gpuverify

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/trtbench/trtbench/trt"
	"github.com/trtbench/trtbench/trt/trttest"
)

const referenceModel = "../testdata/models/streaming_acoustic.onnx"

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// simulated are the options of a quick verification on the simulated device of a major.
func simulated(t *testing.T, major int, device ...trttest.Option) Options {
	return Options{
		Majors: []int{major}, Device: "0", ReferenceModel: referenceModel, Folder: t.TempDir(), Quick: true, Argv: []string{"trtbench", "verify"},
		Load: func(context.Context, int) (*trt.Library, error) {
			return trttest.Start(t, append([]trttest.Option{trttest.Major(major)}, device...)...), nil
		},
	}
}

// The story of the command verifies both majors; this looks at the evidence of one.
func TestRunOnTheSimulatedDevice(t *testing.T) {
	o := simulated(t, 11)
	kept := 0
	o.Keep = func(e *Evidence) error {
		kept++
		return json.NewEncoder(new(strings.Builder)).Encode(e)
	}
	e, err := Run(t.Context(), o)
	require.NoError(t, err)
	assert.True(t, e.Complete())
	assert.True(t, e.Simulated)
	assert.False(t, e.TimesJudged)
	assert.Equal(t, "Simulated GPU", e.Device())
	assert.Greater(t, kept, 15)
	assert.Len(t, e.Engines, 3)
	assert.Len(t, e.Rounds, 2)
	assert.Len(t, e.Runs, len(Modes())+len(newPlan(&o).modes(&o, true)))

	provable := map[string]bool{} // checks for which a test shows that they can fail
	for _, r := range rules {
		provable[r.name] = len(wrongRuns[r.name]) > 0
	}
	for name, cases := range others {
		provable[name] = len(cases.fails) > 0
	}
	made := map[string]bool{}
	for _, c := range e.Checks {
		made[c.Name] = true
		assert.True(t, provable[c.Name], "no test shows that %s can fail", c.Name)
		assert.NotEqual(t, Failed, c.Status, "%s, %s: %v", c.Name, c.Subject, c.Reasons)
		if c.Status == Skipped {
			assert.NotEmpty(t, c.Reasons, c.Name)
		}
	}
	for name := range provable {
		assert.True(t, made[name], "%s was not checked", name)
	}
}

// What was done until an interruption is kept, and the next stage does not begin.
func TestRunIsInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	o := simulated(t, 10)
	var stages []string
	o.Progress = func(stage string) {
		stages = append(stages, stage)
		if strings.HasPrefix(stage, "chain of states") {
			cancel()
		}
	}
	var last Evidence
	o.Keep = func(e *Evidence) error { last = *e; return nil }
	e, err := Run(ctx, o)
	require.ErrorIs(t, err, context.Canceled)
	assert.True(t, e.Interrupted)
	assert.Empty(t, e.Failure)
	assert.Equal(t, *e, last)
	assert.Contains(t, stages[len(stages)-1], "chain of states")
	assert.Len(t, e.Engines, 1)
	assert.Positive(t, e.Count(Passed))
}

// A device that is lost ends the verification; what was done is kept.
func TestRunLosesTheDevice(t *testing.T) {
	e, err := Run(t.Context(), simulated(t, 11, trttest.Device(`{"device_lost": {"after_calls": 1500}}`)))
	require.ErrorContains(t, err, "the device is lost")
	assert.False(t, e.Complete())
	assert.Contains(t, e.Failure, "the device is lost")
	assert.Positive(t, e.Count(Passed))
}

func TestRunCannotKeepItsEvidence(t *testing.T) {
	full := errors.New("the disk is full")
	o := simulated(t, 11)
	o.Keep = func(*Evidence) error { return full }
	e, err := Run(t.Context(), o)
	require.ErrorIs(t, err, full)
	assert.Equal(t, full.Error(), e.Failure)
}

func TestRunWithoutTensorRT(t *testing.T) {
	o := simulated(t, 11)
	o.Majors = []int{10, 11}
	o.Load = func(_ context.Context, major int) (*trt.Library, error) {
		return nil, fmt.Errorf("no TensorRT %d", major)
	}
	e, err := Run(t.Context(), o)
	require.ErrorContains(t, err, "no TensorRT of the majors [10 11] can be verified: no TensorRT 10")
	assert.Equal(t, []Library{{Major: 10, Absent: "no TensorRT 10"}, {Major: 11, Absent: "no TensorRT 11"}}, e.Libraries)
	assert.Equal(t, "no device", e.Device())

	o.Load = simulated(t, 11, trttest.Device(`{"devices": []}`)).Load
	o.Majors = []int{11}
	_, err = Run(t.Context(), o)
	assert.ErrorContains(t, err, "device 0")
}
