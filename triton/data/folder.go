package data

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// readFolder reads one step: a file for each input, named like it, with the bytes of one item, or one string per line for BYTES.
// Files that are named like outputs are what answers must have.
func readFolder(folder string, ins, outs []Tensor, carried []string) (*Set, error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, err
	}
	step, expected := Step{}, Step{}
	for _, entry := range entries {
		name := entry.Name()
		if slices.Contains(carried, name) || strings.HasPrefix(name, ".") {
			continue
		}
		into := step
		t, err := find(ins, "input or output", name)
		if err != nil {
			into = expected
			if t, _ = find(outs, "output", name); t == nil {
				return nil, fmt.Errorf("file %s: %w", filepath.Join(folder, name), err)
			}
		}
		v, err := readRaw(filepath.Join(folder, name), t)
		if err != nil {
			return nil, err
		}
		into[name] = v
	}
	for i := range ins {
		if _, given := step[ins[i].Name]; !given && !ins[i].Optional {
			return nil, fmt.Errorf("folder %s has no file for input %q", folder, ins[i].Name)
		}
	}
	set := &Set{Streams: [][]Step{{step}}}
	if len(expected) > 0 {
		set.Expected = [][]Step{{expected}}
	}
	return set, nil
}

func readRaw(path string, t *Tensor) (Value, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return Value{}, err
	}
	if t.Type == Bytes {
		raw = joinLines(string(raw))
	}
	v := Value{t.Shape, raw}
	if err := t.check(v); err != nil {
		return Value{}, fmt.Errorf("file %s: %w", path, err)
	}
	return v, nil
}

// joinLines makes an element of type BYTES of every line.
func joinLines(text string) []byte {
	data := []byte{}
	for line := range strings.Lines(text) {
		data = appendString(data, strings.TrimRight(line, "\r\n"))
	}
	return data
}
