// Command trtbench measures TensorRT engines and ONNX models. Run `trtbench --help` for its verbs.
package main

import (
	"os"

	"github.com/trtbench/trtbench/internal/cli"
)

func main() {
	ctx, stop := cli.Interruptible()
	code := cli.Main(ctx, cli.ThisProcess())
	stop()
	os.Exit(code)
}
