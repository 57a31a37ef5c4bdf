package compare_test

import (
	"fmt"

	"github.com/trtbench/trtbench/compare"
)

// Two times files of trtexec, of the same run.
func Example() {
	const file = "../testdata/vectors/trtexec/report/09-pct-n1000.times.json"
	a, err := compare.Open(file, 0)
	if err != nil {
		fmt.Println(err)
		return
	}
	b, err := compare.Open(file, 0)
	if err != nil {
		fmt.Println(err)
		return
	}
	result, err := compare.Compare(a, b, compare.Options{Threshold: compare.DefaultThreshold})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, row := range result.Rows[:2] {
		fmt.Printf("%s: %+.0f %%\n", row.Name, row.Percent)
	}
	// Output:
	// throughput: +0 %
	// latency median: +0 %
}
