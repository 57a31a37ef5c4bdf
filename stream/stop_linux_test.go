package stream

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// stoppedVariable makes TestAStoppedProcessIsVoid measure, in a process that its parent stops.
const stoppedVariable = "TRTBENCH_TEST_STOPPED"

// A process that is stopped in the middle of a point finds out by itself: the point is void, and what was measured is kept.
func TestAStoppedProcessIsVoid(t *testing.T) {
	if os.Getenv(stoppedVariable) != "" {
		measureUntilStopped(t)
		return
	}
	child := exec.Command(os.Args[0], "-test.run=^TestAStoppedProcessIsVoid$")
	child.Env = append(os.Environ(), stoppedVariable+"=1")
	child.Stderr = os.Stderr
	out, err := child.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, child.Start())
	lines := bufio.NewScanner(out)
	for lines.Scan() && lines.Text() != "measuring" {
	}
	require.NoError(t, child.Process.Signal(syscall.SIGSTOP))
	<-time.After(2 * time.Second) // it takes at least so long: longer does no harm
	require.NoError(t, child.Process.Signal(syscall.SIGCONT))
	finding := ""
	for lines.Scan() {
		if finding == "" {
			finding = lines.Text()
		}
	}
	require.NoError(t, child.Wait())
	assert.Contains(t, finding, "void, true: nothing ran for")
}

// measureUntilStopped writes when measuring begins, and what came of it. It measures until it is void.
func measureUntilStopped(t *testing.T) {
	told := false
	options := Options{Sessions: Levels{10, 10, 1}, Settle: time.Millisecond, Measure: time.Hour, OnProgress: func(p Progress) {
		if p.Phase == PhaseMeasuring && !told {
			told = true
			fmt.Println("measuring")
		}
	}}
	r, err := Run(t.Context(), instant{}, options)
	require.NoError(t, err)
	p := &r.Points[0]
	fmt.Printf("%s, %t: %s\n", p.Finding, len(p.Chunks) > 0 && p.End > p.Start, p.Evidence)
}
