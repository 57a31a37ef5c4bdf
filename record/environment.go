package record

import (
	"bufio"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
)

// Environment describes the host and the program that measured.
type Environment struct {
	OS         string `json:"os"`
	Arch       string `json:"arch"`
	Kernel     string `json:"kernel,omitempty"`
	CPU        string `json:"cpu,omitempty"` // model name
	CPUs       int    `json:"cpus"`          // logical processors this process may use
	GOMAXPROCS int    `json:"gomaxprocs"`
	Go         string `json:"go"`
	Build      Build  `json:"build"`
}

// Build identifies the program.
type Build struct {
	Version  string `json:"version"` // of the module, "(devel)" for a build of a checkout
	Revision string `json:"revision,omitempty"`
	Modified bool   `json:"modified,omitempty"` // the checkout had local changes
}

// ThisEnvironment describes the running process.
func ThisEnvironment() Environment {
	return Environment{
		OS:         runtime.GOOS,
		Arch:       runtime.GOARCH,
		Kernel:     firstLine("/proc/sys/kernel/osrelease"),
		CPU:        CPUName(),
		CPUs:       runtime.NumCPU(),
		GOMAXPROCS: runtime.GOMAXPROCS(0),
		Go:         runtime.Version(),
		Build:      ThisBuild(),
	}
}

// ThisBuild identifies the running program from what the Go linker wrote into it.
var ThisBuild = sync.OnceValue(func() Build {
	build := Build{Version: "unknown"}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return build
	}
	build.Version = info.Main.Version
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			build.Revision = s.Value
		case "vcs.modified":
			build.Modified = s.Value == "true"
		}
	}
	return build
})

// CPUName returns the model name of the first processor, or the architecture where the system does not tell.
var CPUName = sync.OnceValue(func() string {
	if f, err := os.Open("/proc/cpuinfo"); err == nil {
		defer f.Close()
		for lines := bufio.NewScanner(f); lines.Scan(); {
			key, value, found := strings.Cut(lines.Text(), ":")
			if found && strings.TrimSpace(key) == "model name" {
				return strings.TrimSpace(value)
			}
		}
	}
	return runtime.GOARCH
})

func firstLine(path string) string {
	text, err := os.ReadFile(path)
	if err != nil {
		return ""
	}
	line, _, _ := strings.Cut(string(text), "\n")
	return line
}
