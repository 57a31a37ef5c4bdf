package sim

import (
	"context"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestBuildReturnsBothLibraries(t *testing.T) {
	for _, major := range majors {
		dir, err := Build(t.Context(), major)
		require.NoError(t, err)
		assert.True(t, filepath.IsAbs(dir))
		cudart, nvinfer := Libraries(major)
		assert.FileExists(t, filepath.Join(dir, cudart))
		assert.FileExists(t, filepath.Join(dir, nvinfer))
	}
}

func TestBuildRefusesOtherMajors(t *testing.T) {
	_, err := Build(t.Context(), 12)
	assert.EqualError(t, err, "sim: build: major version 12, expected 10 or 11")
}

// script writes an executable that stands in for a compiler.
func script(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "fake-c++")
	require.NoError(t, os.WriteFile(path, []byte("#!/bin/sh\n"+text), 0o755))
	return path
}

// What the fake compiler writes is the file behind -o.
const fakeCompiler = `[ "$1" = --version ] && echo fake 1 && exit
while [ "$1" != -o ]; do shift; done
echo library > "$2"`

func TestBuildWithoutCompiler(t *testing.T) {
	t.Setenv(EnvDir, t.TempDir())
	t.Setenv("CXX", "no-such-compiler -m64")
	_, err := Build(t.Context(), 11)
	assert.ErrorContains(t, err, "no C++ compiler: tried no-such-compiler")
	assert.ErrorContains(t, err, "install g++")
}

func TestBuildTellsThatItCompiles(t *testing.T) {
	t.Setenv(EnvDir, t.TempDir())
	t.Setenv("CXX", script(t, fakeCompiler))
	told := 0
	for range 2 {
		_, err := BuildWithNotice(t.Context(), 11, func() { told++ })
		require.NoError(t, err)
	}
	assert.Equal(t, 1, told, "the second time all is there")
}

func TestBuildReportsTheCompiler(t *testing.T) {
	base := t.TempDir()
	t.Setenv(EnvDir, base)
	t.Setenv("CXX", script(t, `[ "$1" = --version ] && echo fake 1 && exit
echo "no header <string>" >&2
exit 3`))
	_, err := Build(t.Context(), 11)
	assert.ErrorContains(t, err, "no header <string>")
	assert.ErrorContains(t, err, "exit status 3")
	assert.ErrorContains(t, err, "install g++")
	left, err := os.ReadDir(base)
	require.NoError(t, err)
	assert.Empty(t, left, "what a failed build leaves behind")
}

func TestBuildIntoReadOnlyFolder(t *testing.T) {
	if os.Getuid() == 0 {
		t.Skip("root writes everywhere")
	}
	base := t.TempDir()
	require.NoError(t, os.Chmod(base, 0o555))
	t.Setenv(EnvDir, base)
	_, err := Build(t.Context(), 11)
	assert.ErrorContains(t, err, EnvDir)
}

func TestBuildWhereAFileIs(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	t.Setenv(EnvDir, file)
	t.Setenv("CXX", script(t, fakeCompiler))
	_, err := Build(t.Context(), 11)
	assert.ErrorContains(t, err, "set "+EnvDir+" to a folder that can be written")
}

func TestBuildAtTheSameTime(t *testing.T) {
	base := t.TempDir()
	t.Setenv(EnvDir, base)
	t.Setenv("CXX", script(t, fakeCompiler))
	dirs := make([]string, 8)
	var all sync.WaitGroup
	for i := range dirs {
		all.Go(func() {
			var err error
			dirs[i], err = Build(t.Context(), 10)
			assert.NoError(t, err)
		})
	}
	all.Wait()
	for _, dir := range dirs {
		assert.Equal(t, dirs[0], dir)
	}
	left, err := os.ReadDir(base)
	require.NoError(t, err)
	assert.Len(t, left, 1, "one folder, no leftovers")
}

// A folder that lost a file is made again.
func TestBuildRepairs(t *testing.T) {
	t.Setenv(EnvDir, t.TempDir())
	t.Setenv("CXX", script(t, fakeCompiler))
	dir, err := Build(t.Context(), 11)
	require.NoError(t, err)
	require.NoError(t, os.Remove(filepath.Join(dir, Nvinfer11)))
	again, err := Build(t.Context(), 11)
	require.NoError(t, err)
	assert.Equal(t, dir, again)
	assert.FileExists(t, filepath.Join(dir, Nvinfer11))
}

func TestBuildSweepsOldLeftovers(t *testing.T) {
	base := t.TempDir()
	t.Setenv(EnvDir, base)
	t.Setenv("CXX", script(t, fakeCompiler))
	old, young := filepath.Join(base, workPrefix+"1"), filepath.Join(base, workPrefix+"2")
	require.NoError(t, os.Mkdir(old, 0o755))
	require.NoError(t, os.Mkdir(young, 0o755))
	require.NoError(t, os.Chtimes(old, time.Time{}, time.Now().Add(-2*time.Hour)))
	_, err := Build(t.Context(), 11)
	require.NoError(t, err)
	assert.NoDirExists(t, old)
	assert.DirExists(t, young)
}

func TestBuildStopsWithItsContext(t *testing.T) {
	t.Setenv(EnvDir, t.TempDir())
	t.Setenv("CXX", script(t, `exec sleep 60`))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := Build(ctx, 11)
	assert.ErrorIs(t, err, context.Canceled)
}

// A change of anything the libraries depend on gives another folder.
func TestHash(t *testing.T) {
	plain := builder{}.hash("g++ 12")
	assert.Len(t, plain, 20)
	assert.Equal(t, plain, builder{base: "elsewhere"}.hash("g++ 12"))
	assert.NotEqual(t, plain, builder{}.hash("g++ 13"))
	assert.NotEqual(t, plain, builder{extra: []string{"-g"}}.hash("g++ 12"))
}
