package enginecache

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"
	"time"
)

// mode is how a lock is held.
type mode int

const (
	shared    mode = syscall.LOCK_SH // by all who read
	exclusive mode = syscall.LOCK_EX // by one who writes
)

// retry is for how long nobody minds who waits for an engine.
const retry = 50 * time.Millisecond

// errBusy says that somebody else holds a lock.
var errBusy = errors.New("in use")

// lock is a file that processes lock to agree on an entry. The system releases it when its process ends, however it ends.
type lock struct {
	path    string
	file    *os.File
	waiting func() // called when take begins to wait; nil once it was
}

// take takes the lock or changes how it is held. While others hold it, it tries again and again until the context ends.
func (l *lock) take(ctx context.Context, m mode) error {
	for {
		err := l.try(m)
		if !errors.Is(err, errBusy) {
			return err
		}
		if l.waiting != nil {
			l.waiting()
			l.waiting = nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("enginecache: wait for another process that builds the engine: %w", ctx.Err())
		case <-time.After(retry):
		}
	}
}

// try is take without waiting: errBusy says that others hold the lock.
func (l *lock) try(m mode) error {
	for {
		if l.file == nil {
			file, err := openLock(l.path)
			if err != nil {
				return fmt.Errorf("enginecache: %w: %w", ErrUnusable, err)
			}
			l.file = file
		}
		switch err := flock(l.file, int(m)|syscall.LOCK_NB); {
		case errors.Is(err, syscall.EWOULDBLOCK):
			return errBusy
		case err != nil:
			return fmt.Errorf("enginecache: %w: lock %s: %w", ErrUnusable, l.path, err)
		case l.current():
			return nil
		}
		l.release() // the file was removed with its entry: take the new one
	}
}

// openLock opens the file, which it makes where needed. In a folder that only others may write to, one that is there will do.
func openLock(path string) (*os.File, error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o644)
	if errors.Is(err, fs.ErrPermission) || errors.Is(err, syscall.EROFS) {
		if readOnly, err := os.Open(path); err == nil {
			return readOnly, nil
		}
	}
	return file, err
}

// current reports whether the file is still the one that others see.
func (l *lock) current() bool {
	ours, err := l.file.Stat()
	if err != nil {
		return false
	}
	theirs, err := os.Stat(l.path)
	return err == nil && os.SameFile(ours, theirs)
}

// release gives the lock up. Without one it does nothing.
func (l *lock) release() {
	if l.file != nil {
		l.file.Close() // which unlocks
		l.file = nil
	}
}

// flock is the system call, again when a signal interrupts it.
func flock(file *os.File, how int) error {
	for {
		if err := syscall.Flock(int(file.Fd()), how); !errors.Is(err, syscall.EINTR) {
			return err
		}
	}
}
