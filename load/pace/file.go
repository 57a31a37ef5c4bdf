package pace

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"time"
)

// maxIntervals bounds the memory that a file of intervals can ask for: 128 MiB.
const maxIntervals = 1 << 24

// ReadIntervals reads gaps for NewIntervals: one whole number of microseconds on each line. Blank lines are skipped.
func ReadIntervals(r io.Reader) ([]time.Duration, error) {
	var gaps []time.Duration
	lines := bufio.NewScanner(r)
	for n := 1; lines.Scan(); n++ {
		text := strings.TrimSpace(lines.Text())
		if text == "" {
			continue
		}
		us, err := strconv.ParseInt(text, 10, 64)
		if err != nil || us < 0 || us > math.MaxInt64/int64(time.Microsecond) {
			return nil, fmt.Errorf("pace: line %d of the intervals is %.40q, expected a whole number of microseconds, 0 or more", n, text)
		}
		if len(gaps) == maxIntervals {
			return nil, fmt.Errorf("pace: more than %d intervals; use a shorter list, it is repeated", maxIntervals)
		}
		gaps = append(gaps, time.Duration(us)*time.Microsecond)
	}
	if err := lines.Err(); errors.Is(err, bufio.ErrTooLong) {
		return nil, fmt.Errorf("pace: a line of the intervals has over %d characters, expected a number of microseconds", bufio.MaxScanTokenSize)
	} else if err != nil {
		return nil, fmt.Errorf("pace: read intervals: %w", err)
	}
	if err := checkGaps(gaps); err != nil {
		return nil, err
	}
	return gaps, nil
}
