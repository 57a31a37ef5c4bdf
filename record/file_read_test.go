package record

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// part is an entry of an archive.
type part struct {
	name, content string
	method        uint16
}

// archive builds a zip archive.
func archive(t testing.TB, parts ...part) []byte {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, p := range parts {
		entry, err := w.CreateHeader(&zip.FileHeader{Name: p.name, Method: p.method})
		require.NoError(t, err)
		_, err = io.WriteString(entry, p.content)
		require.NoError(t, err)
	}
	require.NoError(t, w.Close())
	return out.Bytes()
}

// headText returns a head.json with these columns, after change.
func headText(t testing.TB, columns []Column, change func(map[string]any)) string {
	t.Helper()
	text, err := json.Marshal(headFile{Schema: schema, Major: 1, Head: testHead(), Run: []byte(`{}`), Columns: columns})
	require.NoError(t, err)
	if change == nil {
		return string(text)
	}
	var fields map[string]any
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	require.NoError(t, decoder.Decode(&fields))
	change(fields)
	text, err = json.Marshal(fields)
	require.NoError(t, err)
	return string(text)
}

// columnA is a column of two values, and its part of an archive.
var (
	columnA = Column{"a", "int32", 2}
	partA   = part{name: "a.npy", content: string(columnA.header()) + "12345678"}
)

func setting(key string, value any) func(map[string]any) {
	return func(fields map[string]any) { fields[key] = value }
}

func TestOpenRefuses(t *testing.T) {
	listed := []Column{columnA}
	head := func(change func(map[string]any)) part {
		return part{name: headName, content: headText(t, listed, change)}
	}
	good := archive(t, head(nil), partA)
	shorter := func(what string) []byte { return bytes.Replace(good, []byte(what), []byte("x"), 1) }
	for _, c := range []struct {
		name    string
		content []byte
		want    string
	}{
		{"empty", nil, "it is empty"},
		{"text", []byte("hello"), "it is not a recording of trtbench"},
		{"cut short", good[:len(good)-30], "its end is missing or damaged; copy it again"},
		{"only the start", good[:4], "its end is missing or damaged"},
		{"without its start", good[10:], "its part head.json: "},
		{"byte removed", shorter("\"kind\""), "its part"},
		{"other archive", archive(t, part{name: "a.txt"}), "it is a zip archive without head.json"},
		{"entry twice", archive(t, head(nil), partA, partA), `it holds "a.npy" twice`},
		{"unlisted entry", archive(t, head(nil), partA, part{name: "b.npy"}), `it holds "b.npy", which is not listed`},
		{"missing entry", archive(t, head(nil)), "column a is missing"},
		{"compressed column", archive(t, head(nil), part{partA.name, partA.content, zip.Deflate}), `its part "a.npy" is compressed`},
		{"compressed head", archive(t, part{headName, head(nil).content, zip.Deflate}, partA), `its part "head.json" is compressed`},
		{"short column", archive(t, head(nil), part{name: "a.npy", content: partA.content[:135]}), "column a has 135 bytes; expected 136 for 2 values of type int32"},
		{"long column", archive(t, head(nil), part{name: "a.npy", content: partA.content + "1"}), "column a has 137 bytes; expected 136"},
		{"column listed twice", archive(t, head(setting("columns", []Column{columnA, columnA})), partA), "column a is listed twice"},
		{"unknown type", archive(t, head(setting("columns", []Column{{"a", "int128", 2}})), partA), `column a has the unknown type "int128"`},
		{"negative length", archive(t, head(setting("columns", []Column{{"a", "int32", -2}})), partA), "column a has the impossible length -2"},
		{"huge length", archive(t, head(setting("columns", []Column{{"a", "int32", 1 << 62}})), partA), "column a has the impossible length"},
		{"length over the file", archive(t, head(setting("columns", []Column{{"a", "int32", 1 << 40}})), partA), "column a has 136 bytes; expected 4398046511232"},
		{"column of a path", archive(t, head(setting("columns", []Column{{"../a", "int32", 2}})), partA), `column name "../a"`},
		{"column named as the head", archive(t, head(setting("columns", []Column{{"head.json", "int32", 2}})), partA), `column name "head.json"`},
		{"head is no JSON", archive(t, part{name: headName, content: "{"}), "head.json: unexpected end of JSON input"},
		{"head is a list", archive(t, part{name: headName, content: "[]"}), "head.json: json: cannot unmarshal array"},
		{"two heads", archive(t, part{name: headName, content: head(nil).content + "{}"}, partA), "head.json: invalid character '{' after top-level value"},
		{"huge head", archive(t, part{name: headName, content: strings.Repeat(" ", maxHeadBytes+1)}), "head.json has 8388609 bytes; expected at most 8388608"},
		{"other schema", archive(t, head(setting("schema", "trtbench.report")), partA), `it is not a recording of trtbench: its schema is "trtbench.report"`},
		{"newer major", archive(t, head(setting("major", 2)), partA), "its format has version 2.0 and this program reads version 1; read it with the trtbench that wrote it (version v1.2.3) or a later one"},
		{"major zero", archive(t, head(setting("major", 0)), partA), "its format has version 0.0"},
		{"negative minor", archive(t, head(setting("minor", -1)), partA), "its format has version 1.-1"},
		{"newer major with another meaning", archive(t, head(func(f map[string]any) {
			f["major"], f["environment"], f["columns"] = 9, "none", 5
		}), partA), "its format has version 9.0 and this program reads version 1; read it with the trtbench that wrote it (version unknown)"},
		{"unknown field", archive(t, head(setting("extra", 1)), partA), `head.json: json: unknown field "extra"`},
		{"wrong type", archive(t, head(setting("argv", 1)), partA), "head.json: json: cannot unmarshal number"},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "run.trtbench")
			require.NoError(t, os.WriteFile(path, c.content, 0o600))
			f, err := Open(path)
			require.ErrorContains(t, err, c.want)
			assert.ErrorContains(t, err, "record: read "+path)
			assert.Nil(t, f)
		})
	}
}

func TestOpenRefusesWhatIsNoFile(t *testing.T) {
	dir := t.TempDir()
	pipe := filepath.Join(dir, "pipe")
	require.NoError(t, syscall.Mkfifo(pipe, 0o600))
	for path, want := range map[string]string{
		dir:                        "it is a folder",
		pipe:                       "it is not a regular file",
		filepath.Join(dir, "none"): "no such file or directory",
		"":                         "no such file or directory",
	} {
		_, err := Open(path)
		require.ErrorContains(t, err, want)
		assert.ErrorContains(t, err, fmt.Sprintf("record: read %s: ", path))
	}
}

func TestOpenAcceptsNewerMinor(t *testing.T) {
	newer := headText(t, []Column{columnA}, func(fields map[string]any) {
		fields["minor"], fields["extra"], fields["run"] = 7, 1, map[string]any{"points": 3, "more": 1}
	})
	content := archive(t, part{name: headName, content: newer}, partA)
	f, err := newFile("x", bytes.NewReader(content), int64(len(content)))
	require.NoError(t, err)
	assert.True(t, f.Newer())
	var run testRun
	require.NoError(t, f.Run(&run))
	assert.Equal(t, testRun{3}, run)
}

func TestReadColumnOfDamagedFile(t *testing.T) {
	head := part{name: headName, content: headText(t, []Column{columnA}, nil)}
	open := func(content []byte) *File {
		f, err := newFile("x", bytes.NewReader(content), int64(len(content)))
		require.NoError(t, err)
		return f
	}
	good := archive(t, head, partA)
	values, err := ReadColumn[int32](open(good), "a")
	require.NoError(t, err)
	require.Equal(t, []int32{0x34333231, 0x38373635}, values)

	t.Run("values", func(t *testing.T) {
		_, err := ReadColumn[int32](open(bytes.Replace(good, []byte("12345678"), []byte("12345679"), 1)), "a")
		require.EqualError(t, err, "record: read x: its part a.npy: its bytes are damaged (the checksum differs); copy the file again from where it was made")
	})
	t.Run("header", func(t *testing.T) {
		other := Column{"a", "float32", 2}
		content := archive(t, head, part{name: "a.npy", content: string(other.header()) + "12345678"})
		_, err := ReadColumn[int32](open(content), "a")
		require.ErrorContains(t, err, "its header is not the one of such a column")
	})
}

// A small file cannot make the reader reserve much memory.
func TestOpenReservesNoMoreThanTheFileHas(t *testing.T) {
	columns := []Column{{"a", "float64", 1 << 27}}
	bomb := archive(t,
		part{name: headName, content: headText(t, columns, nil)},
		part{"a.npy", string(columns[0].header()) + strings.Repeat("\x00", 1<<20), zip.Deflate})
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err := newFile("x", bytes.NewReader(bomb), int64(len(bomb)))
	runtime.ReadMemStats(&after)
	require.Error(t, err)
	assert.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(1<<20))

	// Two entries of the archive's directory may claim the same bytes.
	for _, size := range []uint32{1 << 31, 2000} {
		content := archive(t, part{name: headName, content: headText(t, nil, nil)},
			part{name: "a.npy", content: strings.Repeat("x", 1000)}, part{name: "b.npy"})
		for _, name := range []string{"a.npy", "b.npy"} {
			entry := content[bytes.LastIndex(content, []byte(name))-46:] // in the directory, which ends the archive
			binary.LittleEndian.PutUint32(entry[20:], size)              // compressed
			binary.LittleEndian.PutUint32(entry[24:], size)              // uncompressed
		}
		_, err = newFile("x", bytes.NewReader(content), int64(len(content)))
		require.ErrorContains(t, err, "its parts claim more than the")
	}
}

// FuzzOpen reads arbitrary bytes: nothing may crash, and what is accepted can be read in full or is refused.
func FuzzOpen(f *testing.F) {
	head := part{name: headName, content: headText(f, []Column{columnA}, nil)}
	f.Add(archive(f, head, partA))
	f.Add(archive(f, head, part{partA.name, partA.content, zip.Deflate}))
	f.Add(archive(f, part{name: headName, content: headText(f, nil, setting("major", 2))}))
	f.Add([]byte("PK\x05\x06" + strings.Repeat("\x00", 18)))
	f.Fuzz(func(t *testing.T, content []byte) {
		file, err := newFile("x", bytes.NewReader(content), int64(len(content)))
		if err != nil {
			return
		}
		var sum int64
		for _, c := range file.Columns {
			sum += c.bytes()
			if c.Type != "int32" {
				continue
			}
			if values, err := ReadColumn[int32](file, c.Name); err == nil {
				assert.Len(t, values, c.Length)
			} else {
				assert.Nil(t, values)
			}
		}
		assert.LessOrEqual(t, sum, int64(len(content)))
		_ = file.Run(&testRun{})
	})
}

// FuzzHead reads archives that are sound, with an arbitrary head and column.
func FuzzHead(f *testing.F) {
	f.Add(headText(f, []Column{columnA}, nil), partA.content)
	f.Add(headText(f, []Column{columnA}, setting("minor", 1)), partA.content[:130])
	f.Add(headText(f, []Column{{"a", "float64", 1 << 50}}, nil), "")
	f.Fuzz(func(t *testing.T, head, column string) {
		content := archive(t, part{name: headName, content: head}, part{name: "a.npy", content: column})
		file, err := newFile("x", bytes.NewReader(content), int64(len(content)))
		if err != nil {
			return
		}
		require.Len(t, file.Columns, 1)
		values, err := ReadColumn[int32](file, "a")
		if err == nil {
			assert.Len(t, values, file.Columns[0].Length)
			assert.Equal(t, string(file.Columns[0].header()), column[:columnHeaderBytes])
		}
	})
}
