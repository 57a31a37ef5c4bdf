package typeset

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/trtbench/trtbench/load"
)

func TestWrap(t *testing.T) {
	long := strings.Repeat("word ", 50)
	for _, line := range Wrap("  "+long, 4) {
		assert.LessOrEqual(t, len(line), Width)
	}
	whole := strings.Repeat("x", 200)
	assert.Equal(t, []string{whole}, Wrap(whole, 4))
	assert.Equal(t, []string{""}, Wrap("", 4))
}

func TestNumber(t *testing.T) {
	for v, want := range map[float64]string{0: "0", 9.9999: "10.00", 0.12345: "0.123", 99.999: "100.0", 999.97: "1000", -12.345: "-12.35", 1e6: "1000000"} {
		assert.Equal(t, want, Number(v))
	}
}

func TestQuantile(t *testing.T) {
	d := &load.Distribution{Count: 9, Quantiles: []load.Quantile{{Q: 0.5, Value: 1234 * time.Microsecond, Enough: true}, {Q: 0.99, Value: 20 * time.Millisecond}}}
	assert.Equal(t, "1.234", Quantile(d, 0.5))
	assert.Equal(t, "20.00*", Quantile(d, 0.99), "too few values to know it")
	assert.Empty(t, Quantile(d, 0.95), "it was not asked for")
	assert.Empty(t, Quantile(&load.Distribution{Quantiles: d.Quantiles}, 0.5), "there are no values")
}

// full takes a line, and then no more.
type full struct {
	bytes.Buffer
	err error
}

func (f *full) Write(b []byte) (int, error) {
	if f.Len() > 0 {
		return 0, f.err
	}
	return f.Buffer.Write(b)
}

func TestPrinterKeepsTheFirstError(t *testing.T) {
	w := &full{err: errors.New("the disk is full")}
	p := NewPrinter(w)
	p.Line("%d streams", 4)
	assert.NoError(t, p.Err())
	p.Wrap(2, "a text")
	w.err = errors.New("another one")
	p.Line("never written")
	assert.EqualError(t, p.Err(), "the disk is full")
	assert.Equal(t, "4 streams\n", w.String())
}
