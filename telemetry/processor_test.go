package telemetry

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// zone writes an energy counter as Linux shows it.
func zone(t *testing.T, root, zone, name, energy string) (file string) {
	t.Helper()
	folder := filepath.Join(root, zone)
	require.NoError(t, os.MkdirAll(folder, 0o755))
	for file, text := range map[string]string{"name": name + "\n", "energy_uj": energy, "max_energy_range_uj": "1000000000\n"} {
		require.NoError(t, os.WriteFile(filepath.Join(folder, file), []byte(text), 0o600))
	}
	return filepath.Join(folder, "energy_uj")
}

// Packages are added up, and what lies within them is not counted twice. Counters begin anew.
func TestProcessor(t *testing.T) {
	root := t.TempDir()
	first := zone(t, root, "intel-rapl:0", "package-0", "999000000\n")
	zone(t, root, "intel-rapl:0:0", "core", "5\n")
	zone(t, root, "intel-rapl:2", "psys", "7\n")
	second := zone(t, root, "intel-rapl:1", "package-1", "500000\n")
	p, err := OpenProcessor(root)
	require.NoError(t, err)
	assert.Equal(t, "CPU (2 packages)", p.Describe().Device)
	r := NewReading()
	require.NoError(t, p.Read(&r))
	assert.InDelta(t, 999.5, r.EnergyJoules, 1e-9)
	require.NoError(t, os.WriteFile(first, []byte("1500000\n"), 0o600))
	require.NoError(t, os.WriteFile(second, []byte("2500000\n"), 0o600))
	require.NoError(t, p.Read(&r))
	assert.InDelta(t, 1004, r.EnergyJoules, 1e-9)
	assert.Zero(t, testing.AllocsPerRun(100, func() { require.NoError(t, p.Read(&r)) }))

	require.NoError(t, os.WriteFile(second, []byte("none\n"), 0o600))
	r = NewReading()
	assert.ErrorContains(t, p.Read(&r), `holds "none\n"`)
	require.NoError(t, p.Close())
}

func TestProcessorThatDoesNotTell(t *testing.T) {
	_, err := OpenProcessor(t.TempDir())
	require.ErrorIs(t, err, fs.ErrNotExist)

	root := t.TempDir()
	zone(t, root, "intel-rapl:0", "package-0", "")
	_, err = OpenProcessor(root)
	require.ErrorContains(t, err, `holds ""`)

	file := zone(t, root, "intel-rapl:0", "package-0", "1")
	require.NoError(t, os.Chmod(file, 0))
	if os.Geteuid() != 0 { // to whom nothing is closed
		_, err = OpenProcessor(root)
		require.ErrorIs(t, err, fs.ErrPermission)
	}
	require.NoError(t, os.Remove(file))
	_, err = OpenProcessor(root)
	assert.ErrorIs(t, err, fs.ErrNotExist)
}

func FuzzDigits(f *testing.F) {
	for _, text := range []string{"0", "18446744073709551615\n", "18446744073709551616", "12\n34", "", "-1", " 1"} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		line, _, _ := bytes.Cut(text, []byte("\n"))
		want, err := strconv.ParseUint(string(line), 10, 64)
		got, ok := digits(text)
		if ok {
			require.NoError(t, err)
			assert.Equal(t, want, got)
		} else if err == nil {
			assert.Greater(t, want, uint64(1<<63), "only what no counter reaches is refused")
		}
	})
}
