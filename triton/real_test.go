package triton_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/load"
	"github.com/trtbench/trtbench/triton"
	"github.com/trtbench/trtbench/triton/tritontest"
)

// onReal runs a test for each way to the real server.
func onReal(t *testing.T, test func(t *testing.T, w way, client *triton.Client)) {
	server := tritontest.Start(t)
	for _, w := range ways {
		t.Run(w.name, func(t *testing.T) {
			o := triton.Options{URL: server.HTTP}
			if w.protocol == triton.GRPC {
				o = triton.Options{URL: server.GRPC, Protocol: triton.GRPC}
			}
			test(t, w, connect(t, o))
		})
	}
}

func TestRealServerTellsAboutItself(t *testing.T) {
	onReal(t, func(t *testing.T, _ way, client *triton.Client) {
		assert.Equal(t, "triton", client.Server().GetName())
		assert.True(t, client.Has("statistics"))
		for _, ask := range []func() (bool, error){
			func() (bool, error) { return client.Live(t.Context()) },
			func() (bool, error) { return client.Ready(t.Context()) },
			func() (bool, error) { return client.ModelReady(t.Context(), "tiny", "") },
		} {
			yes, err := ask()
			require.NoError(t, err)
			assert.True(t, yes)
		}
		ready, err := client.ModelReady(t.Context(), "missing", "")
		require.NoError(t, err)
		assert.False(t, ready)

		m, err := client.Model(t.Context(), "streaming_acoustic", "")
		require.NoError(t, err)
		assert.Equal(t, 16, m.MaxBatch)
		assert.True(t, m.DynamicBatching)
		assert.False(t, m.Sequences)
		assert.Equal(t, []triton.StatePair{{Input: "state", Output: "state_next"}}, m.States())
		m, err = client.Model(t.Context(), "streaming_acoustic_sequence", "")
		require.NoError(t, err)
		assert.True(t, m.Sequences)
		m, err = client.Model(t.Context(), "repeat", "")
		require.NoError(t, err)
		assert.True(t, m.Decoupled)

		_, err = client.Model(t.Context(), "tini", "")
		assert.ErrorContains(t, err, `did you mean "tiny"?`)
		_, err = client.Model(t.Context(), "tiny", "7")
		assert.ErrorContains(t, err, "version 7 is not ready; ready are 1")
		counts, err := client.Statistics(t.Context(), "tiny", "")
		require.NoError(t, err)
		require.Len(t, counts, 1)
		index, err := client.Index(t.Context())
		require.NoError(t, err)
		assert.GreaterOrEqual(t, len(index), 4)
	})
}

func TestRealServerAnswers(t *testing.T) {
	onReal(t, func(t *testing.T, w way, client *triton.Client) {
		requests := target(t, client, "tiny", triton.RequestOptions{Streaming: w.streaming, Transport: w.transport, Batch: 2,
			Data: files(t, `{"data":[{"x":[1,2,3,4]}],"validation_data":[{"y":[2,3,4,5]}]}`)})
		before, err := requests.Statistics(t.Context())
		require.NoError(t, err)
		conns, sink := dial(t, requests, load.DialSetup{Conns: 2, Validate: true, Deadline: patience})
		for i := range int64(20) {
			require.NoError(t, conns.Send(int(i%2), load.Request{Index: i, State: -1}))
		}
		for i := range int64(20) {
			e := sink.wait(t, i)
			assert.Equal(t, load.StatusOK, e.status, e.detail)
		}
		assert.Eventually(t, func() bool { // the server counts a batch after it has sent the answers
			after, err := requests.Statistics(t.Context())
			return err == nil && after[0].Inferences-before[0].Inferences == 40 // items
		}, patience, 10*time.Millisecond)
	})
}

func TestRealServerFindsWrongContent(t *testing.T) {
	onReal(t, func(t *testing.T, w way, client *triton.Client) {
		requests := target(t, client, "tiny", triton.RequestOptions{Streaming: w.streaming, Transport: w.transport,
			Data: files(t, `{"data":[{"x":[1,2,3,4]}],"validation_data":[{"y":[2,3,4,6]}]}`)})
		conns, sink := dial(t, requests, load.DialSetup{Validate: true})
		require.NoError(t, conns.Send(0, load.Request{State: -1}))
		e := sink.wait(t, 0)
		assert.Equal(t, load.StatusMismatch, e.status)
		assert.Contains(t, e.detail, `output "y" differs from what is expected, first at element 3`)
	})
}

// With its states carried, the acoustic model computes finite numbers for many chunks.
func TestRealServerWithStates(t *testing.T) {
	onReal(t, func(t *testing.T, w way, client *triton.Client) {
		m, err := client.Model(t.Context(), "streaming_acoustic", "")
		require.NoError(t, err)
		requests := target(t, client, m.Name, triton.RequestOptions{Streaming: w.streaming, Transport: w.transport, States: m.States()})
		assert.Empty(t, requests.Warnings())
		conns, sink := dial(t, requests, load.DialSetup{States: 2, Deadline: patience})
		for i := range int64(10) {
			require.NoError(t, conns.Send(0, load.Request{Index: i, State: int(i % 2), Start: i < 2}))
			if i%2 == 1 {
				for _, k := range []int64{i - 1, i} {
					e := sink.wait(t, k)
					require.Equal(t, load.StatusOK, e.status, e.detail)
				}
			}
		}
	})
}

func TestRealServerSequences(t *testing.T) {
	onReal(t, func(t *testing.T, w way, client *triton.Client) {
		requests := target(t, client, "streaming_acoustic_sequence", triton.RequestOptions{Streaming: w.streaming, Transport: w.transport})
		conns, sink := dial(t, requests, load.DialSetup{Deadline: patience})
		for i := range int64(4) {
			require.NoError(t, conns.Send(0, load.Request{Index: i, State: -1, Sequence: 1<<62 + 5, Start: i == 0, End: i == 3}))
			e := sink.wait(t, i)
			require.Equal(t, load.StatusOK, e.status, e.detail)
		}
		// A sequence that was not started.
		require.NoError(t, conns.Send(0, load.Request{Index: 9, State: -1, Sequence: 1<<62 + 6}))
		assert.Equal(t, load.StatusInvalid, sink.wait(t, 9).status, sink.wait(t, 9).detail)
	})
}

func TestRealServerDecoupled(t *testing.T) { onStreams(t, checkRealServerDecoupled) }

func checkRealServerDecoupled(t *testing.T, transport string) {
	server := tritontest.Start(t)
	client := connect(t, triton.Options{URL: server.GRPC, Protocol: triton.GRPC})
	for count, parts := range map[string]int{"0": 0, "1": 1, "5": 5} {
		requests := target(t, client, "repeat", triton.RequestOptions{Streaming: true, Transport: transport, Data: files(t, `{"data":[{"count":[`+count+`]}]}`)})
		conns, sink := dial(t, requests, load.DialSetup{Deadline: patience})
		for i := range int64(3) {
			require.NoError(t, conns.Send(0, load.Request{Index: i, State: -1}))
			e := sink.wait(t, i)
			assert.Equal(t, load.StatusOK, e.status, e.detail)
			assert.Equal(t, parts, e.parts, "count %s", count)
		}
	}
}

func TestRealServerSharedMemory(t *testing.T) {
	onReal(t, func(t *testing.T, w way, client *triton.Client) {
		m, err := client.Model(t.Context(), "tiny", "")
		require.NoError(t, err)
		requests, err := triton.NewTarget(t.Context(), client, m, triton.RequestOptions{Streaming: w.streaming, Transport: w.transport,
			Memory: triton.Memory{Kind: triton.SystemMemory}, Data: files(t, `{"data":[{"x":[1,2,3,4]},{"x":[5,6,7,8]}]}`)})
		require.NoError(t, err)
		regions, err := client.SystemMemory(t.Context())
		require.NoError(t, err)
		require.Len(t, regions, 2)
		objects, err := filepath.Glob("/dev/shm/trtbench_*")
		require.NoError(t, err)
		conns, sink := dial(t, requests, load.DialSetup{Deadline: patience})
		for i := range int64(4) {
			require.NoError(t, conns.Send(0, load.Request{Index: i, Step: int(i % 2), State: -1}))
			e := sink.wait(t, i)
			assert.Equal(t, load.StatusOK, e.status, e.detail)
		}
		// The last request's output lies where the server wrote it.
		for _, name := range objects {
			if content, err := os.ReadFile(name); err == nil && strings.HasSuffix(name, "_out") && strings.Contains(name, regions[1]) {
				assert.Equal(t, []byte{0, 0, 0xc0, 0x40}, content[:4], "6 = 5 + 1")
			}
		}
		require.NoError(t, requests.Close())
		regions, err = client.SystemMemory(t.Context())
		require.NoError(t, err)
		assert.Empty(t, regions)
	})
}

func TestRealServerRefuses(t *testing.T) {
	onReal(t, func(t *testing.T, w way, client *triton.Client) {
		m, err := client.Model(t.Context(), "tiny", "")
		require.NoError(t, err)
		wrong := *m // a client that is wrong about the model
		wrong.Inputs = append([]tensor{}, m.Inputs...)
		wrong.Inputs[0].Shape = []int64{5}
		requests, err := triton.NewTarget(t.Context(), client, &wrong, triton.RequestOptions{Streaming: w.streaming, Transport: w.transport})
		require.NoError(t, err)
		conns, sink := dial(t, requests, load.DialSetup{Deadline: patience})
		require.NoError(t, conns.Send(0, load.Request{State: -1}))
		e := sink.wait(t, 0)
		assert.Equal(t, load.StatusInvalid, e.status, e.detail)
		assert.Contains(t, e.detail, "unexpected shape")
		assert.NotContains(t, e.detail, "request id")
	})
}

func TestRealServerMetrics(t *testing.T) {
	server := tritontest.Start(t)
	client := connect(t, triton.Options{URL: server.HTTP})
	metered, err := target(t, client, "tiny", triton.RequestOptions{}).WithMetrics(server.Metrics + "/metrics")
	require.NoError(t, err)
	_, err = metered.Metrics(t.Context()) // no GPU on many machines
	require.NoError(t, err)
	require.NoError(t, metered.Close())
	metered, err = target(t, client, "tiny", triton.RequestOptions{}).WithMetrics(server.HTTP + "/missing")
	require.NoError(t, err)
	_, err = metered.Metrics(t.Context())
	assert.ErrorContains(t, err, "answers 40")
	require.NoError(t, metered.Close())
}

func TestRealServerLoadsModels(t *testing.T) {
	onReal(t, func(t *testing.T, _ way, client *triton.Client) {
		require.NoError(t, client.Unload(t.Context(), "tiny_cached"))
		require.NoError(t, client.Load(t.Context(), "tiny_cached"))
		ready, err := client.ModelReady(t.Context(), "tiny_cached", "")
		require.NoError(t, err)
		assert.True(t, ready)
		assert.Error(t, client.Load(t.Context(), "missing"))
		assert.ErrorContains(t, client.UnregisterSystemMemory(t.Context(), ""), "all regions of all clients")
		assert.ErrorContains(t, client.UnregisterDeviceMemory(t.Context(), ""), "all regions of all clients")
		regions, err := client.DeviceMemory(t.Context())
		require.NoError(t, err)
		assert.Empty(t, regions)
		assert.Error(t, client.RegisterDeviceMemory(t.Context(), "r", make([]byte, 64), 0, 4), "no GPU, or no such memory")
	})
}
