package report

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/trtbench/trtbench/record"
	"github.com/trtbench/trtbench/tensor"
)

// RawNames returns the names of the files that trtexec's --dumpRawBindingsToFile writes for tensors:
// NAME.input|output.D.D.TYPE.raw, with _ for characters that are unsafe in names of files, and the middle of long names left
// out. trtexec lets tensors whose names become the same overwrite each other; here the later ones are numbered.
func RawNames(tensors []record.Tensor) []string {
	names := make([]string, len(tensors))
	taken := make(map[string]bool)
	for i, t := range tensors {
		kind := "output"
		if t.Input {
			kind = "input"
		}
		stem := fmt.Sprintf("%s.%s.%s.%s", t.Name, kind, dimensions(t.Shape, "."), tensor.ShortName(t.Type))
		name := safeName(stem + ".raw")
		for n := 2; taken[name]; n++ {
			name = safeName(fmt.Sprintf("%s.%d.raw", stem, n))
		}
		taken[name] = true
		names[i] = name
	}
	return names
}

// longName is the length of a file name from which on trtexec leaves out the middle; kept characters remain on each side.
const (
	longName = 150
	kept     = (longName - len("...")) / 2
)

func safeName(text string) string {
	safe := []byte(text)
	for i, c := range safe {
		letter := 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
		if !letter && !strings.ContainsRune("._-,", rune(c)) {
			safe[i] = '_'
		}
	}
	if len(safe) <= longName {
		return string(safe)
	}
	return string(safe[:kept]) + "..." + string(safe[len(safe)-kept:])
}

// SaveRaw writes the buffer of each tensor to a file of its own in a folder, which must exist, under the names of RawNames.
// It returns the paths of the files. Each file appears complete or not at all.
func SaveRaw(folder string, tensors []tensor.Values) ([]string, error) {
	described := make([]record.Tensor, len(tensors))
	for i := range tensors {
		described[i] = tensors[i].Tensor
	}
	var paths []string
	for i, name := range RawNames(described) {
		path := filepath.Join(folder, name)
		err := record.WriteFile(path, func(w io.Writer) error {
			_, err := w.Write(tensors[i].Data)
			return err
		})
		if err != nil {
			return paths, err
		}
		paths = append(paths, path)
	}
	return paths, nil
}
