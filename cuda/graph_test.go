package cuda_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/cuda"
)

func TestGraphRepeatsCapturedWork(t *testing.T) {
	onEachMajor(t, "", func(t *testing.T, x *fixture) {
		s := x.stream()
		first, second := x.pinnedMemory([]byte("first")), x.pinnedMemory([]byte("other"))
		onDevice, back := x.deviceMemory(5), x.pinnedMemory(make([]byte, 5))
		capture := func(source *cuda.PinnedMemory) *cuda.Graph {
			g, err := s.Capture(func() error {
				capturing, err := s.Capturing()
				require.NoError(t, err)
				assert.True(t, capturing)
				return errors.Join(s.Copy(onDevice, source), s.Copy(back, onDevice))
			})
			require.NoError(t, err)
			return g
		}
		g := capture(first)
		nodes, err := g.Nodes()
		require.NoError(t, err)
		assert.Equal(t, 2, nodes)
		exec, err := g.Instantiate()
		require.NoError(t, err)
		x.closeAll(g)
		assert.Equal(t, make([]byte, 5), back.Bytes(), "captured work has not run")

		require.NoError(t, exec.Upload(s))
		require.NoError(t, exec.Launch(s))
		require.NoError(t, s.Synchronize())
		assert.Equal(t, "first", string(back.Bytes()))

		g = capture(second)
		require.NoError(t, exec.Update(g))
		require.NoError(t, exec.Launch(s))
		require.NoError(t, s.Synchronize())
		assert.Equal(t, "other", string(back.Bytes()))
		x.closeAll(g, exec, s, first, second, onDevice, back)
	})
}

func TestGraphOfAnotherShapeIsNoUpdate(t *testing.T) {
	onEachMajor(t, "", func(t *testing.T, x *fixture) {
		s, m := x.stream(), x.deviceMemory(8)
		capture := func(times int) *cuda.Graph {
			g, err := s.Capture(func() error {
				for range times {
					if err := s.Fill(m, 1); err != nil {
						return err
					}
				}
				return nil
			})
			require.NoError(t, err)
			return g
		}
		one, two := capture(1), capture(2)
		exec, err := one.Instantiate()
		require.NoError(t, err)
		assert.ErrorIs(t, exec.Update(two), cuda.ErrGraphExecUpdateFailure)
		x.closeAll(exec, one, two, m, s)
	})
}

func TestCaptureEndsWhateverHappensInside(t *testing.T) {
	onEachMajor(t, "", func(t *testing.T, x *fixture) {
		s := x.stream()
		broken := errors.New("broken")
		_, err := s.Capture(func() error { return broken })
		assert.ErrorIs(t, err, broken)
		assert.PanicsWithValue(t, "oops", func() { s.Capture(func() error { panic("oops") }) })
		_, err = s.Capture(func() error { return s.LaunchHostFunc(func() {}) })
		assert.ErrorContains(t, err, "the stream is being captured")
		_, err = s.Capture(s.Synchronize)
		assert.ErrorIs(t, err, cuda.ErrCaptureUnsupported)

		capturing, err := s.Capturing()
		require.NoError(t, err)
		assert.False(t, capturing)
		require.NoError(t, s.Synchronize())
		x.closeAll(s)
	})
}
