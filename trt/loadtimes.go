package trt

import (
	"context"
	"fmt"
	"time"
)

// How often trtexec reads an engine for --timeDeserialize.
const (
	loadWarmUps = 2
	loadsTimed  = 20
)

// slowLoad bounds the first reading of an engine: so many times the average are too slow, unless the difference is noise.
const (
	slowLoad  = 2
	loadNoise = time.Millisecond
)

// LoadTimes says how long it takes to read an engine.
type LoadTimes struct {
	First   time.Duration // of the first reading that counts, after two that do not
	Average time.Duration // of those after it
	Loads   int           // in the average
}

// Slow reports whether the first reading took over twice the average and over a millisecond more. trtexec fails then, without
// the millisecond. A file on a slow disk that no cache holds any more is read so.
func (t *LoadTimes) Slow() bool {
	return t.First > slowLoad*t.Average && t.First > t.Average+loadNoise
}

// TimeDeserialize reads an engine as often as trtexec's --timeDeserialize does and says how long that takes.
func TimeDeserialize(ctx context.Context, lib *Library, device int, path string) (_ *LoadTimes, err error) {
	runtime, err := lib.NewRuntime(device)
	if err != nil {
		return nil, err
	}
	defer func() {
		if closed := runtime.Close(); err == nil {
			err = closed
		}
	}()
	times := &LoadTimes{Loads: loadsTimed}
	var sum time.Duration
	for i := range loadWarmUps + 1 + loadsTimed {
		if err := ctx.Err(); err != nil {
			return nil, fmt.Errorf("trt: time the reading of %s: %w", path, err)
		}
		start := time.Now()
		engine, err := runtime.DeserializeFile(path)
		took := time.Since(start)
		if err != nil {
			return nil, err
		}
		if err := engine.Close(); err != nil {
			return nil, err
		}
		switch {
		case i == loadWarmUps:
			times.First = took
		case i > loadWarmUps:
			sum += took
		}
	}
	times.Average = sum / loadsTimed
	return times, nil
}
