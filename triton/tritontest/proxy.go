package tritontest

import (
	"net"
	"sync"
	"testing"
	"time"
)

// Proxy stands between a client and a server and disturbs their TCP connections. Its methods are safe for concurrent use.
type Proxy struct {
	target   string
	listener net.Listener
	running  sync.WaitGroup

	mu      sync.Mutex
	changed *sync.Cond
	delay   time.Duration
	silent  bool
	budget  int64 // bytes of answers until the connections are cut; negative: no limit
	closed  bool
	conns   map[*net.TCPConn]bool
}

// NewProxy brings up a proxy to the server at the target address that lives as long as the test. It ends the test when that fails.
func NewProxy(t testing.TB, target string) *Proxy {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatalf("tritontest: start proxy: %v", err)
	}
	p := &Proxy{target: target, listener: listener, budget: -1, conns: map[*net.TCPConn]bool{}}
	p.changed = sync.NewCond(&p.mu)
	p.running.Go(p.accept)
	t.Cleanup(p.close)
	return p
}

// Addr returns the address to connect to instead of the target's, host:port.
func (p *Proxy) Addr() string { return p.listener.Addr().String() }

// Delay makes every byte travel for d, in each direction, from now on. It does not limit the rate.
func (p *Proxy) Delay(d time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.delay = d
}

// Silence holds everything back, as a network does that drops packets: connections stay open, nothing arrives. Without silence, what was
// held back arrives.
func (p *Proxy) Silence(silent bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.silent = silent
	p.changed.Broadcast()
}

// Cut resets all connections. New ones may be opened.
func (p *Proxy) Cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cutLocked()
}

// CutAfter resets all connections when so many more bytes of answers have passed.
func (p *Proxy) CutAfter(bytes int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.budget = bytes
}

func (p *Proxy) cutLocked() {
	p.budget = -1
	for conn := range p.conns {
		_ = conn.SetLinger(0)
		_ = conn.Close()
	}
	clear(p.conns)
}

func (p *Proxy) close() {
	p.mu.Lock()
	p.closed, p.silent = true, false
	p.cutLocked()
	p.changed.Broadcast()
	p.mu.Unlock()
	_ = p.listener.Close()
	p.running.Wait()
}

// accept opens a connection to the target for each one from a client.
func (p *Proxy) accept() {
	for {
		client, err := p.listener.Accept()
		if err != nil {
			return // closed
		}
		server, err := net.Dial("tcp", p.target)
		if err != nil {
			_ = client.Close() // as if the target had refused it
			continue
		}
		from, to := client.(*net.TCPConn), server.(*net.TCPConn)
		if !p.add(from, to) {
			return
		}
		p.running.Go(func() { p.carry(from, to, false) })
		p.running.Go(func() { p.carry(to, from, true) })
	}
}

// add keeps the connections for cutting; it refuses them when the proxy is closed.
func (p *Proxy) add(conns ...*net.TCPConn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, conn := range conns {
		p.conns[conn] = true
	}
	if p.closed {
		p.cutLocked()
	}
	return !p.closed
}

// parcel is what was read at once, and when it arrives.
type parcel struct {
	bytes []byte
	due   time.Time
}

// carry moves bytes one way until either side is closed.
func (p *Proxy) carry(from, to *net.TCPConn, answers bool) {
	parcels := make(chan parcel, 1024)
	p.running.Go(func() {
		for parcel := range parcels {
			p.deliver(to, parcel, answers)
		}
		_ = to.CloseWrite()
	})
	defer close(parcels)
	for {
		buffer := make([]byte, 32<<10)
		n, err := from.Read(buffer)
		if n > 0 {
			p.mu.Lock()
			delay := p.delay
			p.mu.Unlock()
			parcels <- parcel{buffer[:n], time.Now().Add(delay)}
		}
		if err != nil {
			return
		}
	}
}

// deliver writes a parcel when its time has come and the proxy is not silent. What cannot be written is lost with its connection.
func (p *Proxy) deliver(to *net.TCPConn, parcel parcel, answers bool) {
	if wait := time.Until(parcel.due); wait > 0 {
		time.Sleep(wait)
	}
	p.mu.Lock()
	for p.silent {
		p.changed.Wait()
	}
	bytes, cut := parcel.bytes, false
	if answers && p.budget >= 0 {
		cut = int64(len(bytes)) >= p.budget
		bytes = bytes[:min(int64(len(bytes)), p.budget)]
		p.budget -= int64(len(bytes))
	}
	p.mu.Unlock()
	_, _ = to.Write(bytes)
	if cut {
		p.Cut()
	}
}
