package trt_test

import (
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/trt"
	"github.com/trtbench/trtbench/trt/trttest"
)

// Ten thousand openings and closings leave neither the device nor the host with less.
func TestNothingLeaks(t *testing.T) {
	if testing.Short() {
		t.Skip("10,000 openings take seconds")
	}
	const openings = 10000
	path := trttest.Plan(t, copyPlan())
	onEachMajor(t, func(t *testing.T, lib *trt.Library) {
		runtime, err := lib.NewRuntime(0)
		require.NoError(t, err)
		cycle := func() {
			engine, err := runtime.DeserializeFile(path)
			require.NoError(t, err)
			context, err := engine.NewContext(trt.AllocateProfile)
			require.NoError(t, err)
			require.NoError(t, context.UseMemory())
			require.NoError(t, context.AllocateOutput("y"))
			require.NoError(t, context.Close())
			require.NoError(t, engine.Close())
		}
		for range openings / 10 {
			cycle() // the allocator's own caches fill up
		}
		before := residentMiB(t)
		for range openings {
			cycle()
		}
		assert.Less(t, residentMiB(t)-before, 24, "MiB grown; a loss of 2.5 KB each would show, smaller ones show in csrc/check")
		live := countersOf(t, lib).Live
		assert.Zero(t, live["engines"]+live["contexts"]+live["device_bytes"]+live["host_bytes"])
		closeAll(t, runtime)
	})
}

func TestRunsLeakNothing(t *testing.T) {
	onEachMajor(t, func(t *testing.T, lib *trt.Library) {
		for range 50 {
			target, err := trt.NewTarget(lib, 0, zeroPlan, trt.TargetOptions{})
			require.NoError(t, err)
			lanes, err := target.Open(t.Context(), setups["graph, copies"])
			require.NoError(t, err)
			rounds(t, lanes, setups["graph, copies"], 2)
			closeAll(t, lanes, target)
		}
	})
}

// residentMiB is the memory of this process.
func residentMiB(t *testing.T) int {
	t.Helper()
	status, err := os.ReadFile("/proc/self/statm")
	require.NoError(t, err)
	pages, err := strconv.Atoi(strings.Fields(string(status))[1])
	require.NoError(t, err)
	return pages * os.Getpagesize() >> 20
}
