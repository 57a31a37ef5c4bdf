package tritontest

import (
	"net"
	"sync"
)

// trackedListener knows the connections that it accepted, so that they can be cut.
type trackedListener struct {
	net.Listener

	mu    sync.Mutex
	conns map[string]*trackedConn // by the client's address
}

type trackedConn struct {
	*net.TCPConn
	listener *trackedListener
}

func newTrackedListener(listener net.Listener) *trackedListener {
	return &trackedListener{Listener: listener, conns: map[string]*trackedConn{}}
}

// Accept waits for the next connection.
func (l *trackedListener) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	tracked := &trackedConn{conn.(*net.TCPConn), l}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.conns[conn.RemoteAddr().String()] = tracked
	return tracked, nil
}

// Close closes the connection.
func (c *trackedConn) Close() error {
	c.listener.mu.Lock()
	delete(c.listener.conns, c.RemoteAddr().String())
	c.listener.mu.Unlock()
	return c.TCPConn.Close()
}

// cut resets the connection of a client, or all of them for "".
func (l *trackedListener) cut(client string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for address, conn := range l.conns {
		if client == "" || client == address {
			_ = conn.SetLinger(0) // what is not sent yet is dropped, and the other side gets a reset
			_ = conn.TCPConn.Close()
			delete(l.conns, address)
		}
	}
}

func (l *trackedListener) open() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.conns)
}
