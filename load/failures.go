package load

import (
	"slices"
	"sync"
	"sync/atomic"
)

// keptDetails is how many different texts about failures are kept.
const keptDetails = 16

// failureDetail is something that was said about failed requests.
type failureDetail struct {
	status Status
	text   string
	count  int64 // requests about which exactly this was said
	first  int64 // index of the first of them
}

// failures counts requests that failed. Safe for concurrent use.
type failures struct {
	limit int64 // see driverSettings.errors
	total atomic.Int64

	mu      sync.Mutex
	details []failureDetail
}

// add counts a failure. It reports whether it is one too many.
func (f *failures) add(i int64, status Status, detail error) bool {
	text := ""
	if detail != nil {
		text = detail.Error()
	}
	f.note(i, status, text)
	total := f.total.Add(1)
	return f.limit >= 0 && total > f.limit
}

func (f *failures) note(i int64, status Status, text string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for k := range f.details {
		if d := &f.details[k]; d.status == status && d.text == text {
			d.count++
			return
		}
	}
	if len(f.details) < keptDetails {
		f.details = append(f.details, failureDetail{status: status, text: text, count: 1, first: i})
	}
}

func (f *failures) overrun() bool { return f.limit >= 0 && f.total.Load() > f.limit }

func (f *failures) list() []failureDetail {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.details)
}
