package tritontest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"
)

const (
	startLimit = 90 * time.Second // for a machine that is busy with other tests
	startTries = 3                // another process may take a port between our choice and the server's
	pollEvery  = 50 * time.Millisecond
)

// ErrNotFetched says that the real server is not on this machine.
var ErrNotFetched = errors.New("tritontest: no Triton server is here; fetch it: make triton-deps (105 MB)")

// Server is a running real Triton server with the models of testdata/triton. Its methods are safe for concurrent use.
type Server struct {
	GRPC    string // addresses, host:port
	HTTP    string
	Metrics string

	process *process
}

var shared struct {
	sync.Mutex
	server *Server
}

// Start returns the real server that the tests of this package share; the first call brings it up. It skips the test where the server
// was not fetched. When the test fails, the end of the server's log is added to its output; when the server ended during the test, the
// output says so: it has crashed under load before, and that is no fault of its client. A package that calls Start ends it by Main.
func Start(t testing.TB) *Server {
	t.Helper()
	shared.Lock()
	defer shared.Unlock()
	if shared.server != nil && shared.server.Err() != nil {
		shared.server = nil // what was left of it is gone; bring up another
	}
	if shared.server == nil {
		server, err := Launch(context.WithoutCancel(t.Context()))
		if errors.Is(err, ErrNotFetched) {
			t.Skip(err)
		}
		if err != nil {
			t.Fatal(err)
		}
		shared.server = server
	}
	server := shared.server
	t.Cleanup(func() {
		if err := server.Err(); err != nil {
			t.Logf("%v; the end of its log:\n%s", err, server.Log())
		} else if t.Failed() {
			t.Logf("the end of the server's log:\n%s", server.Log())
		}
	})
	return server
}

// Main runs the tests of a package, ends the server that they shared and looks for goroutines that they left. It does not return.
func Main(m *testing.M) {
	code := m.Run()
	shared.Lock()
	if shared.server != nil {
		shared.server.Stop()
	}
	shared.Unlock()
	if err := goleak.Find(); err != nil && code == 0 {
		fmt.Fprintln(os.Stderr, "tritontest:", err)
		code = 1
	}
	os.Exit(code)
}

// Launch brings up a server of one's own on free ports and returns when all its models are ready. Options are added to the server's
// command line. The caller stops it; it also ends with this process.
func Launch(ctx context.Context, options ...string) (*Server, error) {
	root, err := repository()
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	for try := 1; ; try++ {
		server, err := launch(ctx, root, options)
		if err == nil || try == startTries || ctx.Err() != nil {
			return server, err
		}
	}
}

func launch(ctx context.Context, root string, options []string) (*Server, error) {
	ports, err := freePorts(3)
	if err != nil {
		return nil, err
	}
	script := filepath.Join(root, "tools", "triton_server.sh")
	// The backend's processes talk through shared memory, which stays behind when they are killed.
	memory := "trtbench_test_" + ports[1] + "_"
	arguments := append(ports, "--backend-config=python,shm-region-prefix-name="+memory)
	process, err := startProcess(script, append(arguments, options...), func() { removeSharedMemory(memory) })
	if err != nil {
		return nil, fmt.Errorf("tritontest: start %s: %w", script, err)
	}
	address := func(i int) string { return net.JoinHostPort("127.0.0.1", ports[i]) }
	server := &Server{HTTP: address(0), GRPC: address(1), Metrics: address(2), process: process}
	if err := server.waitReady(ctx); err != nil {
		process.stop()
		return nil, fmt.Errorf("%w\n%s", err, process.log.String())
	}
	return server, nil
}

// waitReady returns when the server says that it and all its models are ready, or with the reason why that will not be.
func (s *Server) waitReady(ctx context.Context) error {
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	for {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+s.HTTP+"/v2/health/ready", nil)
		if err != nil {
			return fmt.Errorf("tritontest: start: %w", err)
		}
		if response, err := client.Do(request); err == nil {
			response.Body.Close()
			if response.StatusCode == http.StatusOK {
				return nil
			}
		}
		select {
		case <-s.process.ended:
			return s.Err()
		case <-ctx.Done():
			return fmt.Errorf("tritontest: start: the server is not ready after %v: %w", startLimit, ctx.Err())
		case <-tick.C:
		}
	}
}

// Err returns nil while the server runs, and then why it ended: stopped, or crashed by which signal.
func (s *Server) Err() error { return s.process.err() }

// Done is closed when the server has ended.
func (s *Server) Done() <-chan struct{} { return s.process.ended }

// Log returns the last lines that the server printed.
func (s *Server) Log() string { return s.process.log.String() }

// PID returns the server's process id, to read what it costs.
func (s *Server) PID() int { return s.process.cmd.Process.Pid }

// Stop asks the server to end and returns when it has; what does not end within five seconds is killed.
func (s *Server) Stop() { s.process.stop() }

// Kill ends the server without warning, as a crash would, and returns when it is gone.
func (s *Server) Kill() { s.process.kill() }

// repository returns the root of this project's working tree, if the server was fetched into it.
func repository() (string, error) {
	folder, err := os.Getwd()
	if err != nil {
		return "", fmt.Errorf("tritontest: start: %w", err)
	}
	for {
		if _, err := os.Stat(filepath.Join(folder, "tools", "triton_server.sh")); err == nil {
			break
		}
		parent := filepath.Dir(folder)
		if parent == folder {
			return "", ErrNotFetched
		}
		folder = parent
	}
	for _, part := range []string{"venv/.complete", "server/pytriton/tritonserver/bin/tritonserver"} {
		if _, err := os.Stat(filepath.Join(folder, ".deps", "triton", part)); err != nil {
			return "", ErrNotFetched
		}
	}
	return folder, nil
}

func removeSharedMemory(prefix string) {
	files, _ := filepath.Glob("/dev/shm/" + prefix + "*")
	for _, file := range files {
		_ = os.Remove(file)
	}
}

// freePorts returns ports of the loopback interface that nobody used a moment ago.
func freePorts(n int) ([]string, error) {
	ports := make([]string, n)
	for i := range ports {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, fmt.Errorf("tritontest: find a free port: %w", err)
		}
		defer listener.Close()
		ports[i] = strconv.Itoa(listener.Addr().(*net.TCPAddr).Port)
	}
	return ports, nil
}
