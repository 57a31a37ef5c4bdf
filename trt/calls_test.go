package trt_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/bench"
	"github.com/trtbench/trtbench/trt"
	"github.com/trtbench/trtbench/trt/trttest"
)

// TestCallsFollowTrtexec compares the order of calls of a run with that of trtexec, which testdata/vectors/trtexec/calls holds for
// an engine with 64 bytes in and 24 out, three iterations and no warm-up. Everything that the device sees between the profiler's
// start and stop must be the same: streams, events and their flags, the start mark, uploads, the capture, every wait of a
// stream, every record, copy and enqueue. These differences are meant:
//
//   - Before the run, trtexec makes contexts and then buffers of all lanes tensor by tensor; here each lane gets its context and
//     buffers in turn. The calls are the same, the order among lanes is not.
//   - The stream on which the profile is chosen is made with the runtime, because the device must answer before TensorRT is
//     asked for one, and it lives as long; trtexec makes another and destroys it before the run.
//   - trtexec tells a context its addresses in no order; here it is no matter either.
//   - trtexec waits for an inference with 4 to 8 event synchronizations on each event and on the start mark, and asks for the
//     time from the start mark to each event, single precision. Here one synchronization, on the last event, comes first as there,
//     the others could not wait for anything any more; the times asked for are those between neighbouring events. The same
//     events are placed on the same time line.
//   - setDevice is called whenever an OS thread may have another current device.
//   - Before the streams are destroyed, each is synchronized: when a run fails, inferences may be under way. The start mark's stream is
//     destroyed before the profiler stops.
func TestCallsFollowTrtexec(t *testing.T) {
	tests := map[string]struct {
		major   int
		options bench.Options
	}{
		"defaults.v10":     {10, bench.Options{}},
		"defaults.v11":     {11, bench.Options{}},
		"expose-dma.v10":   {10, bench.Options{ExposeDMA: true}},
		"no-transfers.v10": {10, bench.Options{Transfers: bench.Set(false)}},
		"streams-2.v10":    {10, bench.Options{Lanes: bench.Set(2)}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			want := readCalls(t, filepath.Join("../testdata/vectors/trtexec/calls", name+".txt"))
			log := filepath.Join(t.TempDir(), "calls")
			lib := trttest.Start(t, trttest.Major(test.major), trttest.Device(fmt.Sprintf(`{"call_log": %q}`, log)))
			target, err := trt.NewTarget(lib, 0, "../testdata/plans/xy.sim.json", trt.TargetOptions{})
			require.NoError(t, err)
			test.options.Iterations = bench.Set(3)
			test.options.Duration, test.options.WarmUp = bench.Set(time.Duration(0)), bench.Set(time.Duration(0))
			_, err = bench.Run(t.Context(), target, test.options)
			require.NoError(t, err)
			closeAll(t, target)
			got := readCalls(t, log)

			assert.Equal(t, want.before, got.before, "before the run, in any order")
			assert.Equal(t, want.run, got.run, "the run")
			assert.Equal(t, want.after, got.after, "after the run, in any order")
		})
	}
}

// calls is a log of calls, reduced to what matters.
type calls struct{ before, run, after []string }

func readCalls(t *testing.T, path string) calls {
	t.Helper()
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	lines = slices.DeleteFunc(lines, func(line string) bool { return strings.HasPrefix(line, "setDevice") })
	start := slices.Index(lines, "profilerStart")
	end := len(lines) - 1
	for !strings.HasPrefix(lines[end], "eventElapsed") {
		end--
	}
	require.Positive(t, start)
	return calls{
		before: inAnyOrder(lines[:start], "streamCreate s1", "streamDestroy s1"),
		run:    reduceRun(lines[start : end+1]),
		after:  inAnyOrder(lines[end+1:], "streamDestroy s1", "streamSync"),
	}
}

// inAnyOrder sorts lines and leaves out those with the given beginnings.
func inAnyOrder(lines []string, leaveOut ...string) []string {
	var kept []string
	for _, line := range lines {
		if !slices.ContainsFunc(leaveOut, func(begin string) bool { return strings.HasPrefix(line, begin) }) {
			kept = append(kept, line)
		}
	}
	sort.Strings(kept)
	return kept
}

// reduceRun puts addresses in order and turns the synchronizations and times of one inference into one line.
func reduceRun(lines []string) []string {
	var reduced []string
	for len(lines) > 0 {
		n := 1
		switch {
		case strings.HasPrefix(lines[0], "context.setTensorAddress"):
			for n < len(lines) && strings.HasPrefix(lines[n], "context.setTensorAddress") {
				n++
			}
			reduced = append(reduced, inAnyOrder(lines[:n])...)
		case strings.HasPrefix(lines[0], "eventSync"):
			slot := slotOf(lines[0])
			for n < len(lines) && strings.HasPrefix(lines[n], "event") && !strings.HasPrefix(lines[n], "eventRecord") &&
				(slotOf(lines[n]) == slot || slotOf(lines[n]) == startMark) {
				n++
			}
			reduced = append(reduced, describeWait(lines[:n]))
		default:
			reduced = append(reduced, lines[0])
		}
		lines = lines[n:]
	}
	return reduced
}

const startMark = -1

// slotOf returns the slot of the last event in a line; six events belong to each.
func slotOf(line string) int {
	_, number, _ := strings.Cut(line[strings.LastIndexByte(line, ' '):], "e")
	n, err := strconv.Atoi(number)
	if err != nil || n == 1 {
		return startMark
	}
	return (n - 2) / 6
}

// describeWait tells for which event an inference was waited for, and which events the times asked for place behind the start
// mark.
func describeWait(lines []string) string {
	placed := []string{"e1"}
	for range lines {
		for _, line := range lines {
			fields := strings.Fields(line)
			if fields[0] != "eventElapsed" {
				continue
			}
			for i, event := range fields[1:] {
				other := fields[2-i]
				if slices.Contains(placed, other) && !slices.Contains(placed, event) {
					placed = append(placed, event)
				}
			}
		}
	}
	sort.Strings(placed)
	return fmt.Sprintf("wait for %s, place %v", strings.Fields(lines[0])[1], placed)
}
