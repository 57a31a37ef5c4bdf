package triton_test

import (
	"net"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/load"
	"github.com/trtbench/trtbench/triton"
	"github.com/trtbench/trtbench/triton/tritontest"
)

// However a server is named, and whatever proxies the environment asks for, requests go to it over each transport.
func TestPlaces(t *testing.T) {
	for _, name := range []string{"http_proxy", "https_proxy", "grpc_proxy", "all_proxy"} {
		t.Setenv(name, "http://127.0.0.1:1")
		t.Setenv(strings.ToUpper(name), "http://127.0.0.1:1")
	}
	for name, c := range map[string]struct{ listen, before string }{
		"IPv4":           {"127.0.0.1:0", "127.0.0.1:"},
		"name":           {"127.0.0.1:0", "localhost:"},
		"scheme":         {"127.0.0.1:0", "grpc://localhost:"},
		"IPv6":           {"[::1]:0", "[::1]:"},
		"scheme of IPv6": {"[::1]:0", "grpc://[::1]:"},
	} {
		t.Run(name, func(t *testing.T) {
			probe, err := net.Listen("tcp", c.listen)
			if err != nil {
				t.Skip(err)
			}
			require.NoError(t, probe.Close())
			mock := tritontest.NewMock(t, tritontest.MockOptions{GRPC: c.listen}, tritontest.Tiny())
			_, port, err := net.SplitHostPort(mock.Addr())
			require.NoError(t, err)
			for _, w := range ways {
				if w.protocol != triton.GRPC {
					continue
				}
				client := connect(t, triton.Options{URL: c.before + port, Protocol: triton.GRPC, Header: map[string]string{"Authorization": strings.Repeat("x", 7000)}})
				requests := target(t, client, "tiny", triton.RequestOptions{Streaming: w.streaming, Transport: w.transport})
				conns, sink := dial(t, requests, load.DialSetup{Conns: 2})
				for i := range int64(4) {
					require.NoError(t, conns.Send(int(i%2), load.Request{Index: i, State: -1}))
					e := sink.wait(t, i)
					assert.Equal(t, load.StatusOK, e.status, e.detail)
				}
			}
		})
	}
}
