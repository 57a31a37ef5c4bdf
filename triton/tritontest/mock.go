package tritontest

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"sync"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"

	"github.com/trtbench/trtbench/triton/kserve"
)

// MockOptions say how a Mock is reached and what time it has. The zero value is a mock on free ports of the loopback interface.
type MockOptions struct {
	GRPC, HTTP string      // addresses to listen on, host:port; "": a free port
	Clock      Clock       // nil: WallClock
	TLS        *tls.Config // for gRPC; nil: none
	// Metrics is the Prometheus text at /metrics of the HTTP address; nil: the counters of the models.
	Metrics func() string
}

// Mock is a server of the open inference protocol over gRPC and HTTP that takes as long, and fails, as it is told. It answers the
// requests of a load test at a rate that is far above what a real server reaches. Its methods are safe for concurrent use.
type Mock struct {
	options  MockOptions
	clock    Clock
	stations map[string]*station // by model; never changes
	names    []string            // of the models, sorted

	mu         sync.Mutex
	grpc       *grpc.Server
	http       *http.Server
	serving    sync.WaitGroup
	listeners  []*trackedListener
	violations []string
}

// NewMock brings up a mock that lives as long as the test. It ends the test when that fails, and fails it when sequences or carried
// states were wrong, see Violations.
func NewMock(t testing.TB, options MockOptions, models ...Model) *Mock {
	t.Helper()
	mock, err := OpenMock(options, models...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		mock.Close()
		for _, violation := range mock.Violations() {
			t.Errorf("tritontest: %s", violation)
		}
	})
	return mock
}

// OpenMock brings up a mock. The caller closes it.
func OpenMock(options MockOptions, models ...Model) (*Mock, error) {
	m := &Mock{options: options, clock: options.Clock, stations: map[string]*station{}}
	if m.clock == nil {
		m.clock = WallClock{}
	}
	for _, model := range models {
		name := model.Config.GetName()
		if m.stations[name] != nil {
			return nil, fmt.Errorf("tritontest: open mock: two models are called %q", name)
		}
		m.stations[name] = &station{clock: m.clock, model: model.clone()}
		m.names = append(m.names, name)
	}
	slices.Sort(m.names)
	for _, address := range []*string{&m.options.GRPC, &m.options.HTTP} {
		if *address == "" {
			*address = "127.0.0.1:0"
		}
	}
	if err := m.Restart(); err != nil {
		return nil, err
	}
	return m, nil
}

// Addr returns the address for gRPC, host:port.
func (m *Mock) Addr() string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.options.GRPC
}

// HTTPAddr returns the address for HTTP, host:port.
func (m *Mock) HTTPAddr() string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.options.HTTP
}

// Restart listens again, on the addresses as before, after Kill. Statistics go on; sequences are forgotten.
func (m *Mock) Restart() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.grpc != nil {
		return errors.New("tritontest: restart mock: it is running; kill it first")
	}
	var listeners []*trackedListener
	for _, address := range []*string{&m.options.GRPC, &m.options.HTTP} {
		listener, err := net.Listen("tcp", *address)
		if err != nil {
			for _, l := range listeners {
				l.Close()
			}
			return fmt.Errorf("tritontest: start mock: %w", err)
		}
		*address = listener.Addr().String()
		listeners = append(listeners, newTrackedListener(listener))
	}
	m.listeners = listeners
	m.grpc, m.http = m.newGRPC(), &http.Server{Handler: m.newREST()}
	grpcServer, httpServer := m.grpc, m.http
	m.serving.Go(func() { _ = grpcServer.Serve(listeners[0]) }) // ends by Kill
	m.serving.Go(func() { _ = httpServer.Serve(listeners[1]) })
	return nil
}

func (m *Mock) newGRPC() *grpc.Server {
	const window = 1 << 20 // of flow control; a fixed one, so that a client that is not read from blocks after as much
	options := []grpc.ServerOption{
		grpc.ForceServerCodecV2(newFrameCodec()), grpc.MaxRecvMsgSize(1 << 30),
		grpc.InitialWindowSize(window), grpc.InitialConnWindowSize(16 * window),
	}
	if m.options.TLS != nil {
		options = append(options, grpc.Creds(credentials.NewTLS(m.options.TLS)))
	}
	server := grpc.NewServer(options...)
	server.RegisterService(m.serviceDesc(), service{mock: m})
	return server
}

// Kill ends the mock without warning, as a crash would: connections break, requests stay unanswered, ports are free.
func (m *Mock) Kill() {
	m.mu.Lock()
	grpcServer, httpServer := m.grpc, m.http
	m.grpc, m.http = nil, nil
	m.mu.Unlock()
	if grpcServer == nil {
		return
	}
	m.CutConnections()
	grpcServer.Stop()
	httpServer.Close()
	m.serving.Wait()
	for _, s := range m.stations {
		s.sequences.forget()
	}
}

// Close ends the mock. It may be called more than once.
func (m *Mock) Close() { m.Kill() }

// CutConnections resets all connections; the mock goes on.
func (m *Mock) CutConnections() {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, listener := range m.listeners {
		listener.cut("")
	}
}

// cutConnection resets the connection from a client's address.
func (m *Mock) cutConnection(client string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, listener := range m.listeners {
		listener.cut(client)
	}
}

// Connections returns the number of open gRPC connections.
func (m *Mock) Connections() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.listeners[0].open()
}

// Set changes how a model behaves from now on. It panics for a model that the mock does not have.
func (m *Mock) Set(model string, change func(*Behaviour)) {
	s := m.station(model)
	s.mu.Lock()
	change(&s.model.Behaviour)
	s.startAndUnlock()
}

// Stall keeps every request waiting until Resume.
func (m *Mock) Stall() { m.stallAll(true) }

// Resume ends a Stall.
func (m *Mock) Resume() { m.stallAll(false) }

func (m *Mock) stallAll(stalled bool) {
	for _, s := range m.stations {
		s.stall(stalled)
	}
}

// Arrived returns the number of requests to a model that arrived. It panics for a model that the mock does not have.
func (m *Mock) Arrived(model string) int64 { return m.station(model).arrivals.Load() }

// Statistics returns a model's counters, as a client gets them. It panics for a model that the mock does not have.
func (m *Mock) Statistics(model string) *kserve.ModelStatistics {
	return m.station(model).statistics.proto(model)
}

func (m *Mock) station(model string) *station {
	s := m.stations[model]
	if s == nil {
		panic(fmt.Sprintf("tritontest: the mock has no model %q, but %q", model, m.names))
	}
	return s
}

// Violations returns what clients did wrong with sequences and with states that they carry: steps that are lost, repeated, mixed up or
// stale. Clients that a test kills on purpose leave some too; ClearViolations takes them away.
func (m *Mock) Violations() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.violations)
}

// ClearViolations forgets them.
func (m *Mock) ClearViolations() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.violations = nil
}

// maxViolations is how many are kept; one tells as much as thousands.
const maxViolations = 20

func (m *Mock) violate(format string, arguments ...any) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.violations) < maxViolations {
		m.violations = append(m.violations, fmt.Sprintf(format, arguments...))
	}
}
