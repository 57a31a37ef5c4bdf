package perfanalyzer

import (
	"bufio"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/trtbench/trtbench/load"
)

// maxLine is the longest line that a log may have; those of perf_analyzer are short.
const maxLine = 1 << 20

// Lines of the text. Numbers have six digits, an exponent where it is shorter, or two decimals.
const logNumber = `([0-9.]+(?:e[+-]?[0-9]+)?)`

var (
	headLine     = regexp.MustCompile(`^Request (?:Rate: ` + logNumber + ` inference requests per seconds?|concurrency: ([0-9]+))$`)
	countLine    = regexp.MustCompile(`^    Request count: ([0-9]+)$`)
	delayedLine  = regexp.MustCompile(`^    \[WARNING\] .* ` + logNumber + `% of the requests were delayed`)
	rateLine     = regexp.MustCompile(`^    Throughput: ` + logNumber + ` infer/sec$`)
	responseLine = regexp.MustCompile(`^    Response Throughput: ` + logNumber + ` infer/sec$`)
	meanLine     = regexp.MustCompile(`^    Avg latency: ([0-9]+) usec`)
	percentLine  = regexp.MustCompile(`^    p([1-9][0-9]?) latency: ([0-9]+) usec$`)
	serverLine   = regexp.MustCompile(`^    Avg request latency: .*\bqueue ([0-9]+) usec \+ compute input ([0-9]+) usec \+ compute infer ([0-9]+) ` +
		`usec \+ compute output ([0-9]+) usec\)$`)
	tableLine = regexp.MustCompile(`^Inferences/Second vs\. Client (?:Average|p([0-9]+)) Batch Latency$`)
	rowLine   = regexp.MustCompile(`^(Request Rate|Concurrency): ` + logNumber + `, throughput: ` + logNumber + ` infer/sec, latency ([0-9]+) usec`)
)

// ReadLog reads what perf_analyzer prints, or a part of it: the blocks of the levels, the lines of the table, or both. A level without
// figures, because it did not pass, is left out. The error says that nothing of perf_analyzer was found, or that a figure is none.
func ReadLog(r io.Reader) (*Import, error) {
	in := bufio.NewScanner(r)
	in.Buffer(make([]byte, 0, 64<<10), maxLine)
	var l logReader
	number := 0
	for in.Scan() {
		number++
		if err := l.line(strings.TrimRight(in.Text(), " \t\r")); err != nil {
			return nil, fmt.Errorf("perfanalyzer: read log: line %d: %w", number, err)
		}
	}
	if err := in.Err(); err != nil {
		return nil, fmt.Errorf("perfanalyzer: read log: line %d: %w", number+1, err)
	}
	if !l.known {
		return nil, fmt.Errorf("perfanalyzer: read log: none of %d lines is one of perf_analyzer; expected its output, its CSV or its profile export",
			number)
	}
	return &Import{Kind: KindLog, Points: l.points()}, nil
}

// logReader gathers what a log says.
type logReader struct {
	blocks, rows []ImportedPoint
	head         ImportedPoint // level of the block to come
	known        bool          // a line of perf_analyzer was seen
	place        logPlace
	percentile   string // of the table; "": the mean
}

// logPlace says where in a log a line stands.
type logPlace int

const (
	outside logPlace = iota
	inClient
	inServer
)

func (l *logReader) line(text string) error {
	switch {
	case text == "  Client:":
		l.known, l.place = true, inClient
		l.blocks = append(l.blocks, l.head)
		l.head = ImportedPoint{}
		return nil
	case text == "  Server:" && l.place == inClient:
		l.place = inServer
		return nil
	case strings.HasPrefix(text, "    ") && l.place == inClient:
		return l.client(text, &l.blocks[len(l.blocks)-1])
	case strings.HasPrefix(text, "    ") && l.place == inServer:
		return l.server(text, &l.blocks[len(l.blocks)-1])
	}
	if text != "" && l.place != outside && !strings.HasPrefix(text, "  ") {
		l.place = outside
	}
	if text == "*** Measurement Settings ***" {
		l.known = true
	}
	if f := headLine.FindStringSubmatch(text); f != nil {
		l.known, l.head, l.place = true, ImportedPoint{Mode: load.ModeRate}, outside
		if f[2] != "" {
			l.head.Mode = load.ModeConcurrency
		}
		return setNumber(&l.head.Level, f[1]+f[2])
	}
	if f := tableLine.FindStringSubmatch(text); f != nil {
		l.known, l.percentile, l.place = true, f[1], outside
	}
	return l.row(text)
}

// client reads a line about the client.
func (l *logReader) client(text string, p *ImportedPoint) error {
	for _, number := range []struct {
		line *regexp.Regexp
		into *float64
	}{{delayedLine, &p.DelayedPercent}, {rateLine, &p.Throughput}, {responseLine, &p.ResponseThroughput}} {
		if f := number.line.FindStringSubmatch(text); f != nil {
			return setNumber(number.into, f[1])
		}
	}
	if f := countLine.FindStringSubmatch(text); f != nil {
		return setCount(&p.Requests, f[1])
	}
	if f := meanLine.FindStringSubmatch(text); f != nil {
		return setMicroseconds(&p.Mean, f[1])
	}
	if f := percentLine.FindStringSubmatch(text); f != nil {
		return p.addPercentile(f[1], f[2])
	}
	return nil
}

// server reads a line about the server.
func (l *logReader) server(text string, p *ImportedPoint) error {
	f := serverLine.FindStringSubmatch(text)
	if f == nil || p.Server != nil { // those of the models of an ensemble come behind its own
		return nil
	}
	p.Server = new(ImportedServer)
	for i, into := range p.Server.parts() {
		if err := setMicroseconds(into, f[i+1]); err != nil {
			return err
		}
	}
	return nil
}

// parts returns the times in the order in which perf_analyzer has them.
func (s *ImportedServer) parts() []*time.Duration {
	return []*time.Duration{&s.Queue, &s.ComputeInput, &s.ComputeInfer, &s.ComputeOutput}
}

// row reads a line of the table.
func (l *logReader) row(text string) error {
	f := rowLine.FindStringSubmatch(text)
	if f == nil {
		return nil
	}
	l.known = true
	p := ImportedPoint{Mode: load.ModeRate}
	if f[1] == columnConcurrency {
		p.Mode = load.ModeConcurrency
	}
	if err := setNumber(&p.Level, f[2]); err != nil {
		return err
	}
	if err := setNumber(&p.Throughput, f[3]); err != nil {
		return err
	}
	err := error(nil)
	if l.percentile == "" {
		err = setMicroseconds(&p.Mean, f[4])
	} else {
		err = p.addPercentile(l.percentile, f[4])
	}
	l.rows = append(l.rows, p)
	return err
}

// points joins blocks and rows. Both are in the order of measuring, so that a row is that of a block if there are as many; the row then
// tells the level of a block that has none.
func (l *logReader) points() []ImportedPoint {
	if len(l.blocks) == 0 {
		return l.rows
	}
	for i := range l.blocks {
		p := &l.blocks[i]
		p.sort()
		if len(l.rows) == len(l.blocks) && p.Mode == "" {
			p.Mode, p.Level = l.rows[i].Mode, l.rows[i].Level
		}
		if p.Mode == "" {
			p.Mode = load.ModeRate
		}
	}
	return l.blocks
}

// setCount reads a whole number.
func setCount(into *int, text string) error {
	v, err := strconv.Atoi(text)
	if err != nil {
		return fmt.Errorf("%.40q; expected a count", text)
	}
	*into = v
	return nil
}
