package cuda_test

import (
	"bytes"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/cuda"
)

func TestCopiesGoRound(t *testing.T) {
	onEachMajor(t, "", func(t *testing.T, x *fixture) {
		content := []byte("from here to there and back")
		s := x.stream()
		source, target := x.pinnedMemory(content), x.pinnedMemory(make([]byte, len(content)))
		a, b := x.deviceMemory(len(content)), x.deviceMemory(len(content))
		managed, err := x.device.AllocManaged(len(content))
		require.NoError(t, err)

		require.NoError(t, s.Copy(a, source))
		require.NoError(t, s.Copy(b, a))
		require.NoError(t, s.Copy(managed, b))
		require.NoError(t, s.Copy(target, managed))
		require.NoError(t, s.Synchronize())
		assert.Equal(t, content, target.Bytes())
		assert.Equal(t, content, managed.Bytes())

		require.NoError(t, cuda.Fill(b, 'x'))
		require.NoError(t, cuda.Copy(b.Part(5, 4), a.Part(0, 4)))
		got := make([]byte, len(content))
		require.NoError(t, cuda.Download(got, b))
		want := bytes.Repeat([]byte("x"), len(content))
		copy(want[5:], "from")
		assert.Equal(t, want, got)

		require.NoError(t, cuda.Upload(b.Part(0, 2), []byte("ab")))
		require.NoError(t, cuda.Upload(target, content))
		require.NoError(t, s.Fill(b.Part(2, 2), 'c'))
		require.NoError(t, s.Copy(target.Part(0, 4), b.Part(0, 4)))
		require.NoError(t, s.Synchronize())
		assert.Equal(t, "abcc", string(target.Bytes()[:4]))
		require.NoError(t, cuda.Download(got, target))
		assert.Equal(t, target.Bytes(), got)
		x.closeAll(s, source, target, a, b, managed)
	})
}

func TestCopiesAreChecked(t *testing.T) {
	x := newFixture(t, 13, "")
	s, m, host := x.stream(), x.deviceMemory(8), x.pinnedMemory(make([]byte, 8))
	tests := []struct {
		name, message string
		err           error
	}{
		{"sizes differ", "the destination has 8 bytes, the source 4", s.Copy(m, host.Part(0, 4))},
		{"slice too long", "the destination has 8 bytes, the source 9", cuda.Upload(m, make([]byte, 9))},
		{"slice too short", "the destination has 7 bytes, the source 8", cuda.Download(make([]byte, 7), m)},
		{"behind the end", "4 bytes at offset 5 are outside of a block of device memory of 8 bytes", cuda.Copy(m.Part(5, 4), host.Part(0, 4))},
		{"offset behind the end", "0 bytes at offset 9", s.Fill(m.Part(9, 0), 0)},
		{"negative offset", "at offset -1", cuda.Fill(m.Part(-1, 4), 0)},
		{"negative size", "-4 bytes at offset 8", cuda.Fill(m.Part(8, -4), 0)},
		{"overflow", "are outside of", cuda.Fill(m.Part(4, math.MaxInt), 0)},
		{"no memory", "the zero Part is no memory", cuda.Fill(cuda.Part{}, 0)},
		{"source outside", "at offset 8", s.Copy(m.Part(0, 1), host.Part(8, 1))},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			assert.ErrorContains(t, test.err, test.message)
		})
	}
	x.closeAll(s, m, host)
	x.assertNothingLeft()
}

func TestAllocationsAreChecked(t *testing.T) {
	onEachMajor(t, `{"devices": [{"memory_bytes": 1048576}]}`, func(t *testing.T, x *fixture) {
		_, err := x.device.AllocDevice(1 << 40)
		require.ErrorIs(t, err, cuda.ErrOutOfMemory)
		assert.ErrorContains(t, err, "asked for 1099511627776 bytes, the device has ")
		assert.False(t, cuda.IsSticky(err))
		for name, alloc := range map[string]func(int) error{
			"device":  func(n int) error { _, err := x.device.AllocDevice(n); return err },
			"pinned":  func(n int) error { _, err := x.device.AllocPinned(n); return err },
			"managed": func(n int) error { _, err := x.device.AllocManaged(n); return err },
		} {
			assert.ErrorContains(t, alloc(-1), "-1 bytes, expected 0 or more", name)
		}
	})
}

func TestEmptyMemory(t *testing.T) {
	onEachMajor(t, "", func(t *testing.T, x *fixture) {
		s, device, pinned := x.stream(), x.deviceMemory(0), x.pinnedMemory(nil)
		managed, err := x.device.AllocManaged(0)
		require.NoError(t, err)
		assert.Zero(t, device.Address())
		assert.Zero(t, device.Size())
		assert.Empty(t, pinned.Bytes())
		assert.Empty(t, managed.Bytes())
		assert.NoError(t, s.Copy(device, pinned))
		assert.NoError(t, s.Fill(device, 1))
		assert.NoError(t, cuda.Upload(device, nil))
		x.closeAll(s, device, pinned, managed)
	})
}
