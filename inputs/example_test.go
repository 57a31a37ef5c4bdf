package inputs_test

import (
	"fmt"
	"log"

	"github.com/trtbench/trtbench/inputs"
	"github.com/trtbench/trtbench/record"
	"github.com/trtbench/trtbench/tensor"
)

// Token numbers that a vocabulary of ten has.
func ExampleSource() {
	ranges, err := inputs.ParseRanges("token_ids:0:9")
	if err != nil {
		log.Fatal(err)
	}
	source := inputs.Source{Ranges: ranges}
	ids := tensor.Values{Tensor: record.Tensor{Name: "token_ids", Input: true, Type: "int8", Shape: []int{6}}, Data: make([]byte, 6)}
	if err := source.Fill(&ids); err != nil {
		log.Fatal(err)
	}
	fmt.Println(ids.Data)
	// Output:
	// [0 1 7 4 5 2]
}
