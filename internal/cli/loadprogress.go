package cli

import (
	"fmt"
	"io"
	"time"

	"github.com/trtbench/trtbench/load"
)

// progressLine is one line on a terminal that is written over and over. The zero value shows nothing.
type progressLine struct {
	w     io.Writer
	shown bool
}

// show replaces the line by how a level goes on.
func (l *progressLine) show(p load.Progress) { l.showText(progressText(p)) }

// showText replaces the line.
func (l *progressLine) showText(text string) {
	if l.w == nil {
		return
	}
	l.shown = true
	fmt.Fprintf(l.w, "\r\x1b[K%s", text)
}

// clear takes the line away.
func (l *progressLine) clear() {
	if l.shown {
		fmt.Fprint(l.w, "\r\x1b[K")
		l.shown = false
	}
}

// progressText says how a level goes on, within 120 columns.
func progressText(p load.Progress) string {
	window := "warm-up"
	if p.Window > 0 {
		window = fmt.Sprintf("window %d of %d", p.Window, p.Trials)
	}
	rate := fmt.Sprintf("%.4g requests in flight", p.Level)
	if p.AskedRate > 0 {
		rate = fmt.Sprintf("%.5g/s asked, %.5g sent", p.AskedRate, p.SentRate)
	}
	return fmt.Sprintf("%s, %.5g answered; in flight %d; response p50 %s, p99 %s; errors %d; %s, %ds", rate, p.AchievedRate, p.InFlight,
		progressTime(p.P50), progressTime(p.P99), p.Errors, window, int(p.Elapsed.Seconds()))
}

func progressTime(d time.Duration) string {
	return fmt.Sprintf("%.4g ms", float64(d)/float64(time.Millisecond))
}
