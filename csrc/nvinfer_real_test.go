package csrc

import (
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// realTensorRT are NVIDIA's libraries as make tensorrt unpacks them.
var realTensorRT = []struct {
	folder  string
	major   string
	version int
}{
	{"tensorrt-10.15", "10", 101501},
	{"tensorrt-11.2", "11", 110201},
}

// realFile returns the path of one of NVIDIA's files, and skips the test when it is not there.
func realFile(t *testing.T, folder, name string) string {
	t.Helper()
	path, err := filepath.Abs(filepath.Join("..", ".deps", folder, name))
	require.NoError(t, err)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("%s is not there; run make tensorrt (1 GB)", path)
	}
	return path
}

// messages collects what TensorRT logs.
type messages struct {
	mu   sync.Mutex
	text map[int][]string
}

func (m *messages) logger() *Logger {
	m.text = map[int][]string{}
	logger := NewLogger(func(severity int, message string) {
		m.mu.Lock()
		defer m.mu.Unlock()
		m.text[severity] = append(m.text[severity], message)
	})
	logger.SetLimit(LogVerbose)
	return logger
}

func (m *messages) errors() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return append(append([]string(nil), m.text[LogInternalError]...), m.text[LogError]...)
}

// Both majors are loaded in one process, with their plugins. Without a driver, TensorRT's function for a runtime returns a pointer
// to nothing; it must become an error, and its reason must be in the log.
func TestRealLibraries(t *testing.T) {
	for _, real := range realTensorRT {
		t.Run(real.folder, func(t *testing.T) {
			n, err := OpenNVInfer(realFile(t, real.folder, "libnvinfer.so."+real.major))
			require.NoError(t, err)
			defer n.Close()
			version, _ := n.Version()
			assert.Equal(t, real.version, version)
			assert.False(t, n.HasSymbol("trtbenchSimDevice"))

			var log messages
			logger := log.logger()
			status, err := n.InitPlugins(realFile(t, real.folder, "libnvinfer_plugin.so."+real.major), logger)
			require.NoError(t, err)
			assert.Equal(t, OK, status)

			runtime, status := n.CreateRuntime(logger)
			if status == OK { // there is a GPU
				runtime.Destroy()
				return
			}
			assert.Equal(t, Refused, status)
			assert.False(t, runtime.Exists())
			require.NotEmpty(t, log.errors())
			assert.Contains(t, log.errors()[0], "CUDA initialization failure")
		})
	}
}

func TestOpenNVInferRefuses(t *testing.T) {
	_, err := OpenNVInfer(filepath.Join(t.TempDir(), "libnvinfer.so.10"))
	assert.ErrorContains(t, err, "libnvinfer.so.10")
	_, err = OpenNVInfer("libc.so.6")
	assert.ErrorContains(t, err, "libc.so.6: symbol getInferLibVersion is missing")
}
