// Package serve answers the chunks of many sessions with one model in this process: it puts chunks that are waiting into batches and
// keeps each session's recurrent state where the model runs.
//
//	server, err := serve.Open(ctx, executor, serve.Options{Sessions: 1000, Policy: serve.Deadline{Limit: 100 * time.Millisecond}})
//	defer server.Close()
//	session, err := server.OpenSession()
//	defer session.Close()
//	result, err := server.Submit(ctx, session, serve.Chunk{Inputs: [][]byte{signal}})
//
// The model is an [Executor]: a TensorRT engine of package trt, a model of package ort. [Local] puts a server under load, as the
// packages load and stream do with any load.Server.
//
// # Batches
//
// A batch is made when an instance is free and the [Policy] wants one, not before: what arrives while all instances are busy still
// joins. It takes the chunks that arrived first, at most one of a session, because the next chunk needs the state that this one
// leaves. A session's next chunk takes its place by its own time of arrival.
//
// # Time
//
// All decisions are made by the goroutine that changes the situation (a chunk arrives, a batch ends, a timer fires), under one lock;
// none of them waits for another. Instances sit on OS threads of their own and do nothing but run batches and tell the callers. The
// timer is Go's, which on an idle machine is up to a millisecond late.
package serve
