package cli

import (
	"context"
	"fmt"
	"log/slog"
	"strings"

	"github.com/trtbench/trtbench/report"
	"github.com/trtbench/trtbench/trt"
)

// newLogger returns a logger whose lines appear in a report's log, each with the severity it has there.
func newLogger(log *report.Log) *slog.Logger {
	least := slog.LevelInfo
	if log.Verbose {
		least = slog.LevelDebug
	}
	return slog.New(logHandler{log: log, least: least})
}

// newQuietLogger is newLogger without information, for what is done many times.
func newQuietLogger(log *report.Log) *slog.Logger {
	return slog.New(logHandler{log: log, least: slog.LevelWarn})
}

// logHandler writes records of slog as lines of a report's log.
type logHandler struct {
	log   *report.Log
	least slog.Level
	attrs []slog.Attr
}

func (h logHandler) Enabled(_ context.Context, level slog.Level) bool {
	return level >= h.least
}

func (h logHandler) Handle(_ context.Context, r slog.Record) error {
	var line strings.Builder
	line.WriteString(r.Message)
	prefix := ""
	attribute := func(a slog.Attr) bool {
		if a.Key == trt.LogSource { // trtexec marks the library's own messages so
			prefix = "[TRT] "
			return true
		}
		fmt.Fprintf(&line, " %s=%v", a.Key, a.Value)
		return true
	}
	for _, a := range h.attrs {
		attribute(a)
	}
	r.Attrs(attribute)
	switch text := prefix + line.String(); {
	case r.Level >= slog.LevelError:
		h.log.Error("%s", text)
	case r.Level >= slog.LevelWarn:
		h.log.Warn("%s", text)
	case r.Level >= slog.LevelInfo:
		h.log.Info("%s", text)
	default:
		h.log.Debug("%s", text)
	}
	return nil
}

func (h logHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	h.attrs = append(h.attrs[:len(h.attrs):len(h.attrs)], attrs...)
	return h
}

// WithGroup keeps the keys as they are: lines are for people.
func (h logHandler) WithGroup(string) slog.Handler { return h }
