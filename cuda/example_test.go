package cuda_test

import (
	"context"
	"fmt"
	"log"

	"github.com/trtbench/trtbench/csrc/sim"
	"github.com/trtbench/trtbench/cuda"
)

// Time a copy on the device. The example runs on the simulated device; leave WithLibraryPath out to run on a real one.
func Example() {
	folder, err := sim.Build(context.Background(), 11)
	if err != nil {
		log.Fatal(err)
	}
	lib, err := cuda.Load(cuda.WithLibraryPath(folder))
	if err != nil {
		log.Fatal(err)
	}
	defer lib.Close()
	device, err := lib.Device(0)
	if err != nil {
		log.Fatal(err)
	}
	elapsed, err := timeCopy(device, 1<<20)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("the copy took time:", elapsed.Duration() > 0)
	// Output: the copy took time: true
}

// timeCopy copies n bytes to the device and back, and returns how long the way there took.
func timeCopy(device *cuda.Device, n int) (cuda.Milliseconds, error) {
	stream, err := device.NewStream()
	if err != nil {
		return 0, err
	}
	defer stream.Close()
	start, err := device.NewEvent()
	if err != nil {
		return 0, err
	}
	defer start.Close()
	end, err := device.NewEvent(cuda.EventBlocking())
	if err != nil {
		return 0, err
	}
	defer end.Close()
	host, err := device.AllocPinned(n)
	if err != nil {
		return 0, err
	}
	defer host.Close()
	memory, err := device.AllocDevice(n)
	if err != nil {
		return 0, err
	}
	defer memory.Close()

	for _, step := range []func() error{
		func() error { return start.Record(stream) },
		func() error { return stream.Copy(memory, host) },
		func() error { return end.Record(stream) },
		func() error { return stream.Copy(host, memory) },
		stream.Synchronize,
	} {
		if err := step(); err != nil {
			return 0, err
		}
	}
	return cuda.Elapsed(start, end)
}
