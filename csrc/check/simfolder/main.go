// Command simfolder prints the folder of the simulated libraries of TensorRT 10 or 11, for scripts.
package main

import (
	"context"
	"fmt"
	"os"
	"strconv"

	"github.com/trtbench/trtbench/csrc/sim"
)

func main() {
	major := 0
	if len(os.Args) == 2 {
		major, _ = strconv.Atoi(os.Args[1])
	}
	folder, err := sim.Build(context.Background(), major)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(folder)
}
