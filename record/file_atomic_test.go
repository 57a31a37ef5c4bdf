package record

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// text returns a function that writes s.
func text(s string) func(io.Writer) error {
	return func(w io.Writer) error { _, err := io.WriteString(w, s); return err }
}

// assertFolder checks that a folder holds these files and nothing else.
func assertFolder(t *testing.T, dir string, names ...string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	got := []string{}
	for _, e := range entries {
		got = append(got, e.Name())
	}
	assert.ElementsMatch(t, names, got)
}

func assertContent(t *testing.T, path, want string) {
	t.Helper()
	got, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, want, string(got))
}

func TestWriteFile(t *testing.T) {
	t.Run("new", func(t *testing.T) {
		dir := t.TempDir()
		path := filepath.Join(dir, "a.json")
		require.NoError(t, WriteFile(path, text("new")))
		assertContent(t, path, "new")
		assertFolder(t, dir, "a.json")
	})
	t.Run("existing, with its permissions", func(t *testing.T) {
		dir := t.TempDir()
		path := filepath.Join(dir, "a.json")
		require.NoError(t, os.WriteFile(path, []byte("a longer old text"), 0o600))
		require.NoError(t, WriteFile(path, text("new")))
		assertContent(t, path, "new")
		info, err := os.Stat(path)
		require.NoError(t, err)
		assert.Equal(t, fs.FileMode(0o600), info.Mode().Perm())
	})
	t.Run("link", func(t *testing.T) {
		dir, elsewhere := t.TempDir(), t.TempDir()
		target, link := filepath.Join(elsewhere, "target"), filepath.Join(dir, "link")
		require.NoError(t, os.WriteFile(target, nil, 0o644))
		require.NoError(t, os.Symlink(target, link))
		require.NoError(t, WriteFile(link, text("new")))
		assertContent(t, target, "new")
		info, err := os.Lstat(link)
		require.NoError(t, err)
		assert.Equal(t, fs.ModeSymlink, info.Mode().Type())
	})
	t.Run("pipe", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "pipe")
		require.NoError(t, syscall.Mkfifo(path, 0o600))
		read := make(chan string)
		go func() {
			content, _ := os.ReadFile(path)
			read <- string(content)
		}()
		require.NoError(t, WriteFile(path, text("new")))
		assert.Equal(t, "new", <-read)
	})
	t.Run("device", func(t *testing.T) {
		require.NoError(t, WriteFile(os.DevNull, text("new")))
		info, err := os.Stat(os.DevNull)
		require.NoError(t, err)
		assert.NotZero(t, info.Mode()&fs.ModeDevice, "the device was replaced by a file")
	})
}

func TestWriteFileFails(t *testing.T) {
	t.Run("leaves what was there", func(t *testing.T) {
		dir := t.TempDir()
		path := filepath.Join(dir, "a.json")
		require.NoError(t, os.WriteFile(path, []byte("old"), 0o644))
		fault := errors.New("fault")
		err := WriteFile(path, func(w io.Writer) error {
			_, _ = w.Write(make([]byte, 3*blockBytes))
			return fault
		})
		require.ErrorIs(t, err, fault)
		assert.ErrorContains(t, err, "record: write "+path)
		assertContent(t, path, "old")
		assertFolder(t, dir, "a.json")
	})
	t.Run("full device", func(t *testing.T) {
		if _, err := os.Stat("/dev/full"); err != nil {
			t.Skip("this system has no /dev/full")
		}
		for _, size := range []int{1, 3 * blockBytes} {
			err := WriteFile("/dev/full", func(w io.Writer) error { _, err := w.Write(make([]byte, size)); return err })
			require.ErrorIs(t, err, syscall.ENOSPC)
			assert.EqualError(t, err, "record: write /dev/full: no space left on device; make room or choose another place; nothing was left there")
		}
	})
	t.Run("folder that must not be written", func(t *testing.T) {
		if os.Geteuid() == 0 {
			t.Skip("root may write everywhere")
		}
		dir := t.TempDir()
		require.NoError(t, os.Chmod(dir, 0o500))
		err := WriteFile(filepath.Join(dir, "a.json"), text("new"))
		require.ErrorIs(t, err, fs.ErrPermission)
		assert.ErrorContains(t, err, "choose a folder that you may write to")
		assertFolder(t, dir)
	})

	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	require.NoError(t, os.WriteFile(file, nil, 0o644))
	for _, c := range []struct{ name, path, want string }{
		{"no name", "", "its name is empty"},
		{"folder", dir, "is a directory; give the name of a file in it"},
		{"no such folder", filepath.Join(dir, "a", "b"), "no such file or directory; make the folder first"},
		{"file in place of a folder", filepath.Join(file, "b"), "not a directory; make the folder first"},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := WriteFile(c.path, text("new"))
			require.ErrorContains(t, err, c.want)
			assert.ErrorContains(t, err, c.path)
			assertFolder(t, dir, "file")
		})
	}
}

func TestWithoutPath(t *testing.T) {
	named := func(errno syscall.Errno) error { return &fs.PathError{Op: "open", Path: "/a/.b123", Err: errno} }
	for _, c := range []struct {
		err  error
		want string
	}{
		{named(syscall.ENOSPC), "no space left on device; make room or choose another place; nothing was left there"},
		{named(syscall.EDQUOT), "disk quota exceeded; make room or choose another place; nothing was left there"},
		{named(syscall.EACCES), "permission denied; choose a folder that you may write to"},
		{named(syscall.EROFS), "read-only file system; choose a folder that you may write to"},
		{&os.LinkError{Op: "rename", Old: "/a/.b123", New: "/a/b", Err: syscall.EISDIR}, "is a directory; give the name of a file in it"},
		{fmt.Errorf("zip: %w", named(syscall.EIO)), "input/output error"},
		{errors.New("else"), "else"},
	} {
		assert.EqualError(t, withoutPath(c.err), c.want)
	}
}
