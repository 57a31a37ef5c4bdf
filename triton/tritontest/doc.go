// Package tritontest gives tests something to load: the real Triton server, and a mock of it that misbehaves on demand.
//
//	server := tritontest.Start(t)                        // the real one, with the models of testdata/triton; skips without it
//	mock := tritontest.NewMock(t, tritontest.Tiny())     // a model of one's choice, latency and faults included
//	proxy := tritontest.NewProxy(t, mock.Addr())         // a connection that can be slow, silent or cut
//
// Figures that must be true are taken on the real server. The mock is for limits and faults: it serves the open inference protocol over
// gRPC and HTTP, takes its time from a clock that a test may hold, and remembers what it was sent.
package tritontest
