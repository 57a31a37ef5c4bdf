package trt

import (
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/trtbench/trtbench/csrc"
	"github.com/trtbench/trtbench/cuda"
	"github.com/trtbench/trtbench/internal/library"
)

// Library is a loaded TensorRT beside the CUDA runtime that it works with. It is safe for concurrent use.
type Library struct {
	nvinfer   *csrc.NVInfer
	path      string
	version   Version
	simulated bool
	found     library.Result
	cuda      *cuda.Library
	ownsCUDA  bool
	log       *slog.Logger
	sink      *logSink
	logger    *sharedLogger
	node      *node
	paths     []string // given to Load

	parserMu sync.Mutex
	parser   *csrc.ONNXParser // nil until a build needs it
}

// LoadOption changes how Load finds the library and what it does with it.
type LoadOption func(*loadConfig)

type loadConfig struct {
	paths   []string
	major   int
	plugins []string
	cuda    *cuda.Library
	log     *slog.Logger
}

// WithLibraryPath searches these files or folders first, for TensorRT, its plugin library and the CUDA runtime.
func WithLibraryPath(paths ...string) LoadOption {
	return func(c *loadConfig) { c.paths = append(c.paths, paths...) }
}

// WithMajor loads TensorRT 10 or 11 and no other. An engine runs on the version that built it, see [ReadPlanHeader]. By default
// the newest that is found is taken.
func WithMajor(major int) LoadOption {
	return func(c *loadConfig) { c.major = major }
}

// WithPlugins loads the user's plugin libraries, after TensorRT's own.
func WithPlugins(paths ...string) LoadOption {
	return func(c *loadConfig) { c.plugins = append(c.plugins, paths...) }
}

// WithCUDA works with a CUDA runtime that is open already. It stays the caller's, who closes it after the Library.
func WithCUDA(lib *cuda.Library) LoadOption {
	return func(c *loadConfig) { c.cuda = lib }
}

// WithLogger gives the logger for TensorRT's messages and this package's warnings; the default is slog.Default. Whether
// TensorRT's verbose messages are wanted is asked of it once, when the library is loaded.
func WithLogger(log *slog.Logger) LoadOption {
	return func(c *loadConfig) { c.log = log }
}

// Load finds and opens the CUDA runtime, then TensorRT and its plugins. It succeeds without a driver or a device, so that
// versions can be told; [Library.NewRuntime] is what fails then. When a library cannot be found, the error wraps a
// *library.NotFoundError that names every place tried. Close the library after use.
func Load(options ...LoadOption) (*Library, error) {
	config := loadConfig{log: slog.Default()}
	for _, option := range options {
		option(&config)
	}
	l := &Library{log: config.log, cuda: config.cuda, paths: config.paths}
	if err := l.load(&config); err != nil {
		return nil, unavailable(errors.Join(fmt.Errorf("trt: load: %w", err), l.free()))
	}
	return l, nil
}

func (l *Library) load(config *loadConfig) (err error) {
	if config.major != 0 && config.major != 10 && config.major != 11 {
		return fmt.Errorf("TensorRT %d was asked for, this program knows 10 and 11", config.major)
	}
	if l.cuda == nil {
		l.cuda, err = cuda.Load(cuda.WithLibraryPath(config.paths...), cuda.WithLogger(config.log))
		if err != nil {
			return err
		}
		l.ownsCUDA = true
	}
	l.nvinfer, l.found, err = library.Load(nvinferSpec(config.major), config.paths, func(path string) (*csrc.NVInfer, error) {
		return openNVInfer(path, config.major)
	})
	if err != nil {
		return err
	}
	l.version = versionOf(l.nvinfer.Version())
	l.path = l.found.Candidates[len(l.found.Candidates)-1]
	l.simulated = l.nvinfer.HasSymbol("trtbenchSimDevice")
	if err := l.checkPair(); err != nil {
		return err
	}
	if l.logger = loggerOf(l.path); l.logger == nil {
		return errHostMemory
	}
	l.sink = newLogSink(config.log)
	l.logger.attach(l.sink)
	if l.node, err = openNode(nil, "library TensorRT "+l.version.String()); err != nil {
		return err
	}
	l.loadOwnPlugins(config.paths)
	for _, path := range config.plugins {
		if err := csrc.LoadPlugins(path); err != nil {
			return fmt.Errorf("plugin library %s: %w", path, err)
		}
	}
	return nil
}

// nvinferSpec looks for the wanted major first, and for any other last, so that a version that cannot be used is named in the
// error instead of passed over.
func nvinferSpec(major int) library.Spec {
	spec := library.NVInfer
	if major != 0 {
		spec.Names = []string{fmt.Sprintf("libnvinfer.so.%d", major)}
	}
	spec.Names = append(slices.Clone(spec.Names), "libnvinfer.so.[0-9]*")
	return spec
}

// openNVInfer refuses by its name what need not be opened: TensorRT takes half a second and 200 MB to load.
func openNVInfer(path string, major int) (*csrc.NVInfer, error) {
	named := majorOfName(path)
	if named != 0 {
		if err := csrc.CheckVersion(named*10000, path); err != nil {
			return nil, err
		}
	}
	if major != 0 && named != 0 && named != major {
		return nil, fmt.Errorf("this is TensorRT %d, and %d was asked for", named, major)
	}
	n, err := csrc.OpenNVInfer(path)
	if err != nil {
		return nil, err
	}
	version := versionOf(n.Version())
	if major != 0 && version.Major != major {
		n.Close()
		return nil, fmt.Errorf("this is TensorRT %v, and %d was asked for", version, major)
	}
	return n, nil
}

// majorOfName returns 10 for "libnvinfer.so.10.15.1", and 0 for a name without a version.
func majorOfName(path string) int {
	_, version, _ := strings.Cut(filepath.Base(path), ".so.")
	major, _, _ := strings.Cut(version, ".")
	n, err := strconv.Atoi(major)
	if err != nil {
		return 0
	}
	return n
}

// checkPair refuses a simulated library beside a real one: each takes the other's handles for addresses.
func (l *Library) checkPair() error {
	if simulated := l.cuda.Runtime().Simulated(); l.simulated == simulated &&
		(!simulated || filepath.Dir(l.path) == filepath.Dir(l.cuda.Path())) {
		return nil
	}
	kind := map[bool]string{true: "simulated", false: "real"}
	return fmt.Errorf("%s is a %s TensorRT and %s a %s CUDA runtime, which do not belong together; give one folder that holds both",
		l.path, kind[l.simulated], l.cuda.Path(), kind[l.cuda.Runtime().Simulated()])
}

// loadOwnPlugins registers TensorRT's plugins. Few engines need them, so their absence is no error: an engine that does says so
// when it is read. The simulated library has none.
func (l *Library) loadOwnPlugins(paths []string) {
	if l.simulated {
		return
	}
	spec := library.NVInferPlugin
	spec.Names = []string{fmt.Sprintf("libnvinfer_plugin.so.%d", l.version.Major)}
	path := filepath.Join(filepath.Dir(l.path), spec.Names[0])
	found, err := library.Find(spec, append([]string{filepath.Dir(l.path)}, paths...)...)
	if err != nil {
		l.log.Warn("trt: TensorRT's plugin library was not found; engines that use its plugins cannot be read", "expected", path)
		return
	}
	if err := l.operate("register plugins", func() (int, error) {
		return l.nvinfer.InitPlugins(found.Candidates[0], l.logger.logger)
	}); err != nil {
		l.log.Warn("trt: TensorRT's plugins were not registered; engines that use them cannot be read", "error", err)
	}
}

// Version returns the version of the loaded TensorRT.
func (l *Library) Version() Version { return l.version }

// Path returns the file that TensorRT was loaded from.
func (l *Library) Path() string { return l.path }

// Simulated reports whether this is the simulated device instead of NVIDIA's library.
func (l *Library) Simulated() bool { return l.simulated }

// Search returns how TensorRT was found: the places tried before it, with what was wrong there.
func (l *Library) Search() library.Result { return l.found }

// CUDA returns the CUDA runtime that the library works with.
func (l *Library) CUDA() *cuda.Library { return l.cuda }

// Close ends the use of the library, which stays mapped. It is an error while runtimes are open. Closing twice is none.
func (l *Library) Close() error { return l.node.close(l.free) }

// free gives back what load got, as far as it came.
func (l *Library) free() error {
	if l.logger != nil {
		l.logger.detach(l.sink)
		l.sink.close()
	}
	if l.parser != nil {
		l.parser.Close()
	}
	if l.nvinfer != nil {
		l.nvinfer.Close()
	}
	if l.ownsCUDA {
		return l.cuda.Close()
	}
	return nil
}

// operate runs an operation and describes its failure, with what TensorRT logged meanwhile.
func (l *Library) operate(operation string, f func() (status int, err error)) error {
	l.sink.clearError()
	status, err := f()
	l.sink.flush()
	if status == csrc.OK && err == nil {
		return nil
	}
	failure := &Error{Operation: operation, Log: l.sink.takeError(), Err: err}
	if method, absent := csrc.AbsentMethod(status); absent {
		failure.Err = newAbsentError(method, l.version)
	} else if status > 0 {
		failure.Err = cudaError(l.cuda, operation, status)
	}
	return failure
}

// try is operate for a call that has no error but its status.
func (l *Library) try(operation string, f func() int) error {
	return l.operate(operation, func() (int, error) { return f(), nil })
}

// failure describes a call of the C part that failed while the operation ran, with what TensorRT logged meanwhile.
func (l *Library) failure(operation, call string, status int) error {
	l.sink.flush()
	e := &Error{Operation: operation, Log: l.sink.takeError()}
	if status > 0 {
		e.Err = cudaError(l.cuda, call, status)
	} else {
		e.Err = errors.New(call + " was refused")
	}
	return e
}
