package pace

import (
	"errors"
	"fmt"
	"slices"
	"time"
)

// intervals repeats a list of gaps.
type intervals struct {
	gaps []time.Duration
	next int
	due  time.Duration
}

// NewIntervals returns a schedule with the given gaps, over and over; the first request is due after the first gap. No gap is
// negative and not all are 0. The gaps are not copied.
func NewIntervals(gaps []time.Duration) (Schedule, error) {
	if err := checkGaps(gaps); err != nil {
		return nil, err
	}
	return &intervals{gaps: gaps}, nil
}

func (s *intervals) Next() (time.Duration, bool) {
	s.due += s.gaps[s.next]
	if s.next++; s.next == len(s.gaps) {
		s.next = 0
	}
	return s.due, s.due >= 0 // until it can no longer be said
}

// MeanRate returns the requests per second of a schedule made of these gaps.
func MeanRate(gaps []time.Duration) float64 {
	var sum float64
	for _, gap := range gaps {
		sum += gap.Seconds()
	}
	return float64(len(gaps)) / sum
}

func checkGaps(gaps []time.Duration) error {
	var sum time.Duration
	for i, gap := range gaps {
		if gap < 0 {
			return fmt.Errorf("pace: interval %d is %v, expected 0 or more", i+1, gap)
		}
		if sum += gap; sum < 0 {
			return fmt.Errorf("pace: the first %d intervals are longer than %v together", i+1, time.Duration(1<<63-1))
		}
	}
	if sum == 0 {
		return errors.New("pace: no interval is longer than 0, so all requests would be due at once")
	}
	return nil
}

// fixed plays given instants once.
type fixed struct{ times []time.Duration }

// NewFixed returns a schedule that sends one request at each of the given instants, once. They are in order and not negative. The
// list is not copied.
func NewFixed(times []time.Duration) (Schedule, error) {
	if len(times) == 0 {
		return nil, errors.New("pace: no instants given, expected at least one")
	}
	if times[0] < 0 {
		return nil, fmt.Errorf("pace: instant 1 is %v, expected 0 or more", times[0])
	}
	for i := 1; i < len(times); i++ {
		if times[i] < times[i-1] {
			return nil, fmt.Errorf("pace: instant %d is %v, expected no less than the one before it, %v", i+1, times[i], times[i-1])
		}
	}
	return &fixed{times: times}, nil
}

// NewReplay returns the schedule that an earlier run had: intended are the instants, in nanoseconds, at which its requests were due,
// in any order. The first is due at once.
func NewReplay(intended []int64) (Schedule, error) {
	times := make([]time.Duration, len(intended))
	for i, at := range intended {
		times[i] = time.Duration(at)
	}
	slices.Sort(times)
	if len(times) > 0 {
		first := times[0]
		for i := range times {
			times[i] -= first
		}
	}
	return NewFixed(times)
}

func (f *fixed) Next() (time.Duration, bool) {
	if len(f.times) == 0 {
		return 0, false
	}
	due := f.times[0]
	f.times = f.times[1:]
	return due, true
}
