package cli

import (
	"fmt"
	"os"
	"path/filepath"
)

// written returns every file that a run writes, the engine and the timing cache included.
func (f *runFlags) written() []string { return append(f.output.files(), f.build.files()...) }

// writable refuses outputs that cannot be written, or that would replace the model or each other, before anything is measured.
func (f *runFlags) writable() error {
	if err := keepApart([]string{f.model.onnx, f.model.engine}, f.written()); err != nil {
		return err
	}
	return writableFiles(f.written())
}

// writableFiles refuses files that cannot be written.
func writableFiles(paths []string) error {
	for _, path := range paths {
		switch info, err := os.Stat(path); {
		case err == nil && info.IsDir():
			return fmt.Errorf("output %s is a folder; expected the name of a file", path)
		case err == nil && !info.Mode().IsRegular():
			continue // a pipe or device
		}
		probe, err := os.CreateTemp(filepath.Dir(path), ".trtbench-*")
		if err != nil {
			return fmt.Errorf("output %s cannot be written: %w; choose another folder", path, err)
		}
		probe.Close()
		os.Remove(probe.Name())
	}
	return nil
}

// keepApart refuses outputs that are one of the files that are read, which would be lost, or the same file as another output.
func keepApart(read, written []string) error {
	use := map[string]string{} // of a file, by its one true path
	for _, path := range read {
		if path != "" {
			use[truePath(path)] = "is read by this run"
		}
	}
	for _, path := range written {
		if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
			continue // devices and pipes take any number of outputs
		}
		place := truePath(path)
		if why, taken := use[place]; taken {
			return fmt.Errorf("output %s %s; choose another name", path, why)
		}
		use[place] = "is the file of two outputs"
	}
	return nil
}

// truePath is the same for all names of a file, whether it is there or not.
func truePath(path string) string {
	if whole, err := filepath.EvalSymlinks(path); err == nil {
		path = whole
	} else if folder, err := filepath.EvalSymlinks(filepath.Dir(path)); err == nil {
		path = filepath.Join(folder, filepath.Base(path))
	}
	if whole, err := filepath.Abs(path); err == nil {
		return whole
	}
	return path
}
