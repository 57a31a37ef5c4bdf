package cli

import (
	"errors"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/load"
	"github.com/trtbench/trtbench/stream"
	"github.com/trtbench/trtbench/triton/tritontest"
)

// TestStreamsOnRealTriton lets speakers speak to the real server, which keeps their states or is sent them, and checks every answer. At the
// end the server is killed in the middle of a point.
func TestStreamsOnRealTriton(t *testing.T) {
	server, err := tritontest.Launch(t.Context())
	if errors.Is(err, tritontest.ErrNotFetched) {
		t.Skip(err)
	}
	require.NoError(t, err)
	t.Cleanup(server.Stop)
	for _, model := range []string{"streaming_acoustic_sequence", "streaming_acoustic"} {
		for _, transport := range []string{"grpc-go", "h2"} {
			t.Run(model+" over "+transport, func(t *testing.T) {
				file := filepath.Join(t.TempDir(), "run.trtbench")
				code, out, errs := streamsOn(t, server.GRPC, model, "nothing happens", nil, "--streams=6", "--verify", "--chunk-duration=300", "--duration=2",
					"--utterance=uniform:0.3:3", "--transport="+transport, "--out="+file)
				if err := server.Err(); err != nil {
					t.Skipf("the server ended by itself, as it has under load: %v\n%s", err, server.Log())
				}
				require.Contains(t, []int{ExitOK, ExitThreshold, ExitInvalid}, code, errs) // a busy machine is late
				assert.NotContains(t, out, "answers were wrong")
				recording, err := stream.Load(file)
				require.NoError(t, err)
				assert.Equal(t, "python", recording.Description.Runtime)
				answered := 0
				for _, c := range recording.Points[0].Chunks {
					if c.Status == load.StatusOK {
						answered++
					}
				}
				assert.NotZero(t, answered)
				if assert.NotEmpty(t, recording.Points[0].Server, "what the server counted") {
					counted := recording.Points[0].Server[0]
					assert.NotZero(t, counted.Executions)
					assert.NotZero(t, counted.ComputeInfer.Time)
				}
			})
		}
	}
	t.Run("killed", func(t *testing.T) {
		file := filepath.Join(t.TempDir(), "run.trtbench")
		code, out, errs := streamsOn(t, server.GRPC, "streaming_acoustic_sequence", "measuring 0", server.Kill, "--streams=6", "--duration=2", "--out="+file)
		assert.Equal(t, ExitInvalid, code, errs)
		assert.Regexp(t, `chunks failed; the first of \d+ as "connection\s+lost"`, out)
		recording, err := stream.Load(file)
		require.NoError(t, err)
		assert.Len(t, recording.Points, 1)
	})
}
