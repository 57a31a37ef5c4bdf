package sim

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestDevice runs the cases of testdata/driver, a C++ program that opens the libraries as a user does.
func TestDevice(t *testing.T) { runDriver(t, nil) }

// TestDeviceSanitized is TestDevice with libraries and driver under the address and undefined behaviour sanitizers.
func TestDeviceSanitized(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the libraries once more; skipped with -short")
	}
	runDriver(t, []string{"-g", "-fsanitize=address,undefined", "-fno-sanitize-recover=undefined"})
}

func runDriver(t *testing.T, flags []string) {
	t.Helper()
	base, err := cacheFolder()
	require.NoError(t, err)
	folder, err := builder{base: base, extra: flags}.build(t.Context())
	require.NoError(t, err)
	driver := buildDriver(t, flags)
	list, err := exec.Command(driver, "list").Output()
	require.NoError(t, err)
	for name := range strings.SplitSeq(strings.TrimSpace(string(list)), "\n") {
		for _, major := range majors {
			t.Run(fmt.Sprintf("%s/%d", name, major), func(t *testing.T) {
				ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
				defer cancel()
				command := exec.CommandContext(ctx, driver, folder, "../../testdata/plans", fmt.Sprint(major), name)
				command.Env = append(os.Environ(), "ASAN_OPTIONS=detect_leaks=0", EnvDevice+"=", EnvCalls+"=", EnvVersion+"=")
				output, err := command.CombinedOutput()
				require.NoError(t, err, "%s", output)
			})
		}
	}
}

// buildDriver compiles the test program.
func buildDriver(t testing.TB, flags []string) string {
	t.Helper()
	cxx, err := findCompiler()
	require.NoError(t, err)
	found, err := filepath.Glob("testdata/driver/*.cc")
	require.NoError(t, err)
	driver := filepath.Join(t.TempDir(), "driver")
	args := append([]string{"-std=c++17", "-O1", "-Wall", "-Wextra", "-Werror", "-pthread", "-o", driver}, flags...)
	_, err = cxx.output(t.Context(), "", append(append(args, found...), "-ldl")...)
	require.NoError(t, err)
	return driver
}

// BenchmarkRound reports what a round with a zero-time engine costs the libraries, in processor time: event, launch, event,
// synchronize, two times read.
func BenchmarkRound(b *testing.B) {
	folder, err := Build(b.Context(), 11)
	require.NoError(b, err)
	driver := buildDriver(b, nil)
	for b.Loop() {
		output, err := exec.Command(driver, filepath.Dir(folder), "../../testdata/plans", "11", "bench").CombinedOutput()
		require.NoError(b, err, "%s", output)
		for line := range strings.Lines(string(output)) {
			var name, unit string
			var value float64
			_, err := fmt.Sscan(line, &name, &value, &unit)
			require.NoError(b, err, "%s", line)
			b.ReportMetric(value, name+"-"+unit)
		}
	}
}
