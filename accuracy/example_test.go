package accuracy_test

import (
	"fmt"
	"log"

	"github.com/trtbench/trtbench/accuracy"
	"github.com/trtbench/trtbench/record"
	"github.com/trtbench/trtbench/tensor"
)

// One of four elements is farther from its reference than the tolerances allow.
func ExampleCompare() {
	output := tensor.Values{Tensor: record.Tensor{Name: "class", Type: "int8", Shape: []int{4}}, Data: []byte{1, 2, 3, 9}}
	references := map[string]tensor.Values{"class": {Data: []byte{1, 2, 3, 4}}} // as a file of plain bytes has it
	results, err := accuracy.Compare([]tensor.Values{output}, references, accuracy.Options{
		Algorithm:         accuracy.L0,
		AbsoluteTolerance: accuracy.DefaultTolerance,
		Threshold:         0.1,
	})
	if err != nil {
		log.Fatal(err)
	}
	for _, r := range results {
		fmt.Printf("%s: loss %v, passed %v; element %d is %v and should be %v\n",
			r.Name, r.Loss, r.Passed, r.Worst.Index, r.Worst.Value, r.Worst.Reference)
	}
	// Output:
	// class: loss 0.25, passed false; element 3 is 9 and should be 4
}
