package record

import (
	"archive/zip"
	"encoding/json"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func testHead() Head {
	return Head{
		Kind:    "test",
		Started: time.Date(2026, 5, 4, 3, 2, 1, 7, time.UTC), Finished: time.Date(2026, 5, 4, 3, 2, 9, 0, time.UTC),
		Argv: []string{"trtbench", "run", "--out=a \"quoted\" name"},
		Description: Description{
			Backend: "TensorRT", Version: "10.15.1", Device: Device{Kind: GPU, Name: "GPU", MemoryBytes: math.MaxUint64},
			Model:   Model{Path: "ä/модель.engine", Bytes: 7},
			Tensors: []Tensor{{Name: "signal", Input: true, Type: "int32", Shape: []int{1, 2400, 1}}},
			Stages:  []Stage{StageCompute},
		},
		Environment: Environment{OS: "linux", Build: Build{Version: "v1.2.3"}},
		Verdict:     Verdict{Status: Warnings, Reasons: []Reason{{CodeInterrupted, "after 3"}}},
		Interrupted: true,
	}
}

type testRun struct {
	Points int `json:"points"`
}

// from returns a fill function that copies from values.
func from[T Number](values []T) func([]T, int) {
	return func(block []T, at int) { copy(block, values[at:]) }
}

// create writes a file with the given columns of float32 and returns its path.
func create(t testing.TB, columns map[string][]float32) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "run.trtbench")
	w, err := Create(path)
	require.NoError(t, err)
	for name, values := range columns {
		require.NoError(t, WriteColumn(w, name, len(values), from(values)))
	}
	require.NoError(t, w.Commit(testHead(), testRun{3}))
	return path
}

// sequence returns n different numbers.
func sequence[T Number](n int) []T {
	values := make([]T, n)
	for i := range values {
		values[i] = T(i)*3 - 100
	}
	return values
}

func checkRoundTrip[T Number](t *testing.T, n int) {
	t.Helper()
	dir := t.TempDir()
	path := filepath.Join(dir, "run.trtbench")
	want := sequence[T](n)
	w, err := Create(path)
	require.NoError(t, err)
	require.NoError(t, WriteColumn(w, "values", n, from(want)))
	require.NoError(t, WriteColumn(w, "others_2", 1, from([]float64{math.Inf(-1)})))
	require.NoError(t, w.Commit(testHead(), testRun{3}))
	w.Discard()
	assertFolder(t, dir, "run.trtbench")

	f, err := Open(path)
	require.NoError(t, err)
	defer f.Close()
	got, err := ReadColumn[T](f, "values")
	require.NoError(t, err)
	assert.True(t, slices.Equal(want, got), "%d values, %d were written", len(got), n)
	others, err := ReadColumn[float64](f, "others_2")
	require.NoError(t, err)
	assert.Equal(t, []float64{math.Inf(-1)}, others)

	assert.Equal(t, testHead(), f.Head)
	var run testRun
	require.NoError(t, f.Run(&run))
	assert.Equal(t, testRun{3}, run)
	column, found := f.Column("values")
	assert.True(t, found)
	assert.Equal(t, Column{"values", typeOf[T](), n}, column)
	require.NoError(t, f.Close())
	require.NoError(t, f.Close(), "again")
}

func TestRoundTrip(t *testing.T) {
	for _, n := range []int{0, 1, blockBytes/8 - 1, blockBytes / 8, blockBytes/4 + 1} {
		checkRoundTrip[uint8](t, n)
		checkRoundTrip[int32](t, n)
		checkRoundTrip[uint32](t, n)
		checkRoundTrip[int64](t, n)
		checkRoundTrip[float32](t, n)
		checkRoundTrip[float64](t, n)
	}
}

// The bytes are those of NumPy's format, so that np.load reads the file: a header of 128 bytes, then the values.
func TestColumnIsNumPyArray(t *testing.T) {
	archive, err := zip.OpenReader(create(t, map[string][]float32{"compute_ms": {1, -2.5, float32(math.NaN())}}))
	require.NoError(t, err)
	defer archive.Close()
	entry, err := archive.Open("compute_ms.npy")
	require.NoError(t, err)
	content, err := io.ReadAll(entry)
	require.NoError(t, err)
	const descr = "{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }"
	assert.Equal(t, "\x93NUMPY\x01\x00\x76\x00"+descr+strings.Repeat(" ", 117-len(descr))+"\n"+
		"\x00\x00\x80\x3f"+"\x00\x00\x20\xc0"+"\x00\x00\xc0\x7f", string(content))

	for _, c := range []Column{{"a", "uint8", 0}, {"a", "int64", maxLength}} {
		assert.Len(t, c.header(), columnHeaderBytes)
	}
}

func TestHeadIsReadable(t *testing.T) {
	archive, err := zip.OpenReader(create(t, map[string][]float32{"compute_ms": {1}}))
	require.NoError(t, err)
	defer archive.Close()
	entry, err := archive.Open("head.json")
	require.NoError(t, err)
	content, err := io.ReadAll(entry)
	require.NoError(t, err)
	assert.Contains(t, string(content), "{\n  \"schema\": \"trtbench.recording\",\n  \"major\": 1,\n  \"minor\": 0,\n  \"kind\": \"test\",\n")
	var head map[string]any
	require.NoError(t, json.Unmarshal(content, &head))
	assert.Equal(t, []any{map[string]any{"name": "compute_ms", "type": "float32", "length": 1.0}}, head["columns"])
	assert.Equal(t, map[string]any{"points": 3.0}, head["run"])
}

func TestDiscard(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "run.trtbench")
	require.NoError(t, os.WriteFile(path, []byte("old"), 0o644))
	w, err := Create(path)
	require.NoError(t, err)
	require.NoError(t, WriteColumn(w, "a", 2, from([]int32{1, 2})))
	w.Discard()
	w.Discard()
	assertContent(t, path, "old")
	assertFolder(t, dir, "run.trtbench")
	require.ErrorIs(t, WriteColumn(w, "b", 2, from([]int32{1, 2})), errEnded)
	require.ErrorIs(t, w.Commit(testHead(), nil), errEnded)
}

func TestWriterFails(t *testing.T) {
	for _, c := range []struct {
		name string
		use  func(w *Writer) error
		want string
	}{
		{"bad name", func(w *Writer) error { return WriteColumn(w, "a/b", 0, from([]int32{})) }, `column name "a/b"; expected letters, digits and _`},
		{"no name", func(w *Writer) error { return WriteColumn(w, "", 0, from([]int32{})) }, `column name ""`},
		{"twice", func(w *Writer) error {
			_ = WriteColumn(w, "a", 0, from([]int32{}))
			return WriteColumn(w, "a", 0, from([]int64{}))
		}, "column a was already written"},
		{"negative length", func(w *Writer) error { return WriteColumn(w, "a", -1, from([]int32{})) }, "impossible length -1"},
		{"run is no JSON", func(w *Writer) error { return w.Commit(Head{}, math.Inf(1)) }, "unsupported value"},
		{"huge head", func(w *Writer) error { return w.Commit(Head{}, strings.Repeat("x", maxHeadBytes)) }, "expected at most 8388608"},
		{"closed file", func(w *Writer) error {
			_ = w.out.pending.File.Close()
			return WriteColumn(w, "a", 1<<20, from(make([]int64, 1<<20)))
		}, "file already closed"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, "run.trtbench")
			w, err := Create(path)
			require.NoError(t, err)
			err = c.use(w)
			require.ErrorContains(t, err, c.want)
			assert.ErrorContains(t, err, "record: write "+path)
			assert.Equal(t, err, w.Commit(Head{}, nil), "the first error stays")
			w.Discard()
			assertFolder(t, dir)
		})
	}
	t.Run("no place", func(t *testing.T) {
		_, err := Create(filepath.Join(t.TempDir(), "no", "place"))
		require.ErrorContains(t, err, "make the folder first")
	})
	t.Run("full device", func(t *testing.T) {
		w, err := Create("/dev/full")
		if err != nil {
			t.Skip("this system has no /dev/full")
		}
		require.ErrorContains(t, w.Commit(Head{}, nil), "no space left on device")
	})
}

func TestReadColumnFails(t *testing.T) {
	f, err := Open(create(t, map[string][]float32{"a": {1}}))
	require.NoError(t, err)
	defer f.Close()
	_, err = ReadColumn[float32](f, "b")
	require.ErrorContains(t, err, "it has no column b")
	_, err = ReadColumn[float64](f, "a")
	require.ErrorContains(t, err, "column a holds float32; expected float64")
	require.ErrorContains(t, f.Run(&struct{}{}), `run: json: unknown field "points"`)
	_, found := f.Column("b")
	assert.False(t, found)
}

func TestReadColumnsAtOnce(t *testing.T) {
	a, b := sequence[float32](300_000), sequence[float32](200_000)
	f, err := Open(create(t, map[string][]float32{"a": a, "b": b}))
	require.NoError(t, err)
	defer f.Close()
	var reading sync.WaitGroup
	for range 4 {
		for name, want := range map[string][]float32{"a": a, "b": b} {
			reading.Go(func() {
				got, err := ReadColumn[float32](f, name)
				assert.NoError(t, err)
				assert.True(t, slices.Equal(want, got))
			})
		}
	}
	reading.Wait()
}
