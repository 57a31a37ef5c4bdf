package cli

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/stretchr/testify/require"
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
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(env *testscript.Env) error {
			env.Setenv("ROOT", root)
			env.Setenv("TRTBENCH_ONNXRUNTIME", filepath.Join(root, ".deps/lib/libonnxruntime.so"))
			env.Setenv("XDG_CACHE_HOME", cache) // the simulated libraries are compiled once for all scripts
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"cmpstamped": compareStamped},
		Condition: func(condition string) (bool, error) {
			switch condition {
			case "onnxruntime":
				_, err := os.Stat(filepath.Join(root, ".deps/lib/libonnxruntime.so"))
				return err == nil, nil
			}
			return false, nil
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
