package sim

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
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

// TestPlansAgree shows both readers of plans the same texts: what Parse takes, the libraries take; what it refuses, they refuse.
func TestPlansAgree(t *testing.T) {
	folder, err := Build(t.Context(), 11)
	require.NoError(t, err)
	driver := buildDriver(t, nil)
	taken := func(text string) string {
		command := exec.Command(driver, filepath.Dir(folder), "../../testdata/plans", "11", "plan")
		command.Stdin = strings.NewReader(text)
		output, err := command.CombinedOutput()
		require.NoError(t, err, "%s", output)
		return string(output)
	}
	for _, file := range planFiles(t) {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		assert.Equal(t, "taken\n", taken(string(text)), file)
	}
	assert.Equal(t, "taken\n", taken(tiny("")))
	assert.Equal(t, "taken\n", taken(builtPlan))
	for _, c := range faultyPlans {
		if c.name == "not UTF-8" {
			continue // the library does not look at the bytes of a text
		}
		assert.NotContains(t, taken(c.text), "taken", c.name)
	}
}

// The simulated parser gives the answers of NVIDIA's to models of all kinds, error codes and nodes included, and NVIDIA's can fill
// a simulated network, from which the same interface is built.
func TestParserAnswersLikeNVIDIAs(t *testing.T) {
	for _, real := range []struct {
		major  int
		parser string
	}{{10, "tensorrt-10.15/libnvonnxparser.so.10"}, {11, "tensorrt-11.2/libnvonnxparser.so.11"}} {
		t.Run(fmt.Sprint(real.major), func(t *testing.T) {
			parser, err := filepath.Abs(filepath.Join("../../.deps", real.parser))
			require.NoError(t, err)
			if _, err := os.Stat(parser); err != nil {
				t.Skipf("%s is not there; run make tensorrt (1 GB)", parser)
			}
			folder, err := Build(t.Context(), real.major)
			require.NoError(t, err)
			answers := func(library ...string) string {
				arguments := append([]string{filepath.Dir(folder), "../../testdata/plans", fmt.Sprint(real.major), "parity"}, library...)
				output, err := exec.Command(buildDriver(t, nil), arguments...).Output()
				require.NoError(t, err, "%s", output)
				return string(output)
			}
			assert.Equal(t, answers(parser), answers())
		})
	}
}

// The plan of a model is the same in every build, and Parse takes what the builder writes.
func TestBuiltPlan(t *testing.T) {
	folder, err := Build(t.Context(), 11)
	require.NoError(t, err)
	built, err := exec.Command(buildDriver(t, nil), filepath.Dir(folder), "../../testdata/plans", "11", "built").CombinedOutput()
	require.NoError(t, err, "%s", built)
	plan, err := Parse(built)
	require.NoError(t, err)
	assert.Equal(t, FunctionStreamingAcoustic, plan.Function)
	assert.Equal(t, []string{"tf32", "strongly_typed"}, plan.Build.Flags)
	const golden = "testdata/built.sim.json"
	if *update {
		require.NoError(t, os.WriteFile(golden, built, 0o644))
	}
	want, err := os.ReadFile(golden)
	require.NoError(t, err)
	assert.Equal(t, string(want), string(built), "run the test with -update when a rule of the builder has changed")
}

var update = flag.Bool("update", false, "write the golden file of the builder anew")

// plainDriver is the test program without a sanitizer, built once for all tests into driverDir.
var (
	plainDriver = sync.OnceValues(func() (string, error) { return compileDriver(driverDir, nil) })
	driverDir   string
)

func TestMain(m *testing.M) {
	var err error
	if driverDir, err = os.MkdirTemp("", "trtbench-sim-driver-"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	status := m.Run()
	_ = os.RemoveAll(driverDir)
	os.Exit(status)
}

func buildDriver(t testing.TB, flags []string) string {
	t.Helper()
	driver, err := plainDriver()
	if flags != nil {
		driver, err = compileDriver(t.TempDir(), flags)
	}
	require.NoError(t, err)
	return driver
}

// compileDriver compiles the files of the test program, several at a time.
func compileDriver(dir string, flags []string) (string, error) {
	cxx, err := findCompiler()
	if err != nil {
		return "", err
	}
	found, err := filepath.Glob("testdata/driver/*.cc")
	if err != nil {
		return "", err
	}
	common := append([]string{"-std=c++17", "-Wall", "-Wextra", "-Werror", "-pthread"}, flags...)
	driver := filepath.Join(dir, "driver")
	link := append(slices.Clone(common), "-o", driver)
	var tasks []func(context.Context) error
	for _, file := range found {
		object := filepath.Join(dir, filepath.Base(file)+".o")
		link = append(link, object)
		tasks = append(tasks, func(ctx context.Context) error {
			_, err := cxx.output(ctx, "", append(slices.Clone(common), "-c", "-o", object, file)...)
			return err
		})
	}
	if err := together(context.Background(), tasks); err != nil {
		return "", err
	}
	_, err = cxx.output(context.Background(), "", append(link, "-ldl")...)
	return driver, err
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
