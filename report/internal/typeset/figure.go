package typeset

import (
	"fmt"
	"time"

	"github.com/trtbench/trtbench/load"
)

// Number writes up to four significant digits, and never an exponent.
func Number(v float64) string {
	switch a := max(v, -v); {
	case a == 0:
		return "0"
	case a >= 999.95:
		return fmt.Sprintf("%.0f", v)
	case a >= 99.995:
		return fmt.Sprintf("%.1f", v)
	case a >= 9.9995:
		return fmt.Sprintf("%.2f", v)
	default:
		return fmt.Sprintf("%.3f", v)
	}
}

// InMilliseconds returns a time as a number of milliseconds.
func InMilliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// Milliseconds writes a time as a number of milliseconds, without a unit.
func Milliseconds(d time.Duration) string { return Number(InMilliseconds(d)) }

// Quantile writes a quantile in milliseconds, with a mark when there are too few values to know it; "" when it is unknown.
func Quantile(d *load.Distribution, q float64) string {
	found, known := d.At(q)
	if !known || d.Count == 0 {
		return ""
	}
	text := Milliseconds(found.Value)
	if !found.Enough {
		text += "*"
	}
	return text
}
