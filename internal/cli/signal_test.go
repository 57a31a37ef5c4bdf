//go:build unix

package cli

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/bench"
	"github.com/trtbench/trtbench/csrc/sim"
)

// TestSignals sends signals to a real process, at a line that tells how far it is. The log of calls of the simulated device, on
// standard error, tells what no line of the program does.
func TestSignals(t *testing.T) {
	root, err := filepath.Abs("../..")
	require.NoError(t, err)
	zero, xy := filepath.Join(root, "testdata/plans/zero.sim.json"), filepath.Join(root, "testdata/plans/xy.sim.json")
	const hour = "--duration=3600"
	for _, c := range []struct {
		name    string
		args    []string
		at      string // sent when this text appears
		signals []syscall.Signal
		exit    int
		kept    bool
	}{
		{"interrupted in the run", []string{xy, hour, "--warmUp=0"}, "enqueueV3", []syscall.Signal{syscall.SIGINT}, ExitInterrupted, true},
		{"terminated in the run", []string{xy, hour, "--warmUp=0", "--compat=11"}, "graphLaunch", []syscall.Signal{syscall.SIGTERM}, ExitInterrupted, true},
		{"in the warm-up", []string{xy, hour, "--warmUp=3600000"}, "enqueueV3", []syscall.Signal{syscall.SIGINT}, ExitInvalid, true},
		{"while idle", []string{zero, hour, "--warmUp=0", "--idleTime=3600000"}, "enqueueV3", []syscall.Signal{syscall.SIGINT}, ExitInterrupted, true},
		{"endless", []string{zero, "--duration=-1"}, "enqueueV3", []syscall.Signal{syscall.SIGINT}, ExitOK, true},
		{"with threads", []string{xy, hour, "--warmUp=0", "--threads", "--infStreams=3"}, "enqueueV3", []syscall.Signal{syscall.SIGTERM}, ExitInterrupted, true},
		{"the terminal is closed", []string{xy, hour, "--warmUp=0"}, "enqueueV3", []syscall.Signal{syscall.SIGHUP}, ExitInterrupted, true},
		{"device hangs", []string{"hang.sim.json", hour}, "enqueueV3", []syscall.Signal{syscall.SIGINT, syscall.SIGINT}, ExitInterrupted, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.signals[0] == syscall.SIGHUP && signal.Ignored(syscall.SIGHUP) {
				t.Skip("under nohup, which keeps the signal away")
			}
			t.Parallel()
			folder := t.TempDir()
			p := startProcess(t, folder, append([]string{"run", "--out=run.trtbench", "--loadEngine=" + writeHang(t, folder, c.args[0])}, c.args[1:]...))
			p.waitFor(c.at)
			for i, signal := range c.signals {
				if i > 0 {
					p.waitFor("once more to abort")
				}
				require.NoError(t, p.cmd.Process.Signal(signal))
			}
			assert.Equal(t, c.exit, p.wait(), p.seen.String())
			if !c.kept {
				assert.NoFileExists(t, filepath.Join(folder, "run.trtbench"))
				return
			}
			recording, err := bench.Load(filepath.Join(folder, "run.trtbench"))
			require.NoError(t, err)
			assert.True(t, recording.Interrupted)
			assert.NotEmpty(t, recording.Samples)
		})
	}
}

// TestSignalInASecondRun stops the run that times layers: the first one is complete and kept, and the exit code still says that
// somebody stopped the program.
func TestSignalInASecondRun(t *testing.T) {
	root, err := filepath.Abs("../..")
	require.NoError(t, err)
	folder := t.TempDir()
	p := startProcess(t, folder, []string{"run", "--loadEngine=" + filepath.Join(root, "testdata/plans/xy.sim.json"), "--compat=11",
		"--warmUp=0", "--duration=0.5", "--dumpProfile", "--out=run.trtbench"})
	p.waitFor("Timing layers in a run of its own")
	require.NoError(t, p.cmd.Process.Signal(syscall.SIGINT))
	assert.Equal(t, ExitInterrupted, p.wait(), p.seen.String())
	recording, err := bench.Load(filepath.Join(folder, "run.trtbench"))
	require.NoError(t, err)
	assert.False(t, recording.Interrupted)
}

// TestSignalBeforeTheRun may come at any moment from the first line on; whatever it finds, the process ends soon.
func TestSignalBeforeTheRun(t *testing.T) {
	root, err := filepath.Abs("../..")
	require.NoError(t, err)
	p := startProcess(t, t.TempDir(), []string{"run", "--loadEngine=" + filepath.Join(root, "testdata/plans/xy.sim.json"), "--duration=3600"})
	p.waitFor("streamCreate s1")
	require.NoError(t, p.cmd.Process.Signal(syscall.SIGTERM))
	assert.Contains(t, []int{ExitInterrupted, ExitInvalid}, p.wait(), p.seen.String())
}

// writeHang returns the plan's path, and writes the plan of a device that hangs where that is asked for.
func writeHang(t *testing.T, folder, plan string) string {
	if filepath.IsAbs(plan) {
		return plan
	}
	text, err := sim.Plan{
		Tensors: []sim.Tensor{{Name: "x", Mode: "input", Type: "float32", Shape: []int64{4}}},
		Faults:  []sim.Fault{{Call: "enqueue", At: 3, Error: "hang"}},
	}.MarshalJSON()
	require.NoError(t, err)
	return writeFile(t, folder, plan, text)
}

// process is a trtbench that runs, with both of its outputs in one stream.
type process struct {
	t     *testing.T
	cmd   *exec.Cmd
	lines *bufio.Scanner
	seen  bytes.Buffer // what the program says itself
	ended chan struct{}
}

func startProcess(t *testing.T, folder string, args []string) *process {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	p := &process{t: t, cmd: exec.CommandContext(ctx, "trtbench", args...)}
	p.cmd.Dir = folder
	p.cmd.Env = append(p.cmd.Environ(), sim.EnvCalls+"=/dev/stderr")
	reader, writer := io.Pipe()
	p.cmd.Stdout, p.cmd.Stderr = writer, writer
	require.NoError(t, p.cmd.Start())
	p.lines = bufio.NewScanner(reader)
	p.ended = make(chan struct{})
	go func() {
		defer close(p.ended)
		_ = p.cmd.Wait()
		writer.Close()
	}()
	t.Cleanup(func() {
		cancel() // kills what a failed test left running
		reader.Close()
		<-p.ended
	})
	return p
}

// waitFor reads until a line holds the text.
func (p *process) waitFor(text string) {
	p.t.Helper()
	for p.lines.Scan() {
		if p.keep(); strings.Contains(p.lines.Text(), text) {
			return
		}
	}
	require.Fail(p.t, "the process ended", "before %q: %s", text, p.seen.String())
}

// wait reads to the end and returns the exit code.
func (p *process) wait() int {
	for p.lines.Scan() {
		p.keep()
	}
	<-p.ended
	return p.cmd.ProcessState.ExitCode()
}

func (p *process) keep() {
	if line := p.lines.Text(); strings.HasPrefix(line, "[") || strings.HasPrefix(line, "trtbench") {
		p.seen.WriteString(line + "\n")
	}
}
