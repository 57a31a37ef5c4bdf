package servetest

import (
	"context"
	"slices"
	"sync"

	"github.com/trtbench/trtbench/serve"
)

// Wrong is a way in which a batch goes wrong.
type Wrong string

// The ways. The first two sessions of the batch are concerned, or all of them.
const (
	MixedUp  Wrong = "mixed up" // two sessions exchange their states
	Zeroed   Wrong = "zeroed"   // the states are zero before the batch, as if they had been lost
	Repeated Wrong = "repeated" // the batch runs twice
	Stale    Wrong = "stale"    // the states are those before the last batch
	Swapped  Wrong = "swapped"  // two sessions get each other's answer
)

// All are the ways in which a batch can go wrong.
func All() []Wrong { return []Wrong{MixedUp, Zeroed, Repeated, Stale, Swapped} }

// Corrupt returns an executor that does what another does, but for one batch: the at-th after Open, counted from 0, goes wrong. It has
// twice the sessions of a server opened, as it keeps for each one a second state that is a chunk behind. Batches are run one at a time.
func Corrupt(executor serve.Executor, wrong Wrong, at int) serve.Executor {
	return &corrupted{Executor: executor, wrong: wrong, at: at}
}

type corrupted struct {
	serve.Executor
	wrong Wrong
	at    int
}

// Open is part of [serve.Executor].
func (c *corrupted) Open(ctx context.Context, setup serve.Setup) (serve.Instances, error) {
	sessions := setup.Sessions
	setup.Sessions *= 2
	opened, err := c.Executor.Open(ctx, setup)
	if err != nil {
		return nil, err
	}
	return &corruptedInstances{Instances: opened, corrupted: c, sessions: sessions, last: make([]*serve.Item, sessions)}, nil
}

type corruptedInstances struct {
	serve.Instances
	corrupted *corrupted
	sessions  int

	mu      sync.Mutex
	batches int
	last    []*serve.Item // what each session said before, for the state that is a chunk behind
}

// Run is part of [serve.Instances].
func (c *corruptedInstances) Run(instance int, batch []serve.Item) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	number := c.batches
	c.batches++
	items := slices.Clone(batch)
	if number == c.corrupted.at {
		if err := c.corrupt(instance, items); err != nil {
			return err
		}
	}
	if err := c.Instances.Run(instance, items); err != nil {
		return err
	}
	return c.follow(instance, batch)
}

// corrupt changes a batch, or what it will find.
func (c *corruptedInstances) corrupt(instance int, items []serve.Item) error {
	switch c.corrupted.wrong {
	case MixedUp:
		items[0].Session, items[1].Session = items[1].Session, items[0].Session
	case Zeroed:
		for i := range items {
			items[i].Start = true
		}
	case Repeated:
		return c.Instances.Run(instance, items)
	case Stale:
		for i := range items {
			items[i].Session += c.sessions
		}
	case Swapped:
		items[0].Outputs, items[1].Outputs = items[1].Outputs, items[0].Outputs
	}
	return nil
}

// follow brings the states that are a chunk behind forward by what the sessions said before.
func (c *corruptedInstances) follow(instance int, batch []serve.Item) error {
	var behind []serve.Item
	for i := range batch {
		item := batch[i]
		if before := c.last[item.Session]; before != nil {
			behind = append(behind, *before)
		}
		inputs := make([][]byte, len(item.Inputs))
		for k := range inputs {
			inputs[k] = slices.Clone(item.Inputs[k])
		}
		c.last[item.Session] = &serve.Item{Session: item.Session + c.sessions, Start: item.Start, Inputs: inputs, Outputs: make([][]byte, len(item.Outputs))}
	}
	if len(behind) == 0 {
		return nil
	}
	return c.Instances.Run(instance, behind)
}
