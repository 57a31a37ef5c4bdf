// Package serve answers the chunks of many sessions with one model in this process: it puts chunks that are waiting into batches and
// keeps each session's recurrent state where the model runs.
//
//	server, err := serve.Open(ctx, executor, serve.Options{Sessions: 1000, Policy: serve.Deadline{Limit: 100 * time.Millisecond}})
//	defer server.Close()
//	session, err := server.OpenSession()
//	defer session.Close()
//	result, err := server.Submit(ctx, session, serve.Chunk{Inputs: [][]byte{signal}})
//
// The model is an [Executor]: a TensorRT engine of package trt, a model of package ort, or the user's. The example "service" shows a
// whole service. [Local] puts a server under load, as the packages load and stream do with any load.Server.
//
// # Sessions
//
// Each open session has a row of state where the model runs; how many there are is settled when the server is opened, and an executor
// that has no memory for them says how many fit ([ShortOfMemoryError]). A session begins with a state of zero, and anew where
// [Chunk].Start or [Session.Reset] says so. Its chunks are computed in the order in which they were accepted.
//
// # What can go wrong
//
//	ErrSessionsFull   OpenSession: every row is taken
//	ErrQueueFull      too many chunks wait; this one was not accepted and the state is as before
//	context's error   the chunk was taken back before it was computed, and the state is as before
//	*BatchError       the executor failed; the sessions of that batch have lost their states
//	ErrStateLost      a chunk that needs a lost state; Session.Reset or Chunk.Start begins anew
//	*ChunkError       the chunk does not fit the model
//	ErrClosed         the server is closing; chunks that were accepted before are answered within Options.Drain
//
// # Batches
//
// A batch is made when an instance is free and the [Policy] wants one, not before: what arrives while all instances are busy still
// joins. It takes the chunks that arrived first, at most one of a session, because the next chunk needs the state that this one
// leaves. A session's next chunk takes its place by its own time of arrival.
//
// # Time
//
// A chunk costs about 1 µs of processor time besides its computation (BenchmarkScheduling) and no allocation; a session takes less than
// 1 KiB besides its state. All decisions are made by the goroutine that changes the situation (a chunk arrives, a batch ends, a timer fires), under one lock;
// none of them waits for another. Instances sit on OS threads of their own and do nothing but run batches and tell the callers. The
// timer is Go's, which on an idle machine is up to a millisecond late.
package serve
