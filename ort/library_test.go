package ort

import (
	"debug/elf"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestLoadSharesOneLibrary(t *testing.T) {
	file := libraryFile(t)
	first, err := Load(LoadOptions{Paths: []string{file}})
	require.NoError(t, err)
	assert.Equal(t, "1.32.0", first.Version())
	second, err := Load(LoadOptions{Paths: []string{file}})
	require.NoError(t, err)
	third, err := Load(LoadOptions{})
	require.NoError(t, err, "the loaded one needs no search")
	assert.Equal(t, first.Path(), third.Path())

	copied := filepath.Join(t.TempDir(), "libonnxruntime.so")
	require.NoError(t, os.Link(first.Path(), copied))
	_, err = Load(LoadOptions{Paths: []string{copied}})
	assert.ErrorContains(t, err, "ONNX Runtime is loaded from "+first.Path()+" already, and a process can hold only one")

	for _, lib := range []*Library{first, second, third} {
		require.NoError(t, lib.Close())
	}
	other, err := Load(LoadOptions{Paths: []string{copied}})
	require.NoError(t, err, "after the last one is closed another file may be loaded")
	require.NoError(t, other.Close())
}

func TestLoadAgainAndAgain(t *testing.T) {
	for range 20 {
		lib, err := Load(LoadOptions{Paths: []string{libraryFile(t)}})
		require.NoError(t, err)
		target, err := NewTarget(lib, tiny+"scalar.onnx", TargetOptions{})
		require.NoError(t, err)
		require.NoError(t, target.Close())
		require.NoError(t, lib.Close())
	}
}

func TestLoadRefuses(t *testing.T) {
	folder := t.TempDir()
	text := filepath.Join(folder, "libonnxruntime.so")
	require.NoError(t, os.WriteFile(text, []byte("no library"), 0o644))
	for name, path := range map[string]string{"text": text, "missing": filepath.Join(folder, "missing.so")} {
		t.Run(name, func(t *testing.T) {
			_, err := Load(LoadOptions{Paths: []string{path}})
			require.ErrorContains(t, err, "ort: load ONNX Runtime: ")
			assert.ErrorContains(t, err, path)
		})
	}
}

// A library of an older version is refused by what its file says, before any of its code runs.
func TestOldVersionIsRefused(t *testing.T) {
	content, err := os.ReadFile(libraryFile(t))
	require.NoError(t, err)
	old := strings.ReplaceAll(string(content), "VERS_1.32.0", "VERS_1.22.1")
	path := filepath.Join(t.TempDir(), "libonnxruntime.so")
	require.NoError(t, os.WriteFile(path, []byte(old), 0o644))
	_, err = Load(LoadOptions{Paths: []string{path}})
	assert.ErrorContains(t, err, "this is ONNX Runtime 1.22.1, version 1.24 or newer is needed")
}

func TestCheckVersion(t *testing.T) {
	for version, fine := range map[string]bool{
		"1.24.0": true, "1.32.0": true, "1.100.0": true, "2.0.0": true, "": true, "custom": true,
		"1.23.2": false, "1.9.0": false, "0.5.0": false,
	} {
		assert.Equal(t, fine, checkVersion(version) == nil, version)
	}
}

func TestFileWithoutVersion(t *testing.T) {
	self, err := os.Executable()
	require.NoError(t, err)
	version, err := fileVersion(self)
	assert.NoError(t, err)
	assert.Empty(t, version)
	_, err = fileVersion("library_test.go")
	assert.ErrorAs(t, err, new(*elf.FormatError))
}

// The binding does not tell which interface it was written for; its C header does.
func TestInterfaceVersionIsTheBindings(t *testing.T) {
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/yalue/onnxruntime_go").Output()
	folder := strings.TrimSpace(string(out))
	if err != nil || folder == "" {
		t.Skip("the sources of the binding are not at hand; run go mod download")
	}
	header, err := os.ReadFile(filepath.Join(folder, "onnxruntime_c_api.h"))
	require.NoError(t, err)
	match := regexp.MustCompile(`(?m)^#define ORT_API_VERSION (\d+)`).FindSubmatch(header)
	require.NotNil(t, match)
	assert.Equal(t, strconv.Itoa(interfaceVersion), string(match[1]))
}
