package enginecache_test

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/trtbench/trtbench/trt/enginecache"
)

// An engine is built once; the next time it is there.
func Example() {
	folder, err := os.MkdirTemp("", "engines")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(folder)
	cache, err := enginecache.Open(folder, enginecache.DefaultLimit)
	if err != nil {
		fmt.Println(err)
		return
	}
	key := enginecache.Key{
		Model:    "7efee031…", // as onnx.Hash returns it
		Settings: `{"OptimizationLevel":5}`,
		Library:  "TensorRT 10.15.1.29",
		Device:   "NVIDIA L4, compute capability 8.9, 58 multiprocessors",
	}
	build := func(context.Context) (io.WriterTo, error) { // for example by trt.Library.Build
		fmt.Println("building")
		return strings.NewReader("the engine"), nil
	}
	for range 2 {
		entry, err := cache.Obtain(context.Background(), key, build)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("%d bytes, from the cache: %v\n", entry.Bytes, entry.FromCache)
		entry.Close() // when the engine was read
	}
	// Output:
	// building
	// 10 bytes, from the cache: false
	// 10 bytes, from the cache: true
}
