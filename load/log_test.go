package load

import (
	"sync"
	"sync/atomic"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestOutcomeFillsACacheLine(t *testing.T) {
	assert.Equal(t, uintptr(64), unsafe.Sizeof(Outcome{}))
}

func TestLogKeepsWhatManyReserve(t *testing.T) {
	const senders, each = 4, 3 * blockOutcomes
	l := newOutcomeLog()
	defer l.finish()
	var running sync.WaitGroup
	for range senders {
		running.Go(func() {
			for range each {
				i, o := l.reserve()
				atomic.StoreInt64(&o.Intended, i+1)
			}
		})
	}
	running.Wait()
	next := int64(0)
	for i, o := range l.all(0) {
		require.Equal(t, next, i)
		require.Equal(t, i+1, o.Intended)
		next++
	}
	assert.Equal(t, int64(senders*each), next)
	for i := range l.all(next - 2) {
		require.Equal(t, next-2, i)
		break
	}
	assert.Nil(t, l.published(next))
}

func TestLogHidesWhatIsNotPublished(t *testing.T) {
	l := newOutcomeLog()
	defer l.finish()
	l.reserve()
	_, second := l.reserve()
	atomic.StoreInt64(&second.Intended, 7)
	var seen []int64
	for i := range l.all(0) {
		seen = append(seen, i)
	}
	assert.Equal(t, []int64{1}, seen)
	assert.Nil(t, l.published(0))
}

func TestLogForgets(t *testing.T) {
	l := newOutcomeLog()
	defer l.finish()
	for range 2*blockOutcomes + 7 {
		i, o := l.reserve()
		atomic.StoreInt64(&o.Intended, i+1)
	}
	l.forget(2*blockOutcomes - 1)
	assert.Nil(t, l.published(0))
	assert.NotNil(t, l.published(blockOutcomes))
	l.forget(2*blockOutcomes + 3)
	var kept []int64
	for i := range l.all(0) {
		kept = append(kept, i)
	}
	assert.Equal(t, []int64{32768, 32769, 32770, 32771, 32772, 32773, 32774}, kept)
}
