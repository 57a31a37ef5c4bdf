package profile

// Collector takes the times of layers as TensorRT's profiler reports them: layer after layer, inference after inference. It
// needs 8 bytes a call. The zero value is ready; it is not safe for concurrent use.
//
// One inference is a pass. A caller that knows where a pass ends says so by EndPass. Without that the passes are found in
// the names: see [Collector.Profile].
type Collector struct {
	names []string         // each name once
	ids   map[string]int32 // places in names

	calls []int32 // place of the name, for each call
	times []float32
	ends  []int // number of calls made when a pass ended, where the caller said so
}

// Layer adds the time of one layer in ms.
func (c *Collector) Layer(name string, ms float32) {
	id, known := c.ids[name]
	if !known {
		if c.ids == nil {
			c.ids = make(map[string]int32)
		}
		id = int32(len(c.names))
		c.names, c.ids[name] = append(c.names, name), id
	}
	c.calls, c.times = append(c.calls, id), append(c.times, ms)
}

// EndPass says that all layers of an inference were reported. An inference without layers is no pass.
func (c *Collector) EndPass() {
	if len(c.calls) > c.lastEnd() {
		c.ends = append(c.ends, len(c.calls))
	}
}

func (c *Collector) lastEnd() int {
	if len(c.ends) == 0 {
		return 0
	}
	return c.ends[len(c.ends)-1]
}

// passes returns where each pass ends, the last one after the last call, and how many of them are known to be complete.
func (c *Collector) passes() (ends []int, complete int) {
	n := len(c.calls)
	switch {
	case n == 0:
		return nil, 0
	case len(c.ends) > 0:
		if ends, complete = c.ends, len(c.ends); c.lastEnd() < n {
			ends = append(ends[:len(ends):len(ends)], n)
		}
		return ends, complete
	}
	if length := period(c.calls); length == n || n >= 2*length {
		for end := length; end < n; end += length {
			ends = append(ends, end)
		}
		complete = n / length
	} else {
		for i := 1; i < n; i++ {
			if c.calls[i] == c.calls[0] {
				ends = append(ends, i)
			}
		}
		complete = len(ends) + 1
	}
	return append(ends, n), complete
}

// period returns the smallest p with calls[i] = calls[i+p] for all i: the length of what repeats. It is the length of
// calls when nothing does.
func period(calls []int32) int {
	border := make([]int32, len(calls)) // length of the longest proper prefix of calls[:i+1] that is its suffix as well
	for i, k := 1, int32(0); i < len(calls); i++ {
		for k > 0 && calls[i] != calls[k] {
			k = border[k-1]
		}
		if calls[i] == calls[k] {
			k++
		}
		border[i] = k
	}
	return len(calls) - int(border[len(calls)-1])
}
