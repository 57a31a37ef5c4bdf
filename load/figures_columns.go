package load

import "sync"

// columns are the times of the requests that were due in the measured time, in nanoseconds.
type columns struct {
	until                                int64
	delay, lag, service, response, first column
	several                              bool // a request had several answers
	sequences                            bool // a request belonged to one
}

// column collects one kind of time.
type column struct {
	values   []int64
	censored int
}

func (c *column) add(ns int64) { c.values = append(c.values, ns) }

// addAtLeast adds a time that went on when waiting ended.
func (c *column) addAtLeast(ns int64) {
	c.add(ns)
	c.censored++
}

// newColumns reserves room for so many requests.
func newColumns(m measure, n int) *columns {
	c := &columns{until: m.until}
	for _, column := range []*column{&c.delay, &c.lag, &c.service, &c.response} {
		column.values = make([]int64, 0, n)
	}
	return c
}

// add adds a request. Those that failed with an answer have no times that could be compared with the others'.
func (c *columns) add(o *Outcome, became fate) {
	c.several = c.several || o.Parts > 1
	c.sequences = c.sequences || o.Sequence != 0
	switch became {
	case fateUnsent:
		waited := c.until - o.Intended
		for _, column := range []*column{&c.delay, &c.lag, &c.response} {
			column.addAtLeast(waited)
		}
		return
	case fateUnanswered:
		c.service.addAtLeast(c.until - o.Sent)
		c.response.addAtLeast(c.until - o.Intended)
	case fateExpired:
		c.service.addAtLeast(o.Service())
		c.response.addAtLeast(o.Response())
	case fateOK:
		c.service.add(o.Service())
		c.response.add(o.Response())
	}
	if o.Sent != 0 {
		c.delay.add(o.Delay())
		c.lag.add(o.Lag())
	}
}

// addFirst adds the times to the first answers.
func (c *columns) addFirst(outcomes []Outcome, m measure) {
	for i := range outcomes {
		o := &outcomes[i]
		if o.First != 0 && o.Flags&FlagClosing == 0 && m.dues(o.Intended) {
			c.first.add(o.First - o.Intended)
		}
	}
}

// describe computes the distributions, two at a time.
func (c *columns) describe(f *Figures, quantile float64) {
	type task struct {
		column *column
		into   *Distribution
	}
	tasks := []task{{&c.delay, &f.Delay}, {&c.lag, &f.Lag}, {&c.service, &f.Service}, {&c.response, &f.Response}}
	if f.FirstAnswer != nil {
		tasks = append(tasks, task{&c.first, f.FirstAnswer})
	}
	const workers = 2
	var working sync.WaitGroup
	for worker := range workers {
		working.Go(func() {
			var scratch []int64
			for i := worker; i < len(tasks); i += workers {
				*tasks[i].into, scratch = distributionOf(tasks[i].column.values, tasks[i].column.censored, quantile, scratch)
			}
		})
	}
	working.Wait()
}
