package report_test

import (
	"fmt"
	"os"
	"strings"

	"github.com/trtbench/trtbench/bench"
	"github.com/trtbench/trtbench/record"
	"github.com/trtbench/trtbench/report"
	"github.com/trtbench/trtbench/tensor"
)

// The figures of a run of trtexec, from what it printed.
func ExampleReadTrtexecLog() {
	file, err := os.Open("testdata/logs/v10.log")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer file.Close()
	log, err := report.ReadTrtexecLog(file)
	if err != nil {
		fmt.Println(err)
		return
	}
	transfers, _ := log.Option("Data transfers")
	fmt.Println("TensorRT", log.Version, log.Result, "transfers:", transfers)
	fmt.Println("median latency:", log.Summary.Latency.Median, "ms")
	// Output:
	// TensorRT 10.15.1 PASSED transfers: Enabled
	// median latency: 1.625 ms
}

// A recording as the file that trtexec writes with --exportTimes. Without a warm-up every inference is timed.
func ExampleWriteTimes() {
	recording := &bench.Recording{Samples: []bench.Sample{
		{EnqueueStart: 50_000, EnqueueEnd: 60_000, ComputeStart: 0.5, Compute: 2, H2D: 0.25, D2H: 0.125},
	}}
	var file strings.Builder
	if err := report.WriteTimes(&file, recording, 0); err != nil {
		fmt.Println(err)
		return
	}
	trace, err := report.ReadTimes(strings.NewReader(file.String()))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(trace.Len(), "inference, latency", trace.Timing(0).Latency(), "ms")
	// Output: 1 inference, latency 2.375 ms
}

// The output of an inference as the file that trtexec writes with --exportOutput.
func ExampleWriteValues() {
	output := tensor.Values{
		Tensor: record.Tensor{Name: "logprobs", Type: "float16", Shape: []int{1, 2}},
		Data:   []byte{0x00, 0xBC, 0x00, 0x7C},
	}
	if err := report.WriteValues(os.Stdout, []tensor.Values{output}); err != nil {
		fmt.Println(err)
	}
	// Output:
	// [
	//   { "name" : "logprobs"
	//   , "dimensions" : "1x2"
	//   , "values" : [ -1, "Infinity" ]
	//   }
	// ]
}
