package servetest

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/serve"
)

// faults are the names under which the verifier finds what went wrong. Whose answer a swapped one is cannot be told.
var faults = map[Wrong]serve.Fault{
	MixedUp: serve.FaultMixed, Zeroed: serve.FaultLost, Repeated: serve.FaultRepeated, Stale: serve.FaultStale,
}

// EachFaultIsFound runs sessions of the reference model on an executor, once as it is and once for each way to go wrong, and checks that
// [serve.AcousticVerifier] finds nothing in the first case and the fault, by its name and at its chunk, in the others.
func EachFaultIsFound(t *testing.T, executor serve.Executor, setup serve.Setup) {
	t.Helper()
	const sessions, rounds, at = 3, 6, 3
	setup.Sessions, setup.Instances = sessions, 1
	for _, wrong := range append(All(), "") {
		name := string(wrong)
		if wrong == "" {
			name = "nothing"
		}
		t.Run(name, func(t *testing.T) {
			opened, err := Corrupt(executor, wrong, at).Open(t.Context(), setup)
			require.NoError(t, err)
			found := converse(t, executor, opened, sessions, rounds)
			require.NoError(t, opened.Close())
			if wrong == "" {
				assert.Empty(t, found)
				return
			}
			require.NotEmpty(t, found, "nothing was noticed")
			assert.Equal(t, at, found[0].Step, "%v", found[0])
			if fault, named := faults[wrong]; named {
				assert.Equal(t, fault, found[0].Fault, "%v", found[0])
			}
		})
	}
}

// converse lets all sessions speak in batches of all of them, and returns what the verifier finds.
func converse(t *testing.T, executor serve.Executor, opened serve.Instances, sessions, rounds int) (found []*serve.StateError) {
	model := executor.Model()
	verifier, err := serve.NewAcousticVerifier(&model)
	require.NoError(t, err)
	contents, err := serve.Synthetic(&model, sessions, rounds, 7)
	require.NoError(t, err)
	for step := range rounds {
		var batch []serve.Item
		for session := range sessions {
			batch = append(batch, serve.Item{Session: session, Start: step == 0, Inputs: contents[session][step], Outputs: [][]byte{make([]byte, 4*10*35)}})
		}
		require.NoError(t, opened.Run(0, batch))
		for _, item := range batch {
			err := verifier.Verify(serve.Observation(item))
			var wrong *serve.StateError
			if errors.As(err, &wrong) {
				found = append(found, wrong)
			}
		}
	}
	return found
}
