package stream

import (
	"fmt"
	"strconv"
	"strings"
)

// Levels are numbers of sessions, both ends included. Its zero value is one session.
type Levels struct {
	Start int `json:"start"`
	End   int `json:"end"`
	Step  int `json:"step"`
}

// ParseLevels reads START, START:END or START:END:STEP. The end is the start if it is not given, and the step 1.
func ParseLevels(text string) (Levels, error) {
	fields := strings.Split(text, ":")
	if len(fields) > 3 {
		return Levels{}, fmt.Errorf("stream: streams %q has %d parts; expected START:END:STEP, of which the end and the step may be left out", text, len(fields))
	}
	var n [3]int
	for i, field := range fields {
		v, err := strconv.Atoi(field)
		if err != nil {
			return Levels{}, fmt.Errorf("stream: streams %q: %q is no whole number; expected START:END:STEP, as in 100:1000:100", text, field)
		}
		n[i] = v
	}
	l := Levels{n[0], n[0], 1}
	if len(fields) > 1 {
		l.End = n[1]
	}
	if len(fields) > 2 {
		l.Step = n[2]
	}
	return l, l.validate()
}

func (l Levels) validate() error {
	switch {
	case l.Start < 1 || l.End > MaxSessions:
		return fmt.Errorf("stream: %d to %d streams; expected 1 to %d", l.Start, l.End, MaxSessions)
	case l.End < l.Start:
		return fmt.Errorf("stream: streams from %d to %d; exchange them", l.Start, l.End)
	case l.Step < 1 || l.Step > MaxSessions:
		return fmt.Errorf("stream: steps of %d streams; expected 1 to %d", l.Step, MaxSessions)
	}
	return nil
}

// list returns the levels.
func (l Levels) list() []int {
	var list []int
	for n := l.Start; n <= l.End; n += l.Step {
		list = append(list, n)
	}
	return list
}
