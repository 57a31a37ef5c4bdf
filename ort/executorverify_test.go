package ort

import (
	"fmt"
	"testing"

	"github.com/trtbench/trtbench/serve"
	"github.com/trtbench/trtbench/serve/servetest"
)

// A state that goes wrong, in whichever way, shows in the answers.
func TestFaultsOfStatesAreFound(t *testing.T) {
	x := newExecutor(t, reference, ExecutorOptions{MaxBatch: 4, IntraOpThreads: 1})
	for _, travel := range []bool{false, true} {
		t.Run(fmt.Sprintf("travel %t", travel), func(t *testing.T) {
			servetest.EachFaultIsFound(t, x, serve.Setup{Travel: travel})
		})
	}
}
