// Package trttest brings up a simulated GPU with TensorRT inside a test, so that code which runs engines can be tested where there
// is no GPU:
//
//	func TestMyService(t *testing.T) {
//		lib := trttest.Start(t)
//		target, err := trt.NewTarget(lib, 0, trttest.Plan(t, plan), trt.TargetOptions{})
//		…
//	}
//
// [Plan] makes an engine from its description, [Engine] from an ONNX file.
//
// The simulated libraries are compiled once, by the C++ compiler that cgo needs anyway, and opened as NVIDIA's are: what a test
// runs through is what runs on a GPU. Times come from the plan and the wall clock; everything says that it is simulated.
package trttest

import (
	"encoding/json"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/trtbench/trtbench/csrc/sim"
	"github.com/trtbench/trtbench/cuda"
	"github.com/trtbench/trtbench/trt"
)

// Option changes what Start brings up.
type Option func(*config)

type config struct {
	major    int
	device   string
	log      *slog.Logger
	noParser bool
}

// Major chooses TensorRT 10 or 11; the default is 11.
func Major(major int) Option { return func(c *config) { c.major = major } }

// Device configures the simulated GPUs: their number, memory, speed and faults, in JSON as package sim describes it. A test with
// this option cannot run in parallel with others on the same major, because they share the device.
func Device(json string) Option { return func(c *config) { c.device = json } }

// WithoutParser leaves the library of the ONNX parser away, as an installation without it does: engines run, none can be built.
func WithoutParser() Option { return func(c *config) { c.noParser = true } }

// Logger gives the logger for TensorRT's messages; by default those from warnings up go to the test's output.
func Logger(log *slog.Logger) Option { return func(c *config) { c.log = log } }

// Start loads the simulated TensorRT and CUDA runtime. It ends the test when that fails. What the test opened must be closed
// before it ends; the library is closed by the test's cleanup, which fails the test when something is still open.
func Start(t testing.TB, options ...Option) *trt.Library {
	t.Helper()
	c := config{major: 11}
	for _, option := range options {
		option(&c)
	}
	if c.log == nil {
		c.log = slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn}))
	}
	folder, err := sim.Build(t.Context(), c.major)
	if err != nil {
		t.Fatalf("trttest: start: %v", err)
	}
	if c.noParser {
		folder = withoutParser(t, folder, c.major)
	}
	enter(t, &c)
	runtime, lib, err := load(folder, &c)
	if err != nil {
		leave(&c)
		t.Fatalf("trttest: start: %v", err)
	}
	t.Cleanup(func() {
		defer leave(&c)
		if err := unload(runtime, lib, &c); err != nil {
			t.Errorf("trttest: the test left something open: %v", err)
		}
	})
	return lib
}

// withoutParser returns a folder with links to all libraries of another one but the parser.
func withoutParser(t testing.TB, folder string, major int) string {
	t.Helper()
	linked := t.TempDir()
	files, err := os.ReadDir(folder)
	for _, file := range files {
		if file.Name() != sim.Parser(major) {
			err = errors.Join(err, os.Symlink(filepath.Join(folder, file.Name()), filepath.Join(linked, file.Name())))
		}
	}
	if err != nil {
		t.Fatalf("trttest: start: %v", err)
	}
	return linked
}

// load configures the device before TensorRT asks it for anything.
func load(folder string, c *config) (*cuda.Library, *trt.Library, error) {
	runtime, err := cuda.Load(cuda.WithLibraryPath(folder), cuda.WithLogger(c.log))
	if err != nil {
		return nil, nil, err
	}
	if c.device != "" {
		err = runtime.Runtime().SimConfigure(c.device)
	}
	if err == nil {
		var lib *trt.Library
		lib, err = trt.Load(trt.WithLibraryPath(folder), trt.WithMajor(c.major), trt.WithCUDA(runtime), trt.WithLogger(c.log))
		if err == nil {
			return runtime, lib, nil
		}
	}
	return nil, nil, errors.Join(err, runtime.Close())
}

// unload closes the libraries and gives the device its default configuration for the next test.
func unload(runtime *cuda.Library, lib *trt.Library, c *config) error {
	err := lib.Close()
	if c.device != "" {
		err = errors.Join(err, runtime.Runtime().SimConfigure(""))
	}
	return errors.Join(err, runtime.Close())
}

// Plan writes a plan to a file that lives as long as the test, and returns its path. It ends the test when the plan is invalid.
func Plan(t testing.TB, plan sim.Plan) string {
	t.Helper()
	if err := plan.Validate(); err != nil {
		t.Fatalf("trttest: plan: %v", err)
	}
	text, err := json.MarshalIndent(plan, "", "  ")
	if err != nil {
		t.Fatalf("trttest: plan: %v", err)
	}
	path := filepath.Join(t.TempDir(), "model.sim.json")
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatalf("trttest: plan: %v", err)
	}
	return path
}

// Engine builds an ONNX file with the simulated TensorRT and returns the path of the engine, which lives as long as the test. It
// ends the test when the build fails. Times of such an engine follow rules that README.md of package sim tells.
func Engine(t testing.TB, lib *trt.Library, model string, options trt.BuildOptions) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "model.sim.json")
	file, err := os.Create(path)
	if err != nil {
		t.Fatalf("trttest: engine: %v", err)
	}
	_, err = lib.Build(t.Context(), 0, model, file, options)
	if err := errors.Join(err, file.Close()); err != nil {
		t.Fatalf("trttest: engine: %v", err)
	}
	return path
}

// The libraries stay mapped, and the device of a major belongs to the whole process.
var (
	mu         sync.Mutex
	users      = map[int]int{}  // by major
	configured = map[int]bool{} // whether the one user changed the device
)

// enter makes sure that nobody changes the device while others use it.
func enter(t testing.TB, c *config) {
	t.Helper()
	mu.Lock()
	defer mu.Unlock()
	if configured[c.major] || c.device != "" && users[c.major] > 0 {
		t.Fatalf("trttest: start: another test uses the simulated device of TensorRT %d, and one of the two configures it; "+
			"such tests cannot run in parallel", c.major)
	}
	users[c.major]++
	configured[c.major] = c.device != ""
}

func leave(c *config) {
	mu.Lock()
	defer mu.Unlock()
	users[c.major]--
	configured[c.major] = false
}
