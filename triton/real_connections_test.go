package triton_test

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/load"
	"github.com/trtbench/trtbench/triton"
	"github.com/trtbench/trtbench/triton/tritontest"
)

// A real server that lets each connection grow 200 ms old, asks whether its clients are alive, and may compress its answers: nothing is lost
// by it, over either transport. Streams stay for as long as they are given.
func TestRealServerThatEndsConnections(t *testing.T) {
	server, err := tritontest.Launch(t.Context(), "--grpc-max-connection-age=200", "--grpc-max-connection-age-grace=60000",
		"--grpc-keepalive-time=100", "--grpc-keepalive-permit-without-calls=true", "--grpc-infer-response-compression-level=high")
	if errors.Is(err, tritontest.ErrNotFetched) {
		t.Skip(err)
	}
	require.NoError(t, err)
	t.Cleanup(server.Stop)
	for _, w := range ways {
		if w.protocol != triton.GRPC {
			continue
		}
		t.Run(w.name, func(t *testing.T) {
			client := connect(t, triton.Options{URL: server.GRPC, Protocol: triton.GRPC})
			requests := target(t, client, "tiny", triton.RequestOptions{Streaming: w.streaming, Transport: w.transport,
				Data: files(t, `{"data":[{"x":[1,2,3,4]}],"validation_data":[{"y":[2,3,4,5]}]}`)})
			conns, sink := dial(t, requests, load.DialSetup{Conns: 2, Deadline: patience, Validate: true})
			const lives = 5 // of a connection
			index := int64(0)
			for begin := time.Now(); time.Since(begin) < lives*200*time.Millisecond; index++ {
				require.NoError(t, conns.Send(int(index%2), load.Request{Index: index, State: -1}))
				e := sink.wait(t, index)
				require.Equal(t, load.StatusOK, e.status, e.detail)
			}
			assert.Equal(t, int(index), sink.count(load.StatusOK))
		})
	}
}
