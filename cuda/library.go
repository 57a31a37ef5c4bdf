// Package cuda drives a CUDA device through the CUDA runtime library, which is found and loaded when the program runs: no part
// of CUDA is needed to build. Both major versions in use, 12 and 13, are supported, and several libraries can be open at once.
//
//	lib, err := cuda.Load()
//	…
//	device, err := lib.Device(0)
//	stream, err := device.NewStream()
//	defer stream.Close()
//
// # Threads
//
// The current device of CUDA belongs to the OS thread, and a goroutine moves between threads. So every method makes its own
// device current first, at the cost of one cheap query; callers need not lock their goroutine to a thread, except around
// Device.Use for other libraries that work on the current device.
//
// # Handles
//
// Streams, events, graphs and memory are handles. Each is safe for concurrent use as far as CUDA makes sense of it, must be
// closed by whoever made it, and answers ErrClosed afterwards; closing twice is no error. Closing a handle while another
// goroutine is inside one of its calls destroys it when that call returns. A handle that is dropped without Close is reported to
// the library's logger and freed by the garbage collector, some time. A Library can only be closed after all its handles.
//
// # Errors
//
// A failed call of the runtime is an *Error, which wraps its Code; test for one with errors.Is(err, cuda.ErrOutOfMemory), and
// for a lost device with IsSticky. Work on a stream is asynchronous: an error may come from work queued earlier.
package cuda

import (
	"fmt"
	"log/slog"
	"strings"
	"sync/atomic"

	"github.com/trtbench/trtbench/csrc"
	"github.com/trtbench/trtbench/internal/library"
)

// Library is one opened CUDA runtime library. It is safe for concurrent use.
type Library struct {
	rt      *csrc.Cudart
	path    string
	runtime Version
	driver  Version
	found   library.Result
	log     *slog.Logger
	guard   guard
	live    [kinds]atomic.Int64 // handles that are open

	simulated bool
}

// LoadOption changes how Load finds the library and what it does with it.
type LoadOption func(*loadConfig)

type loadConfig struct {
	paths []string
	log   *slog.Logger
}

// WithLibraryPath searches these files or folders first. A file that turns out to be unusable is an error; a folder that holds
// no CUDA runtime is passed by.
func WithLibraryPath(paths ...string) LoadOption {
	return func(c *loadConfig) { c.paths = append(c.paths, paths...) }
}

// WithLogger gives the logger that leaked handles are reported to; the default is slog.Default.
func WithLogger(log *slog.Logger) LoadOption {
	return func(c *loadConfig) { c.log = log }
}

// Load finds and opens the CUDA runtime; package library's documentation lists where it looks. A library newer than the driver
// is passed by when an older one is at hand. When none can be opened, the error wraps a *library.NotFoundError that names every
// place tried.
//
// Load succeeds without a driver or a device, so that versions can be told; Library.DeviceCount is what fails then.
// Close the library after use.
func Load(options ...LoadOption) (*Library, error) {
	config := loadConfig{log: slog.Default()}
	for _, option := range options {
		option(&config)
	}
	lib, found, err := library.Load(library.CUDART, config.paths, open)
	if err != nil {
		return nil, fmt.Errorf("cuda: load: %w", err)
	}
	lib.found, lib.log = found, config.log
	return lib, nil
}

// open opens the library at path and refuses one that the driver is too old for.
func open(path string) (*Library, error) {
	rt, err := csrc.OpenCudart(path)
	if err != nil {
		return nil, err
	}
	lib := &Library{rt: rt, path: path, simulated: rt.Simulated()}
	if err := lib.readVersions(); err != nil {
		rt.Close()
		return nil, err
	}
	return lib, nil
}

func (l *Library) readVersions() error {
	version, status := l.rt.RuntimeVersion()
	if err := l.status("cudaRuntimeGetVersion", status); err != nil {
		return err
	}
	l.runtime = Version(version)
	version, status = l.rt.DriverVersion()
	if err := l.status("cudaDriverGetVersion", status); err != nil {
		return err
	}
	l.driver = Version(version)
	if major := l.runtime.Major(); major != 12 && major != 13 {
		return fmt.Errorf("the library is CUDA runtime %s, expected major version 12 or 13", l.runtime)
	}
	if l.driver != 0 && l.driver.Major() < l.runtime.Major() {
		return fmt.Errorf("%w: the driver supports CUDA %s, the library is CUDA runtime %s",
			l.status("cudaDriverGetVersion", int(ErrInsufficientDriver)), l.driver, l.runtime)
	}
	return nil
}

// Close frees what the library's table takes; the library stays mapped. It is an error while handles are open or calls are
// running; the error counts the handles. Closing twice is none.
func (l *Library) Close() error {
	if l.guard.isClosed() {
		return nil
	}
	if !l.guard.tryClose() {
		return fmt.Errorf("cuda: close library: calls of it are still running")
	}
	if open := l.openHandles(); open != "" {
		l.guard.reopen()
		return fmt.Errorf("cuda: close library: still open: %s; close them first", open)
	}
	l.rt.Close()
	return nil
}

// openHandles counts the open handles, as in "2 × stream, 1 × event", or returns "".
func (l *Library) openHandles() string {
	var parts []string
	for k := range kinds {
		if n := l.live[k].Load(); n > 0 {
			parts = append(parts, fmt.Sprintf("%d × %s", n, k))
		}
	}
	return strings.Join(parts, ", ")
}

// Path returns the file that the library was loaded from.
func (l *Library) Path() string { return l.path }

// RuntimeVersion returns the version of the library.
func (l *Library) RuntimeVersion() Version { return l.runtime }

// DriverVersion returns the newest CUDA version that the driver supports, 0 when there is no driver.
func (l *Library) DriverVersion() Version { return l.driver }

// Simulated reports whether the library is the simulated CUDA runtime of csrc/sim and not NVIDIA's.
func (l *Library) Simulated() bool { return l.simulated }

// Search returns how the library was found: the places tried before it, with what was wrong there.
func (l *Library) Search() library.Result { return l.found }

// Runtime returns the table of functions, for package csrc's other parts. It is valid until the library is closed.
func (l *Library) Runtime() *csrc.Cudart { return l.rt }

// do calls the library inside its guard.
func (l *Library) do(call string, f func() int) error {
	if !l.guard.enter() {
		return fmt.Errorf("%w: the library was closed", ErrClosed)
	}
	defer l.guard.leave()
	return l.status(call, f())
}

// status turns a status code into an error.
func (l *Library) status(call string, status int) error {
	if status == 0 {
		return nil
	}
	return &Error{Code: Code(status), Name: l.rt.ErrorName(status), Text: l.rt.ErrorText(status), Call: call}
}
