package tritontest_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/trtbench/trtbench/triton/tritontest"
)

func TestProxy(t *testing.T) {
	mock := tritontest.NewMock(t, tritontest.MockOptions{}, tritontest.Tiny())
	proxy := tritontest.NewProxy(t, mock.Addr())
	c := dial(t, proxy.Addr())
	_, err := c.ModelInfer(c.ctx, tiny("a"))
	require.NoError(t, err)

	const delay = 20 * time.Millisecond
	proxy.Delay(delay)
	start := time.Now()
	_, err = c.ModelInfer(c.ctx, tiny("b"))
	require.NoError(t, err)
	assert.GreaterOrEqual(t, time.Since(start), 2*delay, "there and back")
	proxy.Delay(0)

	proxy.Silence(true)
	stream := c.stream(t)
	require.NoError(t, stream.Send(tiny("c")))
	proxy.Silence(false)
	_, err = stream.Recv()
	require.NoError(t, err)

	proxy.Cut()
	_, err = stream.Recv()
	assert.Equal(t, codes.Unavailable, status.Code(err))
	_, err = c.ModelInfer(c.ctx, tiny("d"), grpc.WaitForReady(true))
	require.NoError(t, err)

	mock.Set("tiny", func(b *tritontest.Behaviour) { b.Fault = tritontest.Every(1, tritontest.Fault{Extra: 1 << 20}) })
	proxy.CutAfter(100 << 10) // within the answer, and after whatever else the connection carries
	_, err = c.ModelInfer(c.ctx, tiny("e"))
	assert.Equal(t, codes.Unavailable, status.Code(err))
}

func TestProxyWithoutTarget(t *testing.T) {
	mock := tritontest.NewMock(t, tritontest.MockOptions{}, tritontest.Tiny())
	proxy := tritontest.NewProxy(t, mock.Addr())
	mock.Close()
	c := dial(t, proxy.Addr())
	_, err := c.ModelInfer(c.ctx, tiny("a"))
	assert.Equal(t, codes.Unavailable, status.Code(err))
}
