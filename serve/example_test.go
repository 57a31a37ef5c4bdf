package serve_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"time"

	"github.com/trtbench/trtbench/record"
	"github.com/trtbench/trtbench/serve"
)

// counter is the smallest model with a state: it counts the chunks of each session.
type counter struct{ counts []byte }

func (c *counter) Describe() record.Description { return record.Description{Backend: "counter"} }

func (c *counter) Model() serve.Model {
	one := func(name string) record.Tensor { return record.Tensor{Name: name, Type: "uint8", Shape: []int{1, 1}} }
	return serve.Model{
		Inputs: []record.Tensor{one("signal")}, Outputs: []record.Tensor{one("count")},
		States:  []serve.State{{Input: "state", Output: "state_next", Tensor: one("state")}},
		Batches: []int{1, 2, 3, 4},
	}
}

func (c *counter) Open(_ context.Context, setup serve.Setup) (serve.Instances, error) {
	c.counts = make([]byte, setup.Sessions)
	return c, nil
}

func (c *counter) Run(_ int, batch []serve.Item) error {
	for _, item := range batch {
		if item.Start {
			c.counts[item.Session] = 0
		}
		c.counts[item.Session]++
		copy(item.Outputs[0], c.counts[item.Session:])
	}
	return nil
}

func (c *counter) Counters() serve.Counters { return serve.Counters{} }

func (c *counter) Close() error { return nil }

// service is what answers connections.
type service struct{ server *serve.Server }

// connection answers the chunks of one speaker, whose first one starts from a state of zero. Slices are used again and again: a chunk
// does not allocate.
func (s *service) connection(ctx context.Context, chunks <-chan byte, answer func(byte)) error {
	session, err := s.server.OpenSession()
	if err != nil {
		return fmt.Errorf("no room for another speaker: %w", err) // serve.ErrSessionsFull: the caller tries another machine
	}
	defer session.Close() // its state is the next speaker's
	chunk := serve.Chunk{Inputs: [][]byte{make([]byte, 1)}, Outputs: [][]byte{make([]byte, 1)}}
	for audio := range chunks {
		chunk.Inputs[0][0] = audio
		if err := s.submit(ctx, session, chunk); err != nil {
			return err
		}
		answer(chunk.Outputs[0][0])
	}
	return nil
}

// submit waits for the answer to a chunk, for half a second at most.
func (s *service) submit(ctx context.Context, session *serve.Session, chunk serve.Chunk) error {
	ctx, cancel := context.WithTimeout(ctx, 500*time.Millisecond)
	defer cancel()
	_, err := s.server.Submit(ctx, session, chunk)
	switch {
	case errors.Is(err, serve.ErrQueueFull):
		return fmt.Errorf("too much to do, try later: %w", err) // the chunk was not accepted, the state is as before
	case errors.Is(err, context.DeadlineExceeded):
		return fmt.Errorf("the answer would come too late: %w", err) // likewise
	case errors.Is(err, serve.ErrStateLost):
		session.Reset() // what was said is forgotten; the next chunk begins anew
		return err
	}
	return err // a *serve.BatchError: the device failed, and the state is lost
}

// A service opens a server once and gives each connection a session. When it ends, chunks that were accepted are still answered.
func Example_service() {
	server, err := serve.Open(context.Background(), &counter{}, serve.Options{ // or the executor of package trt or ort
		Sessions: 100,
		Policy:   serve.Deadline{Limit: 100 * time.Millisecond},
		Queue:    200,             // what would wait longer anyway is rejected at once
		Drain:    2 * time.Second, // for Close
	})
	if err != nil {
		log.Fatal(err)
	}
	s := &service{server}
	chunks := make(chan byte, 3)
	for range 3 {
		chunks <- 0
	}
	close(chunks)
	if err := s.connection(context.Background(), chunks, func(count byte) { fmt.Println(count) }); err != nil {
		log.Print(err)
	}
	if err := server.Close(); err != nil { // then close the executor
		log.Fatal(err)
	}
	// Output:
	// 1
	// 2
	// 3
}
