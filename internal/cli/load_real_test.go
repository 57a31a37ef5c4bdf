package cli

import (
	"bytes"
	"errors"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/triton/tritontest"
)

// published is the published command line behind the name of the tool, but for the rates and the number of requests, which are what a small
// machine without a GPU reaches.
const published = "-u localhost:8001 -i grpc -a -m streaming_acoustic --streaming --sequence-length=50 --measurement-mode=count_windows " +
	"--measurement-request-count=100 --request-rate-range=50:150:50 --stability-percentage=100 --latency-threshold=100"

// TestPublishedCommandOnRealTriton runs it on the real server.
func TestPublishedCommandOnRealTriton(t *testing.T) {
	server, err := tritontest.Launch(t.Context())
	if errors.Is(err, tritontest.ErrNotFetched) {
		t.Skip(err)
	}
	require.NoError(t, err)
	t.Cleanup(server.Stop)
	run := func(t *testing.T, more ...string) (out, errs string) {
		t.Helper()
		var stdout, stderr bytes.Buffer
		args := strings.Fields(strings.Replace(published, "localhost:8001", server.GRPC, 1))
		code := Main(t.Context(), Process{Out: &stdout, Err: &stderr, Args: append(append([]string{"load"}, args...), more...)})
		require.Contains(t, []int{ExitOK, ExitThreshold, ExitInvalid}, code, stdout.String()+stderr.String()) // a busy machine delays requests
		return stdout.String(), stderr.String()
	}

	t.Run("honest", func(t *testing.T) {
		out, _ := run(t)
		assert.Regexp(t, `(?m)^Load test of streaming_acoustic on triton 2\.`, out)
		assert.Contains(t, out, "state state:state_next is carried by the client")
		assert.NotContains(t, out, "NaN", "the states are finite numbers")
		assert.Regexp(t, `(?m)^Request Rate: 50, throughput: \d+(\.\d+)? infer/sec, latency \d+ usec, \d+\.\d+ SPS`, out)
		assert.Regexp(t, regexp.MustCompile(`server: .* ms of a request: queue \d`), out)
		t.Log(out)
	})
	t.Run("as perf_analyzer", func(t *testing.T) {
		out, errs := run(t, "--compat=perf_analyzer", "--stability-percentage=900", "--latency-threshold=5000",
			"--request-rate-range=100:150:50", "--measurement-request-count=50")
		assert.Regexp(t, `(?m)^Request Rate: 100 inference requests per seconds|^Request Rate: 100.00 inference`, out)
		assert.Regexp(t, `(?m)^Request Rate: 150(\.00)?, throughput: \d+(\.\d+)? infer/sec, latency \d+ usec$`, out)
		assert.Contains(t, errs, "% of the elements of input state are NaN or infinite", "which perf_analyzer sends without a word")
		assert.Contains(t, errs, "--sequence-length has no effect")
		t.Log(out)
	})
	t.Run("shared memory", func(t *testing.T) {
		out, _ := run(t, "--shared-memory=system", "--request-rate-range=100", "--request-count=50", "--warm-up=0")
		assert.Contains(t, out, "Request Rate: 100, throughput: ")
	})
}
