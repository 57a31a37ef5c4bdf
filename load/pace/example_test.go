package pace_test

import (
	"fmt"
	"strings"
	"time"

	"github.com/trtbench/trtbench/load/pace"
)

func Example() {
	schedule, err := pace.NewConstant(4)
	if err != nil {
		fmt.Println(err)
		return
	}
	begun := time.Now()
	clock := func() int64 { return int64(time.Since(begun)) }
	waiter := pace.NewPrecise(clock, 0)
	defer waiter.Close()
	for range 3 {
		due, _ := schedule.Next()
		waiter.Until(int64(due), nil)
		fmt.Println("due after", due)
	}
	// Output:
	// due after 0s
	// due after 250ms
	// due after 500ms
}

func ExampleReadIntervals() {
	gaps, err := pace.ReadIntervals(strings.NewReader("1000\n3000\n"))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(gaps, pace.MeanRate(gaps))
	// Output: [1ms 3ms] 500
}

func ExampleNewRamp() {
	schedule, err := pace.NewRamp(0, 100, 10*time.Second)
	if err != nil {
		fmt.Println(err)
		return
	}
	n := 0
	for due, ok := schedule.Next(); ok && due < 10*time.Second; due, ok = schedule.Next() {
		n++
	}
	fmt.Println(n, "requests while the rate rises")
	// Output: 500 requests while the rate rises
}
