package cli

import (
	"encoding/binary"
	"encoding/hex"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/csrc/sim"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"trtbench": func() {
			ctx, stop := Interruptible()
			code := Main(ctx, ThisProcess())
			stop()
			os.Exit(code)
		},
	})
}

// TestScripts runs the command as a user would: each script under testdata/script is one story.
func TestScripts(t *testing.T) {
	root, err := filepath.Abs("../..")
	require.NoError(t, err)
	cache, err := os.UserCacheDir()
	require.NoError(t, err)
	folders := map[string]string{
		"ROOT":                 root,
		"XDG_CACHE_HOME":       cache, // the simulated libraries are compiled once for all scripts
		"TRTBENCH_ONNXRUNTIME": filepath.Join(root, ".deps/lib/libonnxruntime.so"),
		"CUDA":                 filepath.Join(root, ".deps/lib"),
		"TRT10":                filepath.Join(root, ".deps/tensorrt-10.15"),
	}
	for _, major := range []int{10, 11} {
		folders["SIM"+strconv.Itoa(major)], err = sim.Build(t.Context(), major)
		require.NoError(t, err)
	}
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(env *testscript.Env) error {
			for name, folder := range folders {
				env.Setenv(name, folder)
			}
			env.Values[scriptTest{}] = env.T()
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"cmpstamped":  compareStamped,
			"samelines":   compareLines,
			"exits":       exits,
			"bytes":       writeBytes,
			"plan-header": writePlanHeader,
			"foreign":     writeForeign,
			"mock":        startMock,
		},
		Condition: func(condition string) (bool, error) {
			there := func(file string) bool {
				_, err := os.Stat(file)
				return err == nil
			}
			switch condition {
			case "onnxruntime":
				return there(folders["TRTBENCH_ONNXRUNTIME"]), nil
			case "tensorrt":
				return there(filepath.Join(folders["TRT10"], "libnvinfer.so.10")), nil
			case "gpu":
				return there("/dev/nvidiactl"), nil
			case "root":
				return os.Geteuid() == 0, nil
			}
			return false, errors.New("unknown condition")
		},
	})
}

var timeStamp = regexp.MustCompile(`(?m)^\[\d\d/\d\d/\d{4}-\d\d:\d\d:\d\d\] `)

// compareStamped is cmp for a log: the time stamps of the first file are left out.
func compareStamped(ts *testscript.TestScript, _ bool, args []string) {
	got, want := timeStamp.ReplaceAllString(ts.ReadFile(args[0]), ""), ts.ReadFile(args[1])
	if got != want {
		ts.Fatalf("%s without time stamps is\n%s\nwant\n%s", args[0], got, want)
	}
}

// compareLines compares the lines of two logs that match a pattern, without time stamps: samelines PATTERN FILE FILE.
func compareLines(ts *testscript.TestScript, _ bool, args []string) {
	pattern := regexp.MustCompile(`(?m)^.*(?:` + args[0] + `).*$`)
	lines := func(file string) []string {
		return pattern.FindAllString(timeStamp.ReplaceAllString(ts.ReadFile(file), ""), -1)
	}
	if a, b := lines(args[1]), lines(args[2]); len(a) == 0 || !slices.Equal(a, b) {
		ts.Fatalf("%s has\n%s\nand %s has\n%s", args[1], strings.Join(a, "\n"), args[2], strings.Join(b, "\n"))
	}
}

// exits runs a command that must end with the given code: exits 2 trtbench run.
func exits(ts *testscript.TestScript, _ bool, args []string) {
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	err = ts.Exec(args[1], args[2:]...)
	code := 0
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		code = exit.ExitCode()
	case err != nil:
		ts.Fatalf("%v", err)
	}
	if code != want {
		ts.Fatalf("exit code %d; expected %d", code, want)
	}
}

// writeBytes writes a file of the given bytes: bytes FILE HEX.
func writeBytes(ts *testscript.TestScript, _ bool, args []string) {
	data, err := hex.DecodeString(args[1])
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), data, 0o600))
}

// writePlanHeader writes what an engine of a version of TensorRT begins with, and no engine behind it: plan-header FILE 10.3.0.
func writePlanHeader(ts *testscript.TestScript, _ bool, args []string) {
	data := binary.LittleEndian.AppendUint32(nil, 0x74727466)
	data = append(data, make([]byte, 20)...)
	for _, number := range strings.Split(args[1], ".") {
		n, err := strconv.ParseUint(number, 10, 8)
		ts.Check(err)
		data = append(data, byte(n))
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), append(data, make([]byte, 1000)...), 0o600))
}

// writeForeign copies a shared library and marks the copy as built for another processor: foreign FROM TO.
func writeForeign(ts *testscript.TestScript, _ bool, args []string) {
	data, err := os.ReadFile(ts.MkAbs(args[0]))
	ts.Check(err)
	const machine, x86, arm = 18, 62, 183 // place and values of ELF's e_machine
	if data[machine] == arm {
		data[machine] = x86
	} else {
		data[machine] = arm
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), data, 0o600))
}
