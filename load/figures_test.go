package load

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// answered is a request without lag: times in ms.
func answered(intended, answer float64) Outcome {
	return Outcome{Intended: ms(intended), Begun: ms(intended), Sent: ms(intended), First: ms(answer), Answered: ms(answer), Parts: 1, Status: StatusOK}
}

func TestFiguresCountWhatWasDue(t *testing.T) {
	late := answered(1300, 1500)
	late.Begun, late.Sent = ms(1350), ms(1360)
	refused := answered(1400, 1401)
	refused.Status, refused.First, refused.Parts = StatusRejected, 0, 0
	expired := answered(1500, 1800)
	expired.Status, expired.First, expired.Parts = StatusDeadline, 0, 0
	silent := Outcome{Intended: ms(1600), Begun: ms(1600), Sent: ms(1600)}
	lost := answered(1700, 3000) // when waiting ended
	lost.Status = StatusLost
	unsent := Outcome{Intended: ms(1900)}
	closing := answered(1950, 1960)
	closing.Flags = FlagClosing
	outcomes := []Outcome{
		answered(900, 1100),  // due before, answered in time
		answered(1000, 1010), // due at the start: counts
		answered(1100, 1200), late, refused, expired, silent, lost,
		answered(1800, 2200), // due in time, answered after
		unsent, closing,
		answered(2000, 2001), // due at the end: does not count
	}
	m := measure{span: span{ms(1000), ms(2000)}, until: ms(3000), asked: 10, due: 10, batch: 4}
	f := m.figures(outcomes)

	assert.Equal(t, time.Second, f.Measured)
	assert.Equal(t, 4, f.OK)
	assert.Equal(t, 2, f.Failed)
	assert.Equal(t, 2, f.Unanswered)
	assert.Equal(t, 2, f.Unsent, "one is known, one is missing from the schedule")
	assert.Equal(t, 10, f.Requests)
	assert.Equal(t, []ErrorCount{{StatusDeadline, 1}, {StatusRejected, 1}}, f.Errors)

	assert.InDelta(t, 4, f.AchievedRate, 0, "1010, 1100, 1200, 1500")
	assert.InDelta(t, 16, f.Throughput, 0)
	assert.InDelta(t, 8, f.SentRate, 0, "what was sent in (1000, 2000] ms")
	assert.Equal(t, 1, f.InFlightStart, "the one due at 900")
	assert.Equal(t, 3, f.InFlightEnd, "silent, lost, and the one answered at 2200")
	assert.Equal(t, 2, f.LateEnd)
	assert.Nil(t, f.FirstAnswer)
	assert.Nil(t, f.Sequences)

	r := f.Response
	assert.Equal(t, 8, r.Count, "all but the refused and the missing one")
	assert.Equal(t, 4, r.Censored)
	assert.Equal(t, 10*time.Millisecond, r.Min)
	assert.Equal(t, 1400*time.Millisecond, r.Max, "without an answer from 1600 to 3000")
	assert.Equal(t, time.Duration((10+100+200+300+1400+1300+400+1100)*1e6/8), r.Mean)
	median, found := r.At(0.5)
	require.True(t, found)
	assert.Equal(t, 300*time.Millisecond, median.Value, "the 4th of 8")
	assert.True(t, median.Enough)
	p99, _ := r.At(0.99)
	assert.False(t, p99.Enough)

	assert.Equal(t, 7, f.Service.Count, "what was never sent has none")
	assert.Equal(t, 300*time.Millisecond, f.Service.Quantiles[0].Value)
	assert.Equal(t, 9, f.Lag.Count)
	assert.Equal(t, 1100*time.Millisecond, f.Lag.Max)
	assert.Equal(t, 1, f.Lag.Censored)
	assert.InDelta(t, 16*0.3, f.SPS(300*time.Millisecond), 1e-12)
}

func TestFiguresOfNothing(t *testing.T) {
	f := measure{span: span{1, 2}}.figures(nil)
	assert.Equal(t, Figures{Measured: 1}, f)
}

// A queue that grows must not show as throughput, and one that drains not as more.
func TestThroughputDoesNotFollowTheQueue(t *testing.T) {
	var outcomes []Outcome
	for i := range 1000 { // due every ms, served every 2 ms
		outcomes = append(outcomes, answered(1000+float64(i), 1000+2*float64(i+1)))
	}
	f := measure{span: span{ms(1000), ms(2000)}, until: ms(4000), batch: 1}.figures(outcomes)
	assert.InDelta(t, 500, f.Throughput, 0)
	assert.Equal(t, 1000, f.Requests)
	assert.Equal(t, 500, f.InFlightEnd)
	assert.Equal(t, 1001*time.Millisecond, f.Response.Max, "those answered after the end count")
	assert.InDelta(t, 0.75, riseOf(outcomes, measure{span: span{ms(1000), ms(2000)}, until: ms(4000)}).Seconds(), 0.01)
}

func TestFiguresOfDecoupledAnswers(t *testing.T) {
	one, three := answered(1000, 1010), answered(1100, 1190)
	three.First, three.Parts = ms(1120), 3
	f := measure{span: span{ms(1000), ms(2000)}, until: ms(2000), batch: 1}.figures([]Outcome{one, three})
	require.NotNil(t, f.FirstAnswer)
	assert.Equal(t, 10*time.Millisecond, f.FirstAnswer.Min)
	assert.Equal(t, 20*time.Millisecond, f.FirstAnswer.Max)
	assert.Equal(t, 90*time.Millisecond, f.Response.Max)
	assert.InDelta(t, 4, f.AnswerRate, 0)
	assert.InDelta(t, 2, f.AchievedRate, 0)
}

func TestFiguresOfSequences(t *testing.T) {
	chunk := func(id uint64, flags Flags, intended, answer float64) Outcome {
		o := answered(intended, answer)
		o.Sequence, o.Flags = id, flags
		return o
	}
	cut := chunk(4, FlagCut, 1700, 1710)
	cut.Status = StatusFailed
	f := measure{span: span{ms(1000), ms(2000)}, until: ms(3000), batch: 1}.figures([]Outcome{
		chunk(1, FlagStart, 900, 910), chunk(1, FlagEnd, 1200, 1230), // began before
		chunk(2, FlagStart, 1300, 1340), chunk(2, 0, 1400, 1410), chunk(2, FlagEnd, 1500, 1550),
		chunk(1, FlagStart|FlagEnd, 1600, 1660), // the id comes again
		chunk(4, FlagStart, 1650, 1651), cut, chunk(4, FlagEnd|FlagClosing, 1711, 1712),
		chunk(5, FlagEnd, 1990, 2100), // answered after the end; where it began is unknown
	})
	s := f.Sequences
	require.NotNil(t, s)
	assert.Equal(t, 3, s.Completed)
	assert.Equal(t, 1, s.Cut)
	assert.InDelta(t, 3, s.Rate, 0)
	assert.Equal(t, 3, s.First.Count)
	assert.Equal(t, 60*time.Millisecond, s.First.Max)
	assert.Equal(t, 4, s.Last.Count)
	assert.Equal(t, 110*time.Millisecond, s.Last.Max)
	assert.Equal(t, 3, s.Whole.Count)
	assert.Equal(t, 60*time.Millisecond, s.Whole.Min)
	assert.Equal(t, 330*time.Millisecond, s.Whole.Max, "from 900 to 1230")
}

func TestDistribution(t *testing.T) {
	values := []int64{}
	for i := range 4000 {
		values = append(values, int64(4000-i)*1000)
	}
	d, _ := distributionOf(values, 0, 0.7, nil)
	assert.Equal(t, 4000, d.Count)
	assert.Equal(t, time.Microsecond, d.Min)
	assert.Equal(t, 4*time.Millisecond, d.Max)
	assert.Equal(t, time.Duration(2000500), d.Mean)
	assert.InDelta(t, 1154845, float64(d.StdDev), 1) // of 1…n: √(n(n+1)/12)
	require.Len(t, d.Quantiles, 6)
	for i, want := range []int64{2000, 2800, 3600, 3800, 3960, 3996} {
		q := d.Quantiles[i]
		assert.Equal(t, time.Duration(want)*time.Microsecond, q.Value)
		assert.True(t, q.Enough)
		assert.Less(t, q.Low, q.Value)
		assert.Greater(t, q.High, q.Value)
	}
	one, _ := distributionOf([]int64{7}, 1, 0, nil)
	assert.Equal(t, time.Duration(7), one.Mean)
	assert.Zero(t, one.StdDev)
	none, _ := distributionOf(nil, 0, 0, nil)
	assert.Equal(t, Distribution{}, none)
	_, found := none.At(0.5)
	assert.False(t, found)
}

func TestHistogram(t *testing.T) {
	h := histogramOf([]int64{-5, 0, 1_000_000, 2_000_000, 5 * int64(time.Hour)})
	assert.Equal(t, int64(5), h.TotalCount())
	assert.InEpsilon(t, 1e6, h.ValueAtQuantile(50), 0.001)
	assert.InEpsilon(t, 3600e9, h.Max(), 0.001)
}

func TestHistogramOfAPoint(t *testing.T) {
	r := syntheticRecording()
	for q, want := range map[Quantity]time.Duration{
		Delay: time.Microsecond, Lag: 50_500 * time.Nanosecond, Service: 20*time.Millisecond - 50_500, Response: 20 * time.Millisecond,
		FirstAnswer: 20 * time.Millisecond,
	} {
		h, err := r.Histogram(0, q)
		require.NoError(t, err)
		assert.Equal(t, int64(190), h.TotalCount(), "due in [100, 2000) ms")
		assert.InEpsilon(t, float64(want), h.Mean(), 0.01)
	}
	r.Points[0].Merged = 0
	_, err := r.Histogram(0, Lag)
	require.EqualError(t, err, "load: figures of point 0 at 100: it has no window, so nothing was measured")
}

// tenMillion returns requests of a long run without faults.
func tenMillion() []Outcome {
	const n = 10_000_000
	r := rand.New(rand.NewPCG(1, 2))
	outcomes := make([]Outcome, n)
	for i := range outcomes {
		o := &outcomes[i]
		o.Intended = 1 + int64(i)*100_000
		o.Begun = o.Intended + int64(30e3*r.ExpFloat64())
		o.Sent = o.Begun + 20_000
		o.Answered = o.Sent + 13_000_000 + int64(2e6*r.ExpFloat64())
		o.First, o.Parts, o.Status, o.Conn = o.Answered, 1, StatusOK, uint32(i%16)
	}
	return outcomes
}

func BenchmarkFiguresOfTenMillion(b *testing.B) {
	outcomes := tenMillion()
	m := measure{span: span{1, outcomes[len(outcomes)-1].Intended + 1}, until: 1 << 62, asked: 10_000, batch: 1}
	for b.Loop() {
		f := m.figures(outcomes)
		if f.OK != len(outcomes) {
			b.Fatal(f.OK)
		}
	}
}

func BenchmarkCompatFiguresOfTenMillion(b *testing.B) {
	outcomes := tenMillion()
	m := compatMeasure{windows: []Window{{Start: 0, End: 1 << 60}}, batch: 1}
	for b.Loop() {
		if f := m.figures(outcomes); f.Requests != len(outcomes) {
			b.Fatal(f.Requests)
		}
	}
}
