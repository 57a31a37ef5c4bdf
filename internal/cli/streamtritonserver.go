package cli

import (
	"context"
	"fmt"
	"time"

	"github.com/trtbench/trtbench/load"
	"github.com/trtbench/trtbench/stream"
	"github.com/trtbench/trtbench/triton"
)

// How long a server that was there may be away, as while it is started anew, and how often it is looked for.
const (
	tritonAbsence = 30 * time.Second
	tritonLook    = 250 * time.Millisecond
)

// tritonServer is a model on a Triton server that is waited for before each point: one that crashed at the point before may come back. It
// is a load.Server and load.StatisticsReader.
type tritonServer struct {
	*triton.Target
	client  *triton.Client
	absence time.Duration
}

// Dial is part of load.Server.
func (s *tritonServer) Dial(ctx context.Context, setup load.DialSetup) (load.Conns, error) {
	until := time.Now().Add(s.absence)
	for {
		conns, err := s.dial(ctx, setup)
		if err == nil || ctx.Err() != nil {
			return conns, err
		}
		if time.Now().After(until) {
			return nil, fmt.Errorf("%w: it answered before, and not for %v now; what was measured until then stands: %w", stream.ErrServerGone, s.absence, err)
		}
		select {
		case <-time.After(tritonLook):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// dial opens the connections if the model is ready.
func (s *tritonServer) dial(ctx context.Context, setup load.DialSetup) (load.Conns, error) {
	model := s.Model()
	ready, err := s.client.ModelReady(ctx, model.Name, model.Version)
	if err == nil && !ready {
		if _, err = s.client.Live(ctx); err == nil {
			err = fmt.Errorf("triton: model %s is not ready", model.Name)
		}
	}
	if err != nil {
		return nil, err
	}
	return s.Target.Dial(ctx, setup)
}

var (
	_ load.Server           = (*tritonServer)(nil)
	_ load.StatisticsReader = (*tritonServer)(nil)
)
