package tritontest

import (
	"errors"
	"fmt"
	"os/exec"
	"runtime"
	"sync"
	"syscall"
	"time"
)

const (
	stopLimit = 5 * time.Second // from the request to end to the killing
	drainTime = 2 * time.Second // for output of what outlives the server
)

// process is a program in a process group of its own. Once it has ended, so has everything in the group.
type process struct {
	cmd   *exec.Cmd
	log   tail
	after func()        // removes what the program may have left
	ended chan struct{} // closed after result is set

	mu       sync.Mutex
	stopping bool
	result   error
}

// startProcess starts a program that ends with this process, whatever happens to this process (on Linux).
func startProcess(program string, arguments []string, after func()) (*process, error) {
	p := &process{cmd: exec.Command(program, arguments...), after: after, ended: make(chan struct{})}
	p.cmd.Stdout, p.cmd.Stderr = &p.log, &p.log
	p.cmd.WaitDelay = drainTime
	p.cmd.SysProcAttr = ownGroup()
	started := make(chan error)
	go func() {
		// The program is told to end when the thread that started it does, so that thread waits for it.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := p.cmd.Start()
		started <- err
		if err == nil {
			p.finish(p.cmd.Wait())
		}
	}()
	if err := <-started; err != nil {
		return nil, err
	}
	return p, nil
}

// finish keeps how the program ended and ends what it left behind.
func (p *process) finish(err error) {
	_ = syscall.Kill(-p.cmd.Process.Pid, syscall.SIGKILL) // mostly nobody is left
	p.after()
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case p.stopping:
		p.result = errors.New("tritontest: the server was stopped")
	case err == nil:
		p.result = errors.New("tritontest: the server ended by itself")
	default:
		p.result = fmt.Errorf("tritontest: the server crashed: %w", err)
	}
	close(p.ended)
}

// err returns nil while the program runs.
func (p *process) err() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.result
}

// stop asks the program to end, kills the group when it does not, and waits.
func (p *process) stop() {
	p.signal(syscall.SIGTERM)
	limit := time.NewTimer(stopLimit)
	defer limit.Stop()
	select {
	case <-p.ended:
	case <-limit.C:
		p.kill()
	}
}

// kill ends the group at once and waits.
func (p *process) kill() {
	p.signal(syscall.SIGKILL)
	<-p.ended
}

// signal goes to the program alone where it can end its children itself, and to the whole group when there is no more asking.
func (p *process) signal(signal syscall.Signal) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.result != nil {
		return
	}
	p.stopping = true
	target := p.cmd.Process.Pid
	if signal == syscall.SIGKILL {
		target = -target
	}
	_ = syscall.Kill(target, signal) // it may have ended just now
}

// tail keeps the end of what is written to it. It is safe for concurrent use.
type tail struct {
	mu   sync.Mutex
	text []byte
}

const tailBytes = 4 << 10

// Write adds to the end and forgets from the start.
func (t *tail) Write(text []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.text = append(t.text, text...)
	if len(t.text) > 2*tailBytes {
		t.text = append(t.text[:0], t.text[len(t.text)-tailBytes:]...)
	}
	return len(text), nil
}

// String returns the last tailBytes.
func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return string(t.text[max(0, len(t.text)-tailBytes):])
}
