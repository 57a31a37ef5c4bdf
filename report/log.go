package report

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"time"
)

// Log writes lines as trtexec logs them: a local time, a letter for the severity, the text. Information goes to Out,
// warnings and errors to Err. It is safe for concurrent use: a line is written whole. The first write error is kept and
// ends all output.
type Log struct {
	Out, Err io.Writer
	Now      func() time.Time // time.Now when nil
	Verbose  bool             // whether verbose lines are written at all

	mu  sync.Mutex
	err error
}

// Info writes an [I] line to Out.
func (l *Log) Info(format string, args ...any) { l.line(l.Out, 'I', format, args) }

// Debug writes a [V] line to Out when the log is verbose.
func (l *Log) Debug(format string, args ...any) {
	if l.Verbose {
		l.line(l.Out, 'V', format, args)
	}
}

// Warn writes a [W] line to Err.
func (l *Log) Warn(format string, args ...any) { l.line(l.Err, 'W', format, args) }

// Error writes an [E] line to Err.
func (l *Log) Error(format string, args ...any) { l.line(l.Err, 'E', format, args) }

// Status writes one of the unstamped lines that begin and end a run: state is RUNNING, PASSED or FAILED. program and
// version name what ran, argv how it was called.
func (l *Log) Status(state, program, version string, argv []string) {
	l.write(l.Out, fmt.Sprintf("&&&& %s %s [%s] # %s\n", state, program, version, strings.Join(argv, " ")))
}

// Failed returns the first error of a write.
func (l *Log) Failed() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.err
}

func (l *Log) line(w io.Writer, severity byte, format string, args []any) {
	text := format
	if len(args) > 0 {
		text = fmt.Sprintf(format, args...)
	}
	l.write(w, l.prefix(severity)+text+"\n")
}

// prefix returns what every stamped line begins with.
func (l *Log) prefix(severity byte) string {
	now := time.Now
	if l.Now != nil {
		now = l.Now
	}
	return fmt.Sprintf("[%s] [%c] ", now().Format("01/02/2006-15:04:05"), severity)
}

func (l *Log) write(w io.Writer, text string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.err == nil {
		_, l.err = io.WriteString(w, text)
	}
}
