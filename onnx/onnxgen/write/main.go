// Write writes a synthetic model of any size: go run ./onnx/onnxgen/write -megabytes 64 -out large.onnx
package main

import (
	"flag"
	"fmt"
	"io"
	"os"

	"github.com/trtbench/trtbench/onnx/onnxgen"
	"github.com/trtbench/trtbench/record"
)

func main() {
	var o onnxgen.Options
	flag.IntVar(&o.Megabytes, "megabytes", 64, "weights, at least, in millions of bytes")
	flag.IntVar(&o.Batch, "batch", 0, "fixes the number of streams; 0 leaves it free")
	flag.Uint64Var(&o.Seed, "seed", 0, "of the weights")
	precision := flag.String("precision", string(onnxgen.FP32), "of the weights and the arithmetic: fp32 or fp16")
	out := flag.String("out", "large.onnx", "file to write")
	flag.Parse()
	o.Precision = onnxgen.Precision(*precision)
	if err := record.WriteFile(*out, func(w io.Writer) error { return onnxgen.Write(w, o) }); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
