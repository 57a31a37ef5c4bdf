package tritontest_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/encoding"
	_ "google.golang.org/grpc/encoding/proto"
	"google.golang.org/grpc/mem"
	"google.golang.org/protobuf/proto"

	"github.com/trtbench/trtbench/triton/kserve"
	"github.com/trtbench/trtbench/triton/tritontest"
)

// bytesCodec sends bytes as they are and looks at nothing that arrives, so that the client costs as little as it can.
type bytesCodec struct{}

func (bytesCodec) Name() string { return "proto" }

func (bytesCodec) Marshal(v any) (mem.BufferSlice, error) {
	return mem.BufferSlice{mem.SliceBuffer(v.([]byte))}, nil
}

func (bytesCodec) Unmarshal(mem.BufferSlice, any) error { return nil }

var _ encoding.CodecV2 = bytesCodec{}

// BenchmarkMock is a closed loop of 64 tiny requests on one stream: what a load test through the mock can reach at most.
func BenchmarkMock(b *testing.B) {
	mock := tritontest.NewMock(b, tritontest.MockOptions{}, tritontest.Tiny())
	conn, err := grpc.NewClient(mock.Addr(), grpc.WithTransportCredentials(insecure.NewCredentials()))
	require.NoError(b, err)
	defer conn.Close()
	ctx, cancel := context.WithCancel(b.Context())
	defer cancel()
	stream, err := conn.NewStream(ctx, &grpc.StreamDesc{ServerStreams: true, ClientStreams: true},
		kserve.GRPCInferenceService_ModelStreamInfer_FullMethodName, grpc.ForceCodecV2(bytesCodec{}))
	require.NoError(b, err)
	message, err := proto.Marshal(tiny("12345678"))
	require.NoError(b, err)
	const inFlight = 64
	free := make(chan struct{}, inFlight)
	for range inFlight {
		free <- struct{}{}
	}
	done := make(chan error, 1)
	b.ReportAllocs()
	b.ResetTimer()
	go func() {
		for range b.N {
			if err := stream.RecvMsg(nil); err != nil {
				done <- err
				return
			}
			free <- struct{}{}
		}
		done <- nil
	}()
	for range b.N {
		<-free
		if err := stream.SendMsg(message); err != nil {
			break // RecvMsg tells why
		}
	}
	require.NoError(b, <-done)
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "requests/s")
}
