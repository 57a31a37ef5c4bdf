package inputs

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/trtbench/trtbench/internal/named"
	"github.com/trtbench/trtbench/record"
	"github.com/trtbench/trtbench/tensor"
	"github.com/trtbench/trtbench/tensor/npy"
)

// Load reads the files of tensors as trtexec's --loadInputs names them, "name:file,name:file". A name may stand in single
// quotes and must when it holds a comma or a colon; one * in it stands for any text. Of a repeated name the last
// counts. The error names every file that cannot be read. See [ReadFile].
func Load(s string) (map[string]tensor.Values, error) {
	if s == "" {
		return nil, nil
	}
	pairs, err := named.Split(s, "file", 0)
	if err != nil {
		return nil, fmt.Errorf("inputs: parse files %q: %w", s, err)
	}
	files := map[string]string{}
	for _, p := range pairs {
		if p.Value == "" {
			return nil, fmt.Errorf("inputs: parse files %q: %s: no file after the colon", s, p.Name)
		}
		files[p.Name] = p.Value
	}
	values := map[string]tensor.Values{}
	var faults []string
	for name, path := range files {
		v, err := ReadFile(path)
		if err != nil {
			faults = append(faults, fmt.Sprintf("inputs: file of %s: %v", name, err))
			continue
		}
		v.Name = name
		values[name] = v
	}
	if err := joined(faults); err != nil {
		return nil, err
	}
	return values, nil
}

// ReadFile reads the values of a tensor: from an array that NumPy saved, whose type and shape it tells, or from the plain
// little-endian bytes of the elements, whose type and shape stay unknown ("" and nil). NumPy's files are known by their first
// bytes; one that is named .npy must be one.
func ReadFile(path string) (tensor.Values, error) {
	info, err := os.Stat(path)
	if err != nil {
		return tensor.Values{}, err
	}
	if !info.Mode().IsRegular() {
		return tensor.Values{}, fmt.Errorf("%s is no regular file (%s)", path, info.Mode().Type())
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return tensor.Values{}, err
	}
	array, err := npy.Parse(data)
	switch {
	case err == nil:
		return array, nil
	case errors.Is(err, npy.ErrNotNumPy) && !strings.HasSuffix(path, ".npy"):
		return tensor.Values{Tensor: record.Tensor{}, Data: data}, nil
	}
	return tensor.Values{}, fmt.Errorf("%s: %w", path, err)
}
