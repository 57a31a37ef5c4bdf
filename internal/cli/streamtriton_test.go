package cli

import (
	"bytes"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/load"
	"github.com/trtbench/trtbench/record"
	"github.com/trtbench/trtbench/stream"
	"github.com/trtbench/trtbench/triton"
	"github.com/trtbench/trtbench/triton/tritontest"
)

// quickStreams are options of points that end soon, however slow the machine is.
var quickStreams = []string{"stream", "--settle=0.1", "--duration=0.5", "--percentile=80", "--confidence=0.9", "--chunk-duration=100"}

// streamsOn runs trtbench stream on a model of a server until a text is on the terminal; then something happens.
func streamsOn(t *testing.T, address, model, at string, happens func(), args ...string) (code int, out, errs string) {
	t.Helper()
	terminal := &cancelAt{text: at, cancel: happens}
	var written bytes.Buffer
	args = append(append(append([]string{}, quickStreams...), "-u", address, "-m", model), args...)
	code = Main(t.Context(), Process{Out: &written, Err: terminal, Terminal: true, Args: args})
	return code, written.String(), terminal.written.String()
}

// Speakers who are interrupted end what they are saying: no sequence stays open on the server.
func TestInterruptedStreamsEndTheirSequences(t *testing.T) {
	mock := tritontest.NewMock(t, tritontest.MockOptions{}, tritontest.AcousticSequence(nil))
	file := filepath.Join(t.TempDir(), "run.trtbench")
	out, _ := interruptStream(t, "measuring 0", "-u", mock.Addr(), "-m", "streaming_acoustic_sequence", "--streams=8:64:8", "--settle=0.1",
		"--duration=3600", "--verify", "--out="+file)
	assert.Contains(t, out, "interrupted")
	assert.NotContains(t, out, "answers were wrong")
	assert.Zero(t, mock.OpenSequences("streaming_acoustic_sequence"))
	recording, err := stream.Load(file)
	require.NoError(t, err)
	assert.True(t, recording.Interrupted)
	assert.Equal(t, record.ServedByTriton, recording.Description.Serving)
}

// A server that dies while speakers speak fails their chunks; what was measured is shown and kept.
func TestServerThatDiesWhileSpeakersSpeak(t *testing.T) {
	for _, model := range []tritontest.Model{tritontest.AcousticSequence(nil), tritontest.Acoustic(100, nil)} {
		name := model.Config.GetName()
		t.Run(name, func(t *testing.T) {
			mock := tritontest.NewMock(t, tritontest.MockOptions{}, model)
			file := filepath.Join(t.TempDir(), "run.trtbench")
			code, out, errs := streamsOn(t, mock.Addr(), name, "measuring 0", mock.Kill, "--streams=4", "--duration=2", "--out="+file)
			assert.Equal(t, ExitInvalid, code, errs)
			assert.Regexp(t, `4 streams: \d+ chunks failed; the first of \d+ as "connection\s+lost"`, out)
			recording, err := stream.Load(file)
			require.NoError(t, err)
			require.Len(t, recording.Points, 1)
			assert.Equal(t, stream.Errors, recording.Points[0].Finding)
			assert.Equal(t, record.Invalid, recording.Verdict.Status)
		})
	}
}

// One that is started anew serves the rest of the speech: what fails is what was under way.
func TestServerThatIsStartedAnewWhileSpeakersSpeak(t *testing.T) {
	mock, err := tritontest.OpenMock(tritontest.MockOptions{}, tritontest.AcousticSequence(nil)) // which refuses sequences that it has forgotten
	require.NoError(t, err)
	t.Cleanup(mock.Close)
	file := filepath.Join(t.TempDir(), "run.trtbench")
	once := false
	code, out, errs := streamsOn(t, mock.Addr(), "streaming_acoustic_sequence", "measuring 0", func() {
		if !once {
			once = true
			mock.Kill()
			require.NoError(t, mock.Restart())
		}
	}, "--streams=4:8:4", "--duration=5", "--verify", "--out="+file)
	assert.Contains(t, []int{ExitOK, ExitThreshold, ExitInvalid}, code, errs)
	assert.NotContains(t, out, "answers were wrong", "speakers begin anew")
	recording, err := stream.Load(file)
	require.NoError(t, err)
	require.Len(t, recording.Points, 2)
	assert.Equal(t, stream.Errors, recording.Points[0].Finding)
	last := recording.Points[0].Chunks
	assert.Equal(t, load.StatusOK, last[len(last)-1].Status, "the last chunk was served again")
	assert.Empty(t, recording.Points[1].Failures, "nor does the next point notice")
}

// The next point waits for a server that is being started, and not for ever.
func TestServerIsWaitedFor(t *testing.T) {
	mock := tritontest.NewMock(t, tritontest.MockOptions{}, tritontest.Tiny())
	client, err := triton.Connect(t.Context(), triton.Options{URL: mock.Addr(), Protocol: triton.GRPC})
	require.NoError(t, err)
	defer client.Close()
	model, err := client.Model(t.Context(), "tiny", "")
	require.NoError(t, err)
	target, err := triton.NewTarget(t.Context(), client, model, triton.RequestOptions{Streaming: true})
	require.NoError(t, err)
	dial := func(absence time.Duration) error {
		server := &tritonServer{target, client, absence}
		conns, err := server.Dial(t.Context(), load.DialSetup{Conns: 2, Clock: func() int64 { return 1 }, Sink: noSink{}})
		if err == nil {
			require.NoError(t, conns.Close())
		}
		return err
	}
	require.NoError(t, dial(0))
	mock.Kill()
	err = dial(time.Millisecond)
	require.ErrorIs(t, err, stream.ErrServerGone)
	assert.ErrorContains(t, err, "it answered before")
	restarted := make(chan error, 1)
	time.AfterFunc(2*tritonLook, func() { restarted <- mock.Restart() })
	require.NoError(t, dial(time.Hour))
	require.NoError(t, <-restarted)
}

func TestNotesOnModels(t *testing.T) {
	pair := []triton.StatePair{{Input: "state", Output: "state_next"}}
	assert.Empty(t, notesOn(&triton.Model{Name: "m", Sequences: true, LiveSequences: 64}, nil, 64))
	assert.Equal(t, []string{"model m takes the chunks of up to 64 speakers at a time: more of them wait until another has ended an utterance"},
		notesOn(&triton.Model{Name: "m", Sequences: true, LiveSequences: 64}, nil, mostStreams(&stream.Options{FindMax: true})))
	assert.Equal(t, []string{"model m keeps no state: this client carries it, each answer's into the next chunk of the same stream"},
		notesOn(&triton.Model{Name: "m"}, pair, mostStreams(&stream.Options{FindMax: true, Search: stream.SearchOptions{Max: 9}})))
	assert.Equal(t, []string{"model m has neither sequences nor a recurrent state that its names tell: chunks are independent; --state=IN:OUT names one"},
		notesOn(&triton.Model{Name: "m"}, nil, mostStreams(&stream.Options{Sessions: stream.Levels{Start: 1, End: 9, Step: 1}})))
}

// noSink does not want to know.
type noSink struct{}

func (noSink) Sent(int64, int64)                         {}
func (noSink) Part(int64, int64)                         {}
func (noSink) Answered(int64, int64, load.Status, error) {}
