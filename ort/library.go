package ort

import (
	"errors"
	"fmt"
	"path/filepath"
	"sync"

	ortgo "github.com/yalue/onnxruntime_go"

	"github.com/trtbench/trtbench/bench"
	"github.com/trtbench/trtbench/internal/library"
)

// ErrClosed is the error of using a library, target or lanes after Close.
var ErrClosed = errors.New("already closed")

// LoadOptions say where ONNX Runtime is looked for and what it logs. The zero value is fine for both.
type LoadOptions struct {
	Paths   []string // files or folders that are searched first, as given to --library-path
	Verbose bool     // ONNX Runtime writes its warnings to standard error; otherwise nothing
}

// Library is a loaded ONNX Runtime. It is safe for concurrent use. Close it after its targets.
type Library struct {
	path    string
	version string

	mu      sync.Mutex
	targets int
	closed  bool
}

// process is the one environment that ONNX Runtime allows in a process, shared by all libraries that are open.
var process struct {
	sync.Mutex
	path    string
	version string
	uses    int
}

// Load finds ONNX Runtime and loads it, or shares the one that is loaded already. A process can hold only one: asking for
// another file while a library is open is an error that names both. A file whose version lacks the interface this
// program was built for is refused before it is loaded. The error of a fruitless search lists every place tried.
func Load(options LoadOptions) (*Library, error) {
	process.Lock()
	defer process.Unlock()
	if process.uses > 0 && len(options.Paths) == 0 {
		process.uses++
		return &Library{path: process.path, version: process.version}, nil
	}
	open := func(path string) (*Library, error) { return openLibrary(path, options.Verbose) }
	lib, _, err := library.Load(library.ONNXRuntime, options.Paths, open)
	if err != nil {
		err = fmt.Errorf("ort: load ONNX Runtime: %w", err)
		if notFound := (*library.NotFoundError)(nil); errors.As(err, &notFound) {
			return nil, bench.Unavailable(err)
		}
		return nil, err
	}
	return lib, nil
}

// openLibrary opens the file, or shares it when it is open. The process is locked.
func openLibrary(path string, verbose bool) (*Library, error) {
	real, err := filepath.EvalSymlinks(path)
	if err != nil {
		return nil, err
	}
	if process.uses > 0 {
		if real != process.path {
			return nil, fmt.Errorf("ONNX Runtime is loaded from %s already, and a process can hold only one: close that library first", process.path)
		}
		process.uses++
		return &Library{path: process.path, version: process.version}, nil
	}
	version, err := fileVersion(real)
	if err != nil {
		return nil, err
	}
	if err := checkVersion(version); err != nil {
		return nil, err
	}
	ortgo.SetSharedLibraryPath(real)
	level := ortgo.WithLogLevelFatal()
	if verbose {
		level = ortgo.WithLogLevelWarning()
	}
	if err := ortgo.InitializeEnvironment(level); err != nil {
		return nil, fmt.Errorf("start ONNX Runtime (interface %d): %w", interfaceVersion, err)
	}
	process.path, process.version, process.uses = real, ortgo.GetVersion(), 1
	return &Library{path: real, version: process.version}, nil
}

// Path returns the file that was loaded, with links resolved.
func (l *Library) Path() string { return l.path }

// Version returns the version of ONNX Runtime, as in "1.32.0".
func (l *Library) Version() string { return l.version }

// Close gives the library back; ONNX Runtime is unloaded with the last one. It is an error while targets are open. A
// second call does nothing.
func (l *Library) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return nil
	}
	if l.targets > 0 {
		return fmt.Errorf("ort: close library: %d of its targets are still open; close them first", l.targets)
	}
	l.closed = true
	process.Lock()
	defer process.Unlock()
	process.uses--
	if process.uses > 0 {
		return nil
	}
	if err := ortgo.DestroyEnvironment(); err != nil {
		return fmt.Errorf("ort: close library: %w", err)
	}
	return nil
}

// acquire counts one more target.
func (l *Library) acquire() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return fmt.Errorf("the library is %w", ErrClosed)
	}
	l.targets++
	return nil
}

func (l *Library) release() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.targets--
}
