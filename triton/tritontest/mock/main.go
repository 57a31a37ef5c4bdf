// Command mock is a server of the open inference protocol that takes its time as told and fails on demand, to load with trtbench or with
// perf_analyzer:
//
//	go run ./triton/tritontest/mock -latency 10ms -concurrency 2
//
// Its models are tiny (y = x), sequence (sequences), chained (a state that travels with the requests), repeat (several answers to a
// request), and streaming_acoustic and streaming_acoustic_sequence, the recogniser as far as its state goes; all behave as the flags say.
// It ends on Ctrl-C.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"google.golang.org/grpc/codes"

	"github.com/trtbench/trtbench/triton/tritontest"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil {
		if !errors.Is(err, flag.ErrHelp) {
			fmt.Fprintln(os.Stderr, "mock:", err)
		}
		os.Exit(2)
	}
}

// run serves until the context ends.
func run(ctx context.Context, arguments []string, out io.Writer) error {
	flags := flag.NewFlagSet("mock", flag.ContinueOnError)
	var options tritontest.MockOptions
	var behaviour tritontest.Behaviour
	flags.StringVar(&options.GRPC, "listen", "127.0.0.1:8001", "address for gRPC")
	flags.StringVar(&options.HTTP, "http", "127.0.0.1:8000", "address for HTTP and /metrics")
	latency := flags.Duration("latency", 0, "time that a request takes")
	exponential := flags.Bool("exponential", false, "draw the time of each request, with -latency as the mean")
	seed := flags.Uint64("seed", 1, "of what is drawn")
	flags.IntVar(&behaviour.Concurrency, "concurrency", 0, "requests that are worked on at once; others wait; 0: no limit")
	flags.BoolVar(&behaviour.Batching, "batching", false, "work on waiting requests together, up to the model's batch size")
	failures := flags.Int64("fail-every", 0, "every nth request fails; 0: none")
	losses := flags.Int64("lose-every", 0, "every nth request is never answered; 0: none")
	state := flags.Int64("state", 1024, "length of the state of the model chained, in elements of 4 bytes, and of streaming_acoustic, in elements of 2 bytes")
	if err := flags.Parse(arguments); err != nil {
		return err
	}
	if flags.NArg() > 0 {
		return fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	if *latency < 0 || behaviour.Concurrency < 0 || *failures < 0 || *losses < 0 {
		return errors.New("no flag may be negative")
	}
	switch {
	case *latency > 0 && *exponential:
		behaviour.Latency = tritontest.Exponential(*latency, *seed)
	case *latency > 0:
		behaviour.Latency = tritontest.Fixed(*latency)
	}
	switch {
	case *failures > 0:
		behaviour.Fault = tritontest.Every(*failures, tritontest.Fault{Code: codes.Internal})
	case *losses > 0:
		behaviour.Fault = tritontest.Every(*losses, tritontest.Fault{Lost: true})
	}
	models := []tritontest.Model{tritontest.Tiny(), tritontest.Sequence(), tritontest.Chained(*state), tritontest.Repeat(),
		tritontest.Acoustic(*state, nil), tritontest.AcousticSequence(nil)}
	for i := range models {
		models[i].Behaviour = behaviour
	}
	mock, err := tritontest.OpenMock(options, models...)
	if err != nil {
		return err
	}
	defer mock.Close()
	fmt.Fprintf(out, "gRPC on %s, HTTP on %s\n", mock.Addr(), mock.HTTPAddr())
	<-ctx.Done()
	for _, violation := range mock.Violations() {
		fmt.Fprintln(out, violation)
	}
	return nil
}
