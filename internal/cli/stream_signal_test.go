package cli

import (
	"bytes"
	"context"
	"net"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/stream"
)

const streamingPlan = "../../testdata/plans/streaming_acoustic.sim.json"

// interruptStream runs trtbench stream until a text is on the terminal, and interrupts it.
func interruptStream(t *testing.T, at string, args ...string) (out, errs string) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	terminal := &cancelAt{text: at, cancel: cancel}
	var written bytes.Buffer
	code := Main(ctx, Process{Out: &written, Err: terminal, Terminal: true, Args: append([]string{"stream"}, args...)})
	assert.Equal(t, ExitInterrupted, code, terminal.written.String())
	return written.String(), terminal.written.String()
}

// What was measured until then is shown and kept.
func TestInterruptedStreams(t *testing.T) {
	file := filepath.Join(t.TempDir(), "run.trtbench")
	out, _ := interruptStream(t, "measuring 1", "--loadEngine="+streamingPlan, "--streams=8:64:8", "--settle=0.1", "--duration=3600", "--out="+file)
	assert.Contains(t, out, "interrupted")
	assert.Regexp(t, `(?m)^TensorRT \(simulated\) +`, out)
	recording, err := stream.Load(file)
	require.NoError(t, err)
	assert.True(t, recording.Interrupted)
	require.Len(t, recording.Points, 1)
	assert.NotEmpty(t, recording.Points[0].Chunks)
}

// A search that is stopped says how far it came.
func TestInterruptedSearch(t *testing.T) {
	file := filepath.Join(t.TempDir(), "run.trtbench")
	_, errs := interruptStream(t, "12 streams, ", "--loadEngine="+streamingPlan, "--find-max", "--search-start=4", "--percentile=50",
		"--confidence=0.5", "--latency-threshold=1s", "--settle=0.1", "--duration=0.1", "--chunk-duration=50", "--out="+file)
	assert.Contains(t, errs, "TensorRT: the search was interrupted: by a short look 4 streams hold, which was not judged yet")
	recording, err := stream.Load(file)
	require.NoError(t, err)
	require.NotNil(t, recording.Result)
	assert.False(t, recording.Result.Confirmed)
}

// A server that does not answer keeps nobody from stopping, and what the one before it came to is shown.
func TestInterruptedWhileALaterTargetOpens(t *testing.T) {
	silent, err := net.Listen("tcp", "localhost:0")
	require.NoError(t, err)
	defer silent.Close()
	opening := make(chan struct{})
	go func() {
		conn, err := silent.Accept()
		if err == nil {
			defer conn.Close()
			close(opening)
			<-t.Context().Done()
		}
	}()
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-opening
		cancel()
	}()
	var out, errs bytes.Buffer
	code := Main(ctx, Process{Out: &out, Err: &errs, Args: []string{"stream", "--streams=2", "--percentile=50", "--confidence=0.5", "--settle=0.1", "--duration=0.1",
		"--chunk-duration=50", "--target=tensorrt:" + streamingPlan, "--target=triton:" + silent.Addr().String() + "/model"}})
	assert.Equal(t, ExitInterrupted, code, errs.String())
	assert.Regexp(t, `(?m)^TensorRT \(simulated\) +`, out.String())
}

func TestHowFarASearchCame(t *testing.T) {
	for want, r := range map[string]stream.Result{
		"before any number of streams was decided":                              {},
		"8 streams do not hold, fewer were not decided":                         {Breaks: 8},
		"16 streams held, more were not decided":                                {Holds: 16, Repeats: 1},
		"16 streams held every time, 17 do not":                                 {Holds: 16, Breaks: 17, Repeats: 3, Confirmed: true},
		"16 streams held 2 times, 20 do not; what lies between was not decided": {Holds: 16, Breaks: 20, Repeats: 2},
	} {
		assert.Contains(t, brokenOff(&stream.Recording{Result: &r}), want)
	}
}
