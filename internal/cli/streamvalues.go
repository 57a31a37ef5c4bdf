package cli

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/trtbench/trtbench/stream"
)

// secondsFlag is a length of time given as a plain number of seconds; a unit may stand behind it: 5, 0.5, 500ms.
type secondsFlag struct{ value *time.Duration }

func (f secondsFlag) Set(text string) (err error) {
	*f.value, err = parseAmount(text, time.Second)
	return err
}

func (f secondsFlag) Type() string { return "seconds" }

func (f secondsFlag) String() string {
	if f.value == nil {
		return ""
	}
	return strconv.FormatFloat(f.value.Seconds(), 'g', -1, 64)
}

// lengthFlag is a length of time that may be drawn at random, see [stream.ParseLength]. Times without a unit are of that of the flag.
type lengthFlag struct {
	value *stream.Length
	unit  string // s or ms
}

func (f lengthFlag) Set(text string) error {
	fields := strings.Split(text, ":")
	for i, field := range fields {
		if _, err := strconv.ParseFloat(field, 64); err == nil {
			fields[i] = field + f.unit
		}
	}
	l, err := stream.ParseLength(strings.Join(fields, ":"))
	if err != nil {
		return fmt.Errorf("%w; times without a unit are in %s", err, f.unit)
	}
	*f.value = l
	return nil
}

func (f lengthFlag) Type() string {
	if f.unit == "ms" {
		return "ms"
	}
	return "seconds"
}

func (f lengthFlag) String() string {
	if f.value == nil {
		return ""
	}
	return f.value.String()
}
