package load_test

import (
	"context"
	"fmt"
	"time"

	"github.com/trtbench/trtbench/load"
	"github.com/trtbench/trtbench/record"
)

// echo is a server in this process that answers each request after a millisecond.
type echo struct{}

func (echo) Describe() record.Description { return record.Description{Backend: "echo", Version: "1"} }
func (echo) Payloads() load.Payloads      { return load.Payloads{Steps: []int{1}, Batch: 8} }

func (echo) Dial(_ context.Context, setup load.DialSetup) (load.Conns, error) {
	return echoConns{setup}, nil
}

type echoConns struct{ load.DialSetup }

func (c echoConns) Send(_ int, r load.Request) error {
	c.Sink.Sent(r.Index, c.Clock())
	time.AfterFunc(time.Millisecond, func() { c.Sink.Answered(r.Index, c.Clock(), load.StatusOK, nil) })
	return nil
}

func (echoConns) Close() error { return nil }

func ExampleRun() {
	recording, err := load.Run(context.Background(), echo{}, load.Options{
		Range: load.Range{Start: 1, End: 4, Step: 3}, Requests: 40, WarmUpRequests: 10,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for i, point := range recording.Points {
		figures, err := recording.Figures(i)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("%g in flight: %d of %d answered, %d items in each\n", point.Level, figures.OK, figures.Requests, recording.Settings.Batch)
	}
	// Output:
	// 1 in flight: 40 of 40 answered, 8 items in each
	// 4 in flight: 40 of 40 answered, 8 items in each
}
