package report

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
)

// splitLogLine returns the letter of the severity, 0 without one, and the text behind it. Whatever stands before the
// severity, as a time stamp, is dropped.
func splitLogLine(line string) (severity byte, text string) {
	const farthest = 100 // no time stamp is longer
	for i := 0; i+3 <= min(len(line), farthest); i++ {
		if line[i] == '[' && line[i+2] == ']' && strings.IndexByte("VIWEF", line[i+1]) >= 0 {
			return line[i+1], strings.TrimPrefix(line[i+3:], " ")
		}
	}
	return 0, line
}

// cutAround returns what stands between a beginning and an end.
func cutAround(text, before, after string) (string, bool) {
	rest, found := strings.CutPrefix(text, before)
	if !found {
		return "", false
	}
	return strings.CutSuffix(rest, after)
}

// eachLine calls use for every line of a stream without its end. Of a very long line only the beginning is kept.
func eachLine(r io.Reader, use func(line []byte) error) error {
	in := bufio.NewReaderSize(r, 1<<16)
	for {
		line, err := in.ReadSlice('\n')
		if errors.Is(err, bufio.ErrBufferFull) {
			line = slices.Clone(line)
			for errors.Is(err, bufio.ErrBufferFull) {
				_, err = in.ReadSlice('\n')
			}
		}
		if len(line) > 0 {
			if err := use(bytes.TrimRight(line, "\r\n")); err != nil {
				return err
			}
		}
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
	}
}
