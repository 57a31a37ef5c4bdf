package trt

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// lockRetry is how long somebody waits who writes a timing cache while another does.
const lockRetry = 20 * time.Millisecond

// lockFile makes a file, if need be, and locks it until it is closed, against other processes and others in this one. The lock is one of
// the whole file by fcntl, which also keeps out programs that lock by lockf.
func lockFile(ctx context.Context, path string) (*os.File, error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, err
	}
	for {
		whole := unix.Flock_t{Type: unix.F_WRLCK}
		err := unix.FcntlFlock(file.Fd(), unix.F_OFD_SETLK, &whole)
		if err == nil {
			return file, nil
		}
		if !errors.Is(err, unix.EAGAIN) && !errors.Is(err, unix.EACCES) && !errors.Is(err, unix.EINTR) {
			file.Close()
			return nil, fmt.Errorf("lock %s: %w", path, err)
		}
		select {
		case <-ctx.Done():
			file.Close()
			return nil, fmt.Errorf("lock %s: %w", path, ctx.Err())
		case <-time.After(lockRetry):
		}
	}
}
