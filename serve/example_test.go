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

// A service gives each speaker a session and submits what the speaker says.
func ExampleServer_Submit() {
	server, err := serve.Open(context.Background(), &counter{}, serve.Options{
		Sessions: 100,
		Policy:   serve.Deadline{Limit: 100 * time.Millisecond},
	})
	if err != nil {
		log.Fatal(err)
	}
	defer server.Close()
	speaker, err := server.OpenSession()
	if errors.Is(err, serve.ErrSessionsFull) {
		log.Fatal("no room for another speaker")
	}
	defer speaker.Close()
	for range 3 {
		result, err := server.Submit(context.Background(), speaker, serve.Chunk{Inputs: [][]byte{{0}}})
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(result.Outputs[0][0])
	}
	// Output:
	// 1
	// 2
	// 3
}
