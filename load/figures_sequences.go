package load

// SequenceFigures describe the sequences that ended in the measured time. A request of a sequence is a chunk; the response times
// of all chunks are in [Figures].
type SequenceFigures struct {
	Completed int     `json:"completed"`     // sequences whose last chunk was answered in the measured time
	Cut       int     `json:"cut,omitempty"` // sequences that a failure ended early
	Rate      float64 `json:"rate"`          // completed per second

	First Distribution `json:"first_chunk"` // response of first chunks
	Last  Distribution `json:"last_chunk"`  // response of last chunks
	Whole Distribution `json:"whole"`       // from the instant at which the first chunk was due to the answer to the last one
}

// sequences computes the figures of sequences.
func (m measure) sequences(outcomes []Outcome) *SequenceFigures {
	f := &SequenceFigures{}
	begun := map[uint64]int64{} // when the first chunk was due
	var first, last, whole []int64
	for i := range outcomes {
		o := &outcomes[i]
		if o.Sequence == 0 || o.Flags&FlagClosing != 0 {
			continue
		}
		if o.Flags&FlagStart != 0 {
			begun[o.Sequence] = o.Intended
		}
		if o.Flags&FlagCut != 0 && m.dues(o.Intended) {
			f.Cut++
		}
		if o.Status != StatusOK {
			continue
		}
		if o.Flags&FlagStart != 0 && m.dues(o.Intended) {
			first = append(first, o.Response())
		}
		if o.Flags&FlagEnd == 0 {
			continue
		}
		if m.ends(o.Answered) {
			f.Completed++
		}
		if m.dues(o.Intended) {
			last = append(last, o.Response())
			if start, known := begun[o.Sequence]; known {
				whole = append(whole, o.Answered-start)
			}
		}
		delete(begun, o.Sequence) // ids come again
	}
	if seconds := m.seconds(); seconds > 0 {
		f.Rate = float64(f.Completed) / seconds
	}
	var scratch []int64
	f.First, scratch = distributionOf(first, 0, m.quantile, scratch)
	f.Last, scratch = distributionOf(last, 0, m.quantile, scratch)
	f.Whole, _ = distributionOf(whole, 0, m.quantile, scratch)
	return f
}
