package cli

import (
	"io"
	"sync"
)

// screen is a terminal that shows a progress bar in its last line and a log above it. A line of the log takes the place of the
// bar, which appears again when it is drawn next.
type screen struct {
	terminal io.Writer

	mu    sync.Mutex
	drawn bool // the cursor stands behind the bar
}

// clearLine goes to the beginning of the line and clears it.
const clearLine = "\r\x1b[K"

// bar is where the bar is drawn.
func (s *screen) bar() io.Writer {
	return writerFunc(func(p []byte) (int, error) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.drawn = true
		return s.terminal.Write(p)
	})
}

// above is what writes whole lines to w, on the same terminal or elsewhere.
func (s *screen) above(w io.Writer) io.Writer {
	return writerFunc(func(p []byte) (int, error) {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.drawn {
			s.drawn = false
			if _, err := io.WriteString(s.terminal, clearLine); err != nil {
				return 0, err
			}
		}
		return w.Write(p)
	})
}

// writerFunc is a function that writes.
type writerFunc func(p []byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }
