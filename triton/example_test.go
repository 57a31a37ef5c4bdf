package triton_test

import (
	"context"
	"fmt"
	"log"

	"github.com/trtbench/trtbench/load"
	"github.com/trtbench/trtbench/triton"
	"github.com/trtbench/trtbench/triton/tritontest"
)

// A hundred requests to a model, eight at a time; here a mock answers.
func Example() {
	mock, err := tritontest.OpenMock(tritontest.MockOptions{}, tritontest.Chained(1000))
	if err != nil {
		log.Fatal(err)
	}
	defer mock.Close()

	ctx := context.Background()
	client, err := triton.Connect(ctx, triton.Options{URL: mock.Addr(), Protocol: triton.GRPC})
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close()
	model, err := client.Model(ctx, "chained", "")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("states:", model.States())
	requests, err := triton.NewTarget(ctx, client, model, triton.RequestOptions{Streaming: true, States: model.States()})
	if err != nil {
		log.Fatal(err)
	}
	defer requests.Close()
	recording, err := load.Run(ctx, requests, load.Options{
		Range: load.Level(8), Requests: 100,
		Sequence: load.SequenceOptions{Use: true, State: true, Untagged: true},
	})
	if err != nil {
		log.Fatal(err)
	}
	figures, err := recording.Figures(0)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("answered:", figures.OK)
	// Output:
	// states: [state:state_next]
	// answered: 100
}

func ExampleDetectStates() {
	inputs := []tensor{{Name: "signal", Type: "FP16", Shape: []int64{2400, 1}}, {Name: "state", Type: "FP16", Shape: []int64{219729}}}
	outputs := []tensor{{Name: "logits", Type: "FP16", Shape: []int64{9, 34}}, {Name: "state_next", Type: "FP16", Shape: []int64{219729}}}
	fmt.Println(triton.DetectStates(inputs, outputs))
	// Output: [state:state_next]
}
