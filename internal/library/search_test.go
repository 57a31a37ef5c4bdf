package library

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// fakeHost is an empty machine in a temporary folder.
type fakeHost struct {
	Host
	t   *testing.T
	env map[string]string
}

func newFakeHost(t *testing.T) *fakeHost {
	root := t.TempDir()
	h := &fakeHost{t: t, env: map[string]string{}}
	h.Host = Host{
		Arch: "amd64", Root: root, Home: root + "/home/user", WorkDir: root + "/project", Executable: root + "/project/bin",
		Getenv: func(name string) string { return h.env[name] },
		Cache:  func() ([]byte, error) { return nil, nil },
	}
	return h
}

// write puts a file below the root and returns its path.
func (h *fakeHost) write(path string, content []byte) string {
	h.t.Helper()
	path = h.Root + path
	require.NoError(h.t, os.MkdirAll(filepath.Dir(path), 0o755))
	require.NoError(h.t, os.WriteFile(path, content, 0o644))
	return path
}

// library puts a loadable library below the root and returns its path.
func (h *fakeHost) library(path string) string {
	h.t.Helper()
	return h.write(path, sharedObject("amd64").bytes(h.t))
}

// find returns the candidates below the root.
func (h *fakeHost) find(spec Spec, paths ...string) []string {
	h.t.Helper()
	result, err := h.Find(spec, paths...)
	require.NoError(h.t, err)
	var found []string
	for _, path := range result.Candidates {
		found = append(found, strings.TrimPrefix(path, h.Root))
	}
	return found
}

func TestFindLooksInEverySource(t *testing.T) {
	tests := []struct {
		name string
		spec Spec
		path string
		env  map[string]string
	}{
		{"toolkit", CUDART, "/usr/local/cuda/lib64/libcudart.so.12", nil},
		{"toolkit of one version", CUDART, "/usr/local/cuda-13.1/lib64/libcudart.so.13", nil},
		{"distribution", NVInfer, "/usr/lib/x86_64-linux-gnu/libnvinfer.so.10", nil},
		{"archive", NVInfer, "/opt/TensorRT-11.2.1/lib/libnvinfer.so.11", nil},
		{"samples folder", NVInfer, "/usr/src/tensorrt/lib/libnvinfer.so.10", nil},
		{"project", CUDART, "/project/.deps/lib/libcudart.so.13", nil},
		{"project's TensorRT", NVInfer, "/project/.deps/tensorrt-11.2/libnvinfer.so.11", nil},
		{"virtual environment", CUDART, "/venv/lib/python3.12/site-packages/nvidia/cu13/lib/libcudart.so.13",
			map[string]string{"VIRTUAL_ENV": "/venv"}},
		{"project's virtual environment", CUDART, "/project/.venv/lib/python3.12/site-packages/nvidia/cuda_runtime/lib/libcudart.so.12", nil},
		{"user's packages", NVInfer, "/home/user/.local/lib/python3.11/site-packages/tensorrt_libs/libnvinfer.so.10", nil},
		{"pyenv", ONNXRuntime, "/home/user/.pyenv/versions/3.11.7/lib/python3.11/site-packages/onnxruntime/capi/libonnxruntime.so.1.22.0", nil},
		{"conda", ONNXRuntime, "/opt/conda/envs/ml/lib/python3.11/site-packages/onnxruntime/capi/libonnxruntime.so.1.22.0", nil},
		{"system's Python", ONNXRuntime, "/usr/lib/python3/dist-packages/onnxruntime/capi/libonnxruntime.so.1.22.0", nil},
		{"conda package", CUDART, "/conda/lib/libcudart.so.12", map[string]string{"CONDA_PREFIX": "/conda"}},
		{"loader's variable", CUDART, "/some/where/libcudart.so.12", map[string]string{"LD_LIBRARY_PATH": "/some/where"}},
		{"variable with a folder", CUDART, "/some/where/libcudart.so.12", map[string]string{EnvPath: "/some/where"}},
		{"variable with a file", CUDART, "/some/where/libcudart.so.12.9.79",
			map[string]string{EnvPath: "/some/where/libcudart.so.12.9.79"}},
		{"pinned file of any name", CUDART, "/some/where/sim.so", map[string]string{"TRTBENCH_CUDART": "/some/where/sim.so"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			h := newFakeHost(t)
			h.library(test.path)
			for name, path := range test.env {
				h.env[name] = h.Root + path
			}
			assert.Equal(t, []string{test.path}, h.find(test.spec))
		})
	}
}

func TestFindOrder(t *testing.T) {
	h := newFakeHost(t)
	cached := h.library("/cached/libcudart.so.12")
	h.Cache = func() ([]byte, error) { return []byte("\tlibcudart.so.12 (libc6,x86-64) => " + cached + "\n"), nil }
	h.env["LD_LIBRARY_PATH"] = h.Root + "/loader1:" + h.Root + "/loader2"
	h.env["VIRTUAL_ENV"] = h.Root + "/venv"
	for _, path := range []string{
		"/venv/lib/python3.12/site-packages/nvidia/cu13/lib/libcudart.so.13",
		"/usr/local/cuda-12.8/lib64/libcudart.so.12",
		"/usr/local/cuda-12.10/lib64/libcudart.so.12",
		"/usr/lib/x86_64-linux-gnu/libcudart.so.13",
		"/project/.deps/lib/libcudart.so.12",
		"/project/.deps/lib/libcudart.so.13",
		"/loader1/libcudart.so.12",
		"/loader2/libcudart.so.13",
		"/explicit/libcudart.so.12",
	} {
		h.library(path)
	}
	require.NoError(t, os.Symlink("cuda-12.10", h.Root+"/usr/local/cuda"))

	assert.Equal(t, []string{
		"/explicit/libcudart.so.12",
		"/loader2/libcudart.so.13", "/loader1/libcudart.so.12",
		"/usr/lib/x86_64-linux-gnu/libcudart.so.13", "/usr/local/cuda/lib64/libcudart.so.12", "/usr/local/cuda-12.8/lib64/libcudart.so.12",
		"/project/.deps/lib/libcudart.so.13", "/project/.deps/lib/libcudart.so.12",
		"/venv/lib/python3.12/site-packages/nvidia/cu13/lib/libcudart.so.13",
		"/cached/libcudart.so.12",
	}, h.find(CUDART, h.Root+"/explicit"))
}

func TestFindPrefersTheNewestOfAPattern(t *testing.T) {
	h := newFakeHost(t)
	for _, name := range []string{"libonnxruntime.so.1.9.0", "libonnxruntime.so.1.22.0"} {
		h.library("/lib/" + name)
	}
	assert.Equal(t, []string{"/lib/libonnxruntime.so.1.22.0", "/lib/libonnxruntime.so.1.9.0"},
		h.find(ONNXRuntime, h.Root+"/lib"))
}

func TestExplicitPathsServeSeveralLibraries(t *testing.T) {
	h := newFakeHost(t)
	h.library("/some/libcudart.so.12")
	h.library("/usr/lib64/libnvinfer.so.10")
	paths := []string{h.Root + "/some/libcudart.so.12"}
	assert.Equal(t, []string{"/some/libcudart.so.12"}, h.find(CUDART, paths...))
	assert.Equal(t, []string{"/usr/lib64/libnvinfer.so.10"}, h.find(NVInfer, paths...), "a path to another library is no fault")
}

func TestRelativePathsBecomeAbsolute(t *testing.T) {
	h := newFakeHost(t)
	h.library("/project/lib/libcudart.so.12")
	assert.Equal(t, []string{"/project/lib/libcudart.so.12"}, h.find(CUDART, "lib/libcudart.so.12"))
}

// What the user pointed at must not be replaced quietly by another library.
func TestExplicitFaultsEndTheSearch(t *testing.T) {
	tests := []struct {
		name    string
		paths   []string
		env     map[string]string
		outcome Outcome
	}{
		{"missing path", []string{"/missing"}, nil, NoSuchFile},
		{"file of another architecture", []string{"/arm/libcudart.so.13"}, nil, WrongArchitecture},
		{"folder with another architecture", []string{"/arm"}, nil, WrongArchitecture},
		{"folder with the library's name", []string{"/odd"}, nil, IsFolder},
		{"variable with a missing path", nil, map[string]string{EnvPath: "/missing"}, NoSuchFile},
		{"pinned to a missing file", nil, map[string]string{"TRTBENCH_CUDART": "/missing/libcudart.so.13"}, NoSuchFile},
		{"pinned to a folder without it", nil, map[string]string{"TRTBENCH_CUDART": "/empty"}, NothingThere},
		{"pinned to a text file", nil, map[string]string{"TRTBENCH_CUDART": "/text"}, NotALibrary},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			h := newFakeHost(t)
			h.library("/usr/lib64/libcudart.so.13")
			h.write("/arm/libcudart.so.13", sharedObject("arm64").bytes(t))
			h.write("/odd/libcudart.so.13/file", nil)
			h.write("/empty/other.so", nil)
			h.write("/text", []byte("no library"))
			for name, path := range test.env {
				h.env[name] = h.Root + path
			}
			var paths []string
			for _, path := range test.paths {
				paths = append(paths, h.Root+path)
			}
			result, err := h.Find(CUDART, paths...)
			var missing *NotFoundError
			require.ErrorAs(t, err, &missing)
			assert.Empty(t, result.Candidates)
			require.Len(t, missing.Attempts, 1)
			assert.Equal(t, test.outcome, missing.Attempts[0].Outcome)
			assert.NotEmpty(t, missing.Attempts[0].Origin)
		})
	}
}

func TestSearchPassesBadFilesBy(t *testing.T) {
	h := newFakeHost(t)
	h.env["LD_LIBRARY_PATH"] = h.Root + "/arm"
	h.write("/arm/libcudart.so.13", sharedObject("arm64").bytes(t))
	require.NoError(t, os.MkdirAll(h.Root+"/usr/lib64", 0o755))
	require.NoError(t, os.Symlink("gone", h.Root+"/usr/lib64/libcudart.so.13"))
	h.library("/project/.deps/lib/libcudart.so.13")
	assert.Equal(t, []string{"/project/.deps/lib/libcudart.so.13"}, h.find(CUDART))
}

func TestNotFoundErrorNamesEverything(t *testing.T) {
	h := newFakeHost(t)
	h.Cache = func() ([]byte, error) { return nil, errors.New("no ldconfig here") }
	h.env["LD_LIBRARY_PATH"] = h.Root + "/loader"
	h.write("/loader/libcudart.so.13", sharedObject("arm64").bytes(t))
	h.write("/usr/lib/python3/dist-packages/x.py", nil)
	_, err := h.Find(CUDART)
	require.Error(t, err)
	text := err.Error()
	for _, part := range []string{
		"library: find CUDA runtime: no usable libcudart.so.13 or libcudart.so.12; tried, in this order:\n",
		"/loader/libcudart.so.13: wrong architecture: built for AArch64",
		"/usr/local/cuda/lib64: no such folder",
		"/usr/lib: no such library",
		"/project/.deps/lib: no such folder",
		"/usr/lib/python3/dist-packages/nvidia/cu13/lib: no such folder",
		"ldconfig -p: cannot be read: no ldconfig here",
		"set TRTBENCH_CUDART to the file",
		"--library-path (or TRTBENCH_LIBRARY_PATH)",
		"pip install nvidia-cuda-runtime",
	} {
		assert.Contains(t, text, part)
	}
	var missing *NotFoundError
	require.ErrorAs(t, err, &missing)
	require.Len(t, missing.Rejected(), 1)
	assert.Equal(t, WrongArchitecture, missing.Rejected()[0].Outcome)
}

func TestUnreadable(t *testing.T) {
	if os.Getuid() == 0 {
		t.Skip("root reads everything")
	}
	h := newFakeHost(t)
	path := h.library("/some/libcudart.so.13")
	require.NoError(t, os.Chmod(path, 0))
	result, err := h.Find(CUDART, path)
	require.Error(t, err)
	assert.Equal(t, Unreadable, result.Attempts[0].Outcome)
}

func TestLoad(t *testing.T) {
	h := newFakeHost(t)
	h.env["LD_LIBRARY_PATH"] = h.Root + "/first"
	h.library("/first/libcudart.so.13")
	second := h.library("/usr/lib64/libcudart.so.13")
	h.library("/project/.deps/lib/libcudart.so.13")
	broken := errors.New("symbol cudaMalloc is missing")

	opened, result, err := LoadOn(h.Host, CUDART, nil, func(path string) (string, error) {
		if strings.Contains(path, "/first/") {
			return "", broken
		}
		return "opened " + path, nil
	})
	require.NoError(t, err)
	assert.Equal(t, "opened "+second, opened)
	last := result.Attempts[len(result.Attempts)-1]
	assert.Equal(t, Attempt{Source: SourceSystem, Path: second, Outcome: Opened}, last, "nothing is searched after it")
	assert.ErrorIs(t, result.Attempts[0].Err, broken)

	_, _, err = LoadOn(h.Host, CUDART, nil, func(string) (int, error) { return 0, broken })
	assert.ErrorIs(t, err, broken)
	assert.ErrorContains(t, err, "cannot be opened: symbol cudaMalloc is missing")

	calls := 0
	_, _, err = LoadOn(h.Host, CUDART, []string{h.Root + "/first"}, func(string) (int, error) { calls++; return 0, broken })
	assert.ErrorIs(t, err, broken)
	assert.Equal(t, 1, calls, "an explicit library that does not open is not replaced by another")
}

func TestThisHost(t *testing.T) {
	h := This()
	assert.NotEmpty(t, h.Arch)
	assert.True(t, filepath.IsAbs(h.WorkDir))
	assert.True(t, filepath.IsAbs(h.Executable))
}
