// Package tritontest gives tests something to load: the real Triton server, and a mock of it that misbehaves on demand.
//
//	// The real one, with the models of testdata/triton; skips without it.
//	server := tritontest.Start(t)
//	// Models of one's choice, latency and faults included.
//	mock := tritontest.NewMock(t, tritontest.MockOptions{}, tritontest.Tiny())
//	// A connection that can be slow, silent or cut.
//	proxy := tritontest.NewProxy(t, mock.Addr())
//
// Figures that must be true are taken on the real server. The mock is for limits and faults: it serves the open inference protocol over
// gRPC and HTTP, takes its time from a clock that a test may hold, and remembers what it was sent.
package tritontest
