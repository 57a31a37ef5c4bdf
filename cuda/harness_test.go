package cuda_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/csrc/sim"
	"github.com/trtbench/trtbench/cuda"
)

// fixture is a simulated CUDA runtime with the default configuration or a given one.
type fixture struct {
	t      testing.TB
	lib    *cuda.Library
	device *cuda.Device
	log    *lockedBuffer // what was reported to the logger
}

// onEachMajor runs a test on the simulated runtimes of both majors. Each must leave nothing behind and nothing in the log.
func onEachMajor(t *testing.T, config string, f func(t *testing.T, x *fixture)) {
	t.Helper()
	for _, major := range []int{12, 13} {
		t.Run(fmt.Sprintf("libcudart.so.%d", major), func(t *testing.T) {
			x := newFixture(t, major, config)
			f(t, x)
			assert.Empty(t, x.log.String(), "nothing is to be reported")
			x.assertNothingLeft()
		})
	}
}

// newFixture opens the simulated runtime of a major version.
func newFixture(t testing.TB, major int, config string) *fixture {
	t.Helper()
	x := &fixture{t: t, log: &lockedBuffer{}}
	lib, err := cuda.Load(
		cuda.WithLibraryPath(simulated(t, major)),
		cuda.WithLogger(slog.New(slog.NewTextHandler(x.log, nil))))
	require.NoError(t, err)
	x.lib = lib
	require.NoError(t, lib.Runtime().SimConfigure(config))
	t.Cleanup(func() {
		// The library stays mapped, and with it what was configured: leave it as the next test expects it.
		assert.NoError(t, lib.Runtime().SimConfigure(""))
		assert.NoError(t, lib.Close())
	})
	x.device, err = lib.Device(0)
	require.NoError(t, err)
	return x
}

// simulated returns the file of the simulated runtime of a CUDA major.
func simulated(t testing.TB, major int) string {
	t.Helper()
	tensorrt := map[int]int{12: 10, 13: 11}[major]
	folder, err := builds[tensorrt]()
	require.NoError(t, err)
	cudart, _ := sim.Libraries(tensorrt)
	return filepath.Join(folder, cudart)
}

// builds compile the simulated libraries of a TensorRT major, once for all tests.
var builds = map[int]func() (string, error){10: buildOnce(10), 11: buildOnce(11)}

func buildOnce(tensorrt int) func() (string, error) {
	return sync.OnceValues(func() (string, error) { return sim.Build(context.Background(), tensorrt) })
}

// counters are the simulated device's own counts.
type counters struct {
	Live  map[string]int64 `json:"live"`
	Total map[string]int64 `json:"total"`
}

func (x *fixture) counters() counters {
	x.t.Helper()
	text, err := x.lib.Runtime().SimCounters()
	require.NoError(x.t, err)
	var c counters
	require.NoError(x.t, json.Unmarshal([]byte(text), &c))
	return c
}

func (x *fixture) assertNothingLeft() {
	x.t.Helper()
	for name, n := range x.counters().Live {
		assert.Zero(x.t, n, name)
	}
}

// stream makes a stream; like everything made here, the test closes it with closeAll.
func (x *fixture) stream(options ...cuda.StreamOption) *cuda.Stream {
	x.t.Helper()
	s, err := x.device.NewStream(options...)
	require.NoError(x.t, err)
	return s
}

func (x *fixture) event(options ...cuda.EventOption) *cuda.Event {
	x.t.Helper()
	e, err := x.device.NewEvent(options...)
	require.NoError(x.t, err)
	return e
}

func (x *fixture) deviceMemory(size int) *cuda.DeviceMemory {
	x.t.Helper()
	m, err := x.device.AllocDevice(size)
	require.NoError(x.t, err)
	return m
}

func (x *fixture) pinnedMemory(content []byte) *cuda.PinnedMemory {
	x.t.Helper()
	m, err := x.device.AllocPinned(len(content))
	require.NoError(x.t, err)
	copy(m.Bytes(), content)
	return m
}

type closer interface{ Close() error }

func (x *fixture) closeAll(handles ...closer) {
	x.t.Helper()
	for _, h := range handles {
		require.NoError(x.t, h.Close())
	}
}

// gate holds a stream up until the function it returns is called.
func (x *fixture) gate(s *cuda.Stream) (open func()) {
	x.t.Helper()
	gate := make(chan struct{})
	require.NoError(x.t, s.LaunchHostFunc(func() { <-gate }))
	return sync.OnceFunc(func() { close(gate) })
}

// lockedBuffer collects what several goroutines write.
type lockedBuffer struct {
	mu     sync.Mutex
	buffer bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buffer.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buffer.String()
}
