package report

import (
	"errors"
	"fmt"
	"io"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/trtbench/trtbench/bench"
	"github.com/trtbench/trtbench/record"
)

// LogReport is what a console log of trtexec says about a run. What the log does not say is empty.
type LogReport struct {
	Version string // of TensorRT, as in "10.15.1"
	Command string // command line, words separated by spaces as the log has them
	Result  string // PASSED or FAILED

	Options []LogEntry // the options echo, in its order
	Device  []LogEntry // the device information

	// Summary holds the figures with the six digits that the log has; nil when the run ended without a report. Coefficients
	// of variance are NaN, robust figures empty; Inferences is Queries. Codes of warnings are not known: see Warnings.
	Summary     *bench.Summary
	Percentiles []float32   // those of each metric of the summary
	Others      []LogMetric // metrics that only old versions print

	// Warnings and errors of trtexec and, with "[TRT] " before them, of TensorRT: the first maxLogMessages of each.
	Warnings []string
	Errors   []string
}

// LogEntry is a line of the form "name: value".
type LogEntry struct {
	Section string `json:"section"` // as in "Inference Options"
	Name    string `json:"name"`
	Value   string `json:"value"`
}

// LogMetric is a metric with the name that the log gives it.
type LogMetric struct {
	Name   string
	Metric bench.Metric // without CVPercent and Robust
}

// Bounds on what is kept of a log.
const (
	maxLogMessages = 1000
	maxLogEntries  = 1000
	maxLogAverages = 10_000
)

// Option returns the value of the first option of the given name in the echo.
func (r *LogReport) Option(name string) (string, bool) { return entry(r.Options, name) }

func entry(entries []LogEntry, name string) (string, bool) {
	i := slices.IndexFunc(entries, func(e LogEntry) bool { return e.Name == name })
	if i < 0 {
		return "", false
	}
	return entries[i].Value, true
}

// Source describes what was measured, as far as the log tells. path is the file of the log.
func (r *LogReport) Source(path string) *record.Description {
	d := TimesSource(path)
	d.Notes = []string{"read from a console log of trtexec: six digits, no single inferences"}
	if r.Version != "" {
		d.Version = r.Version
	}
	if model := r.model(); model != "" {
		d.Model.Path = model
	}
	set := func(into *string, name string) {
		if value, found := entry(r.Device, name); found && value != "" {
			*into = value
		}
	}
	set(&d.Device.Name, "Selected Device")
	set(&d.Device.UUID, "Selected Device UUID")
	set(&d.Device.ComputeCapability, "Compute Capability")
	if memory, found := entry(r.Device, "Device Global Memory"); found {
		if mib, err := strconv.ParseUint(strings.TrimSuffix(memory, " MiB"), 10, 32); err == nil {
			d.Device.MemoryBytes = mib << 20
		}
	}
	return d
}

// model returns the file that the command line names.
func (r *LogReport) model() string {
	for _, word := range strings.Fields(r.Command) {
		for _, option := range []string{"--loadEngine=", "--onnx="} {
			if path, found := strings.CutPrefix(word, option); found {
				return path
			}
		}
	}
	return ""
}

// ReadTrtexecLog reads the console log of one run of trtexec 8 to 11 as a stream: standard output, with or without standard
// error in between, with or without time stamps. Lines of other programs and lines that it does not know are passed over.
// It is an error when the text is no such log, when it holds several runs, or when figures are missing from the
// report.
func ReadTrtexecLog(r io.Reader) (*LogReport, error) {
	var p logParser
	number := 0
	err := eachLine(r, func(line []byte) error {
		number++
		if err := p.line(string(line)); err != nil {
			return fmt.Errorf("line %d: %w", number, err)
		}
		return nil
	})
	if err == nil {
		err = p.finish()
	}
	if err != nil {
		return nil, fmt.Errorf("report: trtexec log: %w", err)
	}
	return &p.report, nil
}

// logParser gathers a report line by line.
type logParser struct {
	report  LogReport
	started bool            // a status line was seen
	letters bool            // lines have severities
	section string          // heading under which the lines stand
	summary bench.Summary   // so far
	seen    map[string]bool // figures of the summary that were read
}

func (p *logParser) line(line string) error {
	if status, found := strings.CutPrefix(line, "&&&& "); found {
		return p.status(status)
	}
	severity, text := splitLogLine(line)
	p.letters = p.letters || severity != 0
	switch severity {
	case 0:
		if p.letters { // of another program, or inside a text of several lines
			return nil
		}
	case 'W':
		p.report.Warnings = appendBounded(p.report.Warnings, text, maxLogMessages)
		return nil
	case 'E', 'F':
		p.report.Errors = appendBounded(p.report.Errors, text, maxLogMessages)
		return nil
	}
	if strings.HasPrefix(text, "[TRT] ") {
		return nil
	}
	if heading, found := cutAround(text, "=== ", " ==="); found {
		p.section = heading
		return nil
	}
	switch {
	case text == "":
		p.section = ""
	case strings.HasSuffix(p.section, " Options"):
		p.report.Options = p.entry(p.report.Options, text)
	case p.section == "Device Information":
		p.report.Device = p.entry(p.report.Device, text)
	}
	p.figure(text)
	if version, found := strings.CutPrefix(text, "TensorRT version: "); found && version != "" {
		p.report.Version = version
	}
	return nil
}

// status reads one of the lines that begin and end a run, behind its mark.
func (p *logParser) status(text string) error {
	state, rest, _ := strings.Cut(text, " ")
	switch state {
	case "RUNNING":
		if p.started {
			return errors.New("another run begins here; expected the log of one run, so split the file")
		}
		p.started = true
	case "PASSED", "FAILED":
		p.started = true
		p.report.Result = state
	default:
		return nil
	}
	p.section = ""
	head, command, found := strings.Cut(rest, " # ")
	if found && p.report.Command == "" {
		p.report.Command = command
	}
	if _, after, found := strings.Cut(head, "[TensorRT v"); found && p.report.Version == "" {
		digits, _, _ := strings.Cut(after, "]")
		p.report.Version = bannerVersion(digits)
	}
	return nil
}

// bannerVersion turns the number in a status line into a version: 8601 is 8.6.1 and 101501 is 10.15.1. trtbench writes the
// version itself.
func bannerVersion(digits string) string {
	if dotted.MatchString(digits) {
		return digits
	}
	n, err := strconv.ParseUint(digits, 10, 31)
	switch {
	case err != nil || n < 1000:
		return ""
	case n < 100_000:
		return fmt.Sprintf("%d.%d.%d", n/1000, n/100%10, n%100)
	default:
		return fmt.Sprintf("%d.%d.%d", n/10_000, n/100%100, n%100)
	}
}

var dotted = regexp.MustCompile(`^\d+\.\d+(\.\d+)*$`)

func (p *logParser) entry(entries []LogEntry, text string) []LogEntry {
	name, value, found := strings.Cut(text, ":")
	if !found {
		return entries
	}
	return appendBounded(entries, LogEntry{p.section, strings.TrimSpace(name), strings.TrimSpace(value)}, maxLogEntries)
}

// finish completes the report, or says what is wrong with the log.
func (p *logParser) finish() error {
	if len(p.seen) == 0 {
		if !p.started && len(p.report.Options) == 0 {
			return errors.New("none of its lines are trtexec's; expected what trtexec prints, from the line with RUNNING to the one with PASSED or FAILED")
		}
		return nil
	}
	var missing []string
	for _, name := range requiredFigures {
		if !p.seen[name] {
			missing = append(missing, name)
		}
	}
	if len(missing) > 0 {
		return fmt.Errorf("figures are missing or damaged: %s; expected the whole log of one run", strings.Join(missing, ", "))
	}
	s := p.summary
	for _, m := range []*bench.Metric{&s.Latency, &s.Enqueue, &s.H2D, &s.Compute, &s.D2H} {
		m.CVPercent = float32(math.NaN())
	}
	s.Inferences = s.Queries
	p.report.Summary = &s
	return nil
}

func appendBounded[T any](list []T, element T, bound int) []T {
	if len(list) >= bound {
		return list
	}
	return append(list, element)
}
