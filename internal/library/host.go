package library

import (
	"os"
	"path/filepath"
	"runtime"
)

// Host is the machine that is searched, as far as a search depends on it. This describes the real one.
type Host struct {
	Arch       string                 // GOARCH of the program that will load the library
	Root       string                 // put before absolute system folders; empty for none
	Home       string                 // the user's home folder; empty when there is none
	WorkDir    string                 // the working directory; empty when unknown
	Executable string                 // the folder of the running program; empty when unknown
	Getenv     func(string) string    // the environment
	Cache      func() ([]byte, error) // the output of `ldconfig -p`
}

// This returns the machine that the program runs on.
func This() Host {
	h := Host{Arch: runtime.GOARCH, Getenv: os.Getenv, Cache: runLdconfig}
	// What cannot be found out is left empty, and the folders that depend on it are not searched.
	h.Home, _ = os.UserHomeDir()
	h.WorkDir, _ = os.Getwd()
	if path, err := os.Executable(); err == nil {
		h.Executable = filepath.Dir(path)
	}
	return h
}

// system puts an absolute folder under the host's root.
func (h Host) system(folder string) string {
	return h.Root + folder
}
