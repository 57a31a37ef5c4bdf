package telemetry

import (
	"sync"
	"time"
)

// DefaultPeriod is the time between two readings. GPUs renew what they tell about as often.
const DefaultPeriod = 100 * time.Millisecond

// patience is how long Stop waits for the last reading. A driver that has lost its device may never answer.
const patience = time.Second

// Sampler reads a source over one span of time after the other. Start and Stop are called in turn, by one goroutine at a time. Between
// Stop and Start it holds nothing, and needs no closing.
type Sampler struct {
	source Source
	about  Description
	period time.Duration
	stop   chan struct{} // ends the span under way
	done   chan struct{} // its goroutine has ended

	mu   sync.Mutex
	span *span // nil: none
}

// NewSampler returns a sampler of a source, which stays the caller's to close after the last Stop.
func NewSampler(source Source, period time.Duration) *Sampler {
	return &Sampler{source: source, about: source.Describe(), period: period}
}

// Start begins a span. It does not wait for the first reading.
func (s *Sampler) Start() {
	if s.done != nil && !closed(s.done) {
		return // the source has not answered since the last span: there is nothing to read
	}
	s.mu.Lock()
	s.span = &span{}
	s.mu.Unlock()
	s.stop, s.done = make(chan struct{}), make(chan struct{})
	go s.sample(s.span, s.stop, s.done)
}

// Stop ends the span with a last reading, and returns what it came to: nil when nothing could be read. It returns within a second even
// when the source does not.
func (s *Sampler) Stop() *Usage {
	s.mu.Lock()
	ended := s.span
	s.mu.Unlock()
	if ended == nil {
		return nil
	}
	close(s.stop)
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case <-s.done:
	case <-timer.C:
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.span = nil
	return ended.usage(s.about)
}

// sample reads at once, every period, and once more at the end.
func (s *Sampler) sample(into *span, stop, done chan struct{}) {
	defer close(done)
	ticker := time.NewTicker(s.period)
	defer ticker.Stop()
	r := new(Reading)
	s.read(into, r)
	for {
		select {
		case <-ticker.C:
			s.read(into, r)
		case <-stop:
			s.read(into, r)
			return
		}
	}
}

// read takes one reading. It holds no lock while it waits for the source.
func (s *Sampler) read(into *span, r *Reading) {
	*r = NewReading()
	err := s.source.Read(r)
	at := time.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.span == into { // else nobody waits for it any more
		into.add(at, r, err)
	}
}

func closed(c chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}
