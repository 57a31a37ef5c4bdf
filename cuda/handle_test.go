package cuda_test

import (
	"runtime"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/cuda"
)

func TestUseAfterClose(t *testing.T) {
	onEachMajor(t, "", func(t *testing.T, x *fixture) {
		s, e, m, pinned := x.stream(), x.event(), x.deviceMemory(4), x.pinnedMemory(make([]byte, 4))
		closedStream, closedEvent, closedMemory := x.stream(), x.event(), x.deviceMemory(4)
		g, err := s.Capture(func() error { return nil })
		require.NoError(t, err)
		exec, err := g.Instantiate()
		require.NoError(t, err)
		x.closeAll(closedStream, closedEvent, closedMemory, g, exec)
		x.closeAll(closedStream, closedEvent, closedMemory, g, exec) // once more is no error

		for name, call := range map[string]func() error{
			"stream synchronize":     closedStream.Synchronize,
			"stream query":           func() error { _, err := closedStream.Query(); return err },
			"stream wait":            func() error { return closedStream.WaitEvent(e) },
			"wait for closed event":  func() error { return s.WaitEvent(closedEvent) },
			"stream sleep":           func() error { return closedStream.Sleep(0) },
			"host function":          func() error { return closedStream.LaunchHostFunc(func() {}) },
			"capture":                func() error { _, err := closedStream.Capture(func() error { return nil }); return err },
			"record":                 func() error { return closedEvent.Record(s) },
			"record on closed":       func() error { return e.Record(closedStream) },
			"event synchronize":      closedEvent.Synchronize,
			"event query":            func() error { _, err := closedEvent.Query(); return err },
			"elapsed from closed":    func() error { _, err := cuda.Elapsed(closedEvent, e); return err },
			"elapsed to closed":      func() error { _, err := cuda.Elapsed(e, closedEvent); return err },
			"graph nodes":            func() error { _, err := g.Nodes(); return err },
			"graph instantiate":      func() error { _, err := g.Instantiate(); return err },
			"graph launch":           func() error { return exec.Launch(s) },
			"graph upload":           func() error { return exec.Upload(s) },
			"graph update":           func() error { return exec.Update(g) },
			"copy to closed":         func() error { return s.Copy(closedMemory, pinned) },
			"copy from closed":       func() error { return cuda.Copy(pinned, closedMemory) },
			"copy on closed stream":  func() error { return closedStream.Copy(m, pinned) },
			"fill":                   func() error { return cuda.Fill(closedMemory, 0) },
			"fill on closed stream":  func() error { return closedStream.Fill(m, 0) },
			"upload":                 func() error { return cuda.Upload(closedMemory, make([]byte, 4)) },
			"download":               func() error { return cuda.Download(make([]byte, 4), closedMemory) },
			"part of closed":         func() error { return cuda.Fill(closedMemory.Part(0, 1), 0) },
			"capture on closed only": func() error { _, err := closedStream.Capturing(); return err },
		} {
			assert.ErrorIs(t, call(), cuda.ErrClosed, name)
		}
		assert.Zero(t, closedStream.Handle())
		assert.Zero(t, closedEvent.Handle())
		assert.Zero(t, exec.Handle())
		assert.Zero(t, closedMemory.Address())
		x.closeAll(s, e, m, pinned)
		assert.Nil(t, pinned.Bytes())
	})
}

func TestLibraryOutlivesItsHandles(t *testing.T) {
	x := newFixture(t, 13, "")
	lib, err := cuda.Load(cuda.WithLibraryPath(x.lib.Path()))
	require.NoError(t, err)
	device, err := lib.Device(0)
	require.NoError(t, err)
	s, err := device.NewStream()
	require.NoError(t, err)
	e, err := device.NewEvent()
	require.NoError(t, err)

	assert.EqualError(t, lib.Close(), "cuda: close library: still open: 1 × stream, 1 × event; close them first")
	require.NoError(t, s.Synchronize(), "the library is still open")
	x.closeAll(s, e)
	require.NoError(t, lib.Close())
	require.NoError(t, lib.Close(), "twice is no error")
	_, err = device.NewStream()
	assert.ErrorIs(t, err, cuda.ErrClosed)
	_, err = device.Memory()
	assert.ErrorIs(t, err, cuda.ErrClosed)
	_, err = lib.Device(0)
	assert.ErrorIs(t, err, cuda.ErrClosed)
	_, err = lib.DeviceByPCI("0000:00:00.0")
	assert.ErrorIs(t, err, cuda.ErrClosed)
}

// A handle that is closed under a waiting goroutine lives until the wait is over.
func TestCloseWhileInUse(t *testing.T) {
	onEachMajor(t, "", func(t *testing.T, x *fixture) {
		s, e := x.stream(), x.event()
		entered, leave := make(chan struct{}), make(chan struct{})
		require.NoError(t, s.LaunchHostFunc(func() { close(entered); <-leave }))
		require.NoError(t, e.Record(s))
		waited := make(chan error)
		go func() { waited <- e.Synchronize() }()
		<-entered
		go func() { waited <- s.Synchronize() }()
		x.closeAll(e, s)
		close(leave)
		for range 2 {
			// A goroutine that had not entered its call before Close is told so.
			if err := <-waited; err != nil {
				assert.ErrorIs(t, err, cuda.ErrClosed)
			}
		}
		require.NoError(t, x.device.Synchronize())
	})
}

func TestConcurrentUseAndClose(t *testing.T) {
	onEachMajor(t, "", func(t *testing.T, x *fixture) {
		for range 50 {
			s, e := x.stream(), x.event()
			var group sync.WaitGroup
			for range 4 {
				group.Go(func() {
					for range 5 {
						for _, err := range []error{e.Record(s), s.WaitEvent(e), e.Synchronize()} {
							if err != nil {
								assert.ErrorIs(t, err, cuda.ErrClosed)
							}
						}
					}
				})
			}
			group.Go(func() { assert.NoError(t, e.Close()) })
			group.Go(func() { assert.NoError(t, s.Close()) })
			group.Wait()
		}
	})
}

func TestDroppedHandlesAreReportedAndFreed(t *testing.T) {
	for _, major := range []int{12, 13} {
		x := newFixture(t, major, "")
		func() {
			x.stream()
			x.event()
			x.deviceMemory(16)
			x.pinnedMemory(make([]byte, 16))
		}()
		for live := int64(1); live != 0; {
			runtime.GC()
			runtime.Gosched()
			c := x.counters().Live
			live = c["streams"] + c["events"] + c["device_allocations"] + c["host_allocations"]
		}
		assert.Contains(t, x.log.String(), "dropped without Close")
		for _, kind := range []string{"kind=stream", "kind=event", `kind="block of device memory"`, `kind="block of page-locked memory"`} {
			assert.Contains(t, x.log.String(), kind)
		}
		x.assertNothingLeft()
	}
}

func TestTenThousandHandlesComeBack(t *testing.T) {
	onEachMajor(t, "", func(t *testing.T, x *fixture) {
		for range 10_000 {
			s, e, m, p := x.stream(), x.event(), x.deviceMemory(64), x.pinnedMemory(make([]byte, 64))
			x.closeAll(s, e, m, p)
		}
		s := x.stream()
		for range 1000 {
			g, err := s.Capture(func() error { return nil })
			require.NoError(t, err)
			exec, err := g.Instantiate()
			require.NoError(t, err)
			x.closeAll(g, exec)
		}
		x.closeAll(s)
	})
}
