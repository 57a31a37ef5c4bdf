package record

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/google/renameio/v2"
)

// WriteFile writes a file that appears complete or not at all: write fills a file beside path, which then
// takes its place. When anything fails nothing is left behind and a file that was there before is untouched. A link
// is followed, and an existing file keeps its permissions. What is no regular file, as /dev/stdout or a pipe, is
// written to directly.
func WriteFile(path string, write func(io.Writer) error) error {
	out, err := createOutput(path)
	if err != nil {
		return err
	}
	if err := write(out); err != nil {
		out.discard()
		return out.explain(err)
	}
	return out.commit()
}

// output is a file being written.
type output struct {
	*bufio.Writer
	path    string // as the caller named it
	pending *renameio.PendingFile
	direct  *os.File // instead of pending, for what cannot be replaced
}

// createOutput begins a file; either commit or discard must follow.
func createOutput(path string) (*output, error) {
	out := &output{path: path}
	if path == "" {
		return nil, errors.New("record: write a file: its name is empty")
	}
	err := out.open()
	if err != nil {
		return nil, out.explain(err)
	}
	return out, nil
}

func (o *output) open() (err error) {
	target := o.path
	switch info, err := os.Stat(o.path); {
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return err
	case err == nil && info.IsDir():
		return syscall.EISDIR
	case err == nil && (!info.Mode().IsRegular() || isSystem(o.path)):
		if o.direct, err = os.OpenFile(o.path, os.O_WRONLY|os.O_APPEND, 0); err != nil {
			return err
		}
		o.Writer = bufio.NewWriterSize(o.direct, blockBytes)
		return nil
	case err == nil:
		if target, err = filepath.EvalSymlinks(o.path); err != nil {
			return err
		}
	}
	o.pending, err = renameio.NewPendingFile(target, renameio.WithTempDir(filepath.Dir(target)),
		renameio.WithPermissions(0o644), renameio.WithExistingPermissions())
	if err != nil {
		return err
	}
	o.Writer = bufio.NewWriterSize(o.pending, blockBytes)
	return nil
}

// isSystem reports whether path belongs to the system even if it leads to a regular file, as /dev/stdout may.
func isSystem(path string) bool {
	return strings.HasPrefix(path, "/dev/") || strings.HasPrefix(path, "/proc/")
}

// commit makes the file appear. After an error nothing is left.
func (o *output) commit() error {
	err := o.Flush()
	switch {
	case err != nil:
		o.discard()
	case o.direct != nil:
		err = o.direct.Close()
	default:
		if err = o.pending.CloseAtomicallyReplace(); err != nil {
			o.discard()
		}
	}
	return o.explain(err)
}

// discard leaves nothing behind. An error of removing what nobody will look for is not worth reporting.
func (o *output) discard() {
	if o.direct != nil {
		_ = o.direct.Close()
		return
	}
	_ = o.pending.Cleanup()
}

// explain names the file, what went wrong and what to do, for any error of the file system.
func (o *output) explain(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("record: write %s: %w", o.path, withoutPath(err))
}

// withoutPath drops the path from an error, where it names a temporary file, and adds what to do.
func withoutPath(err error) error {
	var cause syscall.Errno
	if !errors.As(err, &cause) {
		return err
	}
	switch cause {
	case syscall.ENOSPC, syscall.EDQUOT, syscall.EFBIG:
		return fmt.Errorf("%w; make room or choose another place; nothing was left there", cause)
	case syscall.EACCES, syscall.EPERM, syscall.EROFS:
		return fmt.Errorf("%w; choose a folder that you may write to", cause)
	case syscall.ENOENT, syscall.ENOTDIR:
		return fmt.Errorf("%w; make the folder first", cause)
	case syscall.EISDIR:
		return fmt.Errorf("%w; give the name of a file in it", cause)
	}
	return cause
}
