package record

import (
	"os"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestDescriptionMajor(t *testing.T) {
	for version, want := range map[string]int{
		"10.15.1": 10, "11": 11, "8.6.1": 8, "": 0, "unknown": 0, "v10": 0, "1.24": 1, "99999999999999999999.1": 0, "-3": 0,
	} {
		assert.Equal(t, want, (&Description{Version: version}).Major(), "version %q", version)
	}
}

func TestDescriptionMeasures(t *testing.T) {
	d := Description{Stages: []Stage{StageEnqueue, StageCompute}}
	assert.True(t, d.Measures(StageCompute))
	assert.False(t, d.Measures(StageH2D))
	assert.False(t, (&Description{}).Measures(StageCompute))
}

func TestVerdict(t *testing.T) {
	v := Verdict{Status: Valid}
	v.Warn("a", "first")
	assert.Equal(t, Verdict{Warnings, []Reason{{"a", "first"}}}, v)
	v.Fail("b", "second")
	assert.Equal(t, Verdict{Invalid, []Reason{{"a", "first"}, {"b", "second"}}}, v)
	v.Warn("c", "third")
	assert.Equal(t, Invalid, v.Status, "a warning does not make it better")
	assert.Len(t, v.Reasons, 3)
}

func TestNewHead(t *testing.T) {
	started := time.Now().Add(-time.Second)
	h := NewHead(KindBench, started, Description{Backend: "x"})
	assert.Equal(t, KindBench, h.Kind)
	assert.Equal(t, started, h.Started)
	assert.GreaterOrEqual(t, h.Finished.Sub(h.Started), time.Second)
	assert.Equal(t, os.Args, h.Argv)
	assert.Equal(t, Verdict{Status: Valid}, h.Verdict)
	assert.False(t, h.Interrupted)
}

func TestThisEnvironment(t *testing.T) {
	e := ThisEnvironment()
	assert.Equal(t, runtime.GOOS, e.OS)
	assert.Equal(t, runtime.GOARCH, e.Arch)
	assert.Equal(t, runtime.Version(), e.Go)
	assert.Positive(t, e.CPUs)
	assert.Positive(t, e.GOMAXPROCS)
	assert.NotEmpty(t, e.CPU)
	assert.NotContains(t, e.Kernel, "\n")
	assert.NotEmpty(t, e.Build.Version)
	assert.Empty(t, firstLine("/no/such/file"))
}
