package stream

import (
	"slices"
	"strings"
	"sync"

	"github.com/trtbench/trtbench/load"
)

// keptFailures bounds how many ways to fail are told apart.
const keptFailures = 8

// failures counts failed chunks, by status. Safe for concurrent use.
type failures struct {
	limit int // below 0: none

	mu    sync.Mutex
	total int
	list  []load.Failure
}

func (f *failures) add(status load.Status, detail error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.total++
	k := slices.IndexFunc(f.list, func(known load.Failure) bool { return known.Status == status })
	if k >= 0 {
		f.list[k].Count++
		return
	}
	if len(f.list) < keptFailures {
		text := status.String()
		if detail != nil {
			text = strings.ReplaceAll(detail.Error(), "\n", "; ") // errors that were joined
		}
		f.list = append(f.list, load.Failure{Status: status, Text: text, Count: 1})
	}
}

// count returns the failed chunks, and whether they are too many.
func (f *failures) count() (total int, overrun bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.total, f.limit >= 0 && f.total > f.limit
}

// kinds returns the ways to fail, the most frequent first.
func (f *failures) kinds() []load.Failure {
	f.mu.Lock()
	defer f.mu.Unlock()
	list := slices.Clone(f.list)
	slices.SortStableFunc(list, func(a, b load.Failure) int { return b.Count - a.Count })
	return list
}
