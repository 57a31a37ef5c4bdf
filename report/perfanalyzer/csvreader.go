package perfanalyzer

import (
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/trtbench/trtbench/load"
)

var percentileColumn = regexp.MustCompile(`^p([1-9][0-9]?) latency$`)

// ReadCSV reads the file of -f, with or without --verbose-csv. Columns are found by their names; those it does not know are left out.
func ReadCSV(r io.Reader) (*Import, error) {
	in := csv.NewReader(r)
	in.ReuseRecord = true
	names, err := in.Read()
	if err != nil {
		return nil, csvError("header", err)
	}
	header := slices.Clone(names)
	header[0] = strings.TrimPrefix(header[0], "\ufeff")
	mode := load.ModeRate
	switch {
	case header[0] == columnConcurrency:
		mode = load.ModeConcurrency
	case header[0] != columnRate:
		return nil, fmt.Errorf("perfanalyzer: read CSV: the first column is %q; expected %q or %q", header[0], columnConcurrency, columnRate)
	}
	if !slices.Contains(header, columnThroughput) {
		return nil, fmt.Errorf("perfanalyzer: read CSV: no column %q", columnThroughput)
	}
	result := &Import{Kind: KindCSV}
	for {
		cells, err := in.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, csvError("rows", err)
		}
		point := ImportedPoint{Mode: mode}
		for i, cell := range cells {
			if err := point.set(header[i], cell); err != nil {
				row, _ := in.FieldPos(i)
				return nil, fmt.Errorf("perfanalyzer: read CSV: line %d, column %q: %w", row, header[i], err)
			}
		}
		point.sort()
		result.Points = append(result.Points, point)
	}
	return result, nil
}

func csvError(part string, err error) error {
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	return fmt.Errorf("perfanalyzer: read CSV: %s: %w", part, err)
}

// set takes over a cell.
func (p *ImportedPoint) set(name, cell string) error {
	server := func(part func(*ImportedServer) *time.Duration) error {
		if p.Server == nil {
			p.Server = new(ImportedServer)
		}
		return setMicroseconds(part(p.Server), cell)
	}
	switch name {
	case columnConcurrency, columnRate:
		return setNumber(&p.Level, cell)
	case columnThroughput:
		return setNumber(&p.Throughput, cell)
	case columnResponses:
		return setNumber(&p.ResponseThroughput, cell)
	case columnMean:
		return setMicroseconds(&p.Mean, cell)
	case columnQueue:
		return server(func(s *ImportedServer) *time.Duration { return &s.Queue })
	case columnComputeInput:
		return server(func(s *ImportedServer) *time.Duration { return &s.ComputeInput })
	case columnComputeInfer:
		return server(func(s *ImportedServer) *time.Duration { return &s.ComputeInfer })
	case columnComputeOutput:
		return server(func(s *ImportedServer) *time.Duration { return &s.ComputeOutput })
	}
	if found := percentileColumn.FindStringSubmatch(name); found != nil {
		return p.addPercentile(found[1], cell)
	}
	return nil
}

// addPercentile takes over a percentile; the last one of several equal ones counts.
func (p *ImportedPoint) addPercentile(percentile, value string) error {
	number, err := strconv.Atoi(percentile)
	if err != nil {
		return fmt.Errorf("percentile %q; expected a whole number", percentile)
	}
	q := ImportedPercentile{Percentile: number}
	if err := setMicroseconds(&q.Value, value); err != nil {
		return err
	}
	p.Percentiles = slices.DeleteFunc(p.Percentiles, func(other ImportedPercentile) bool { return other.Percentile == number })
	p.Percentiles = append(p.Percentiles, q)
	return nil
}

func (p *ImportedPoint) sort() {
	slices.SortFunc(p.Percentiles, func(a, b ImportedPercentile) int { return cmp.Compare(a.Percentile, b.Percentile) })
}

func setNumber(into *float64, text string) error {
	v, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
	if err != nil || v < 0 || math.IsInf(v, 0) || math.IsNaN(v) {
		return fmt.Errorf("%.40q; expected a number that is not negative", text)
	}
	*into = v
	return nil
}

// setMicroseconds reads whole microseconds.
func setMicroseconds(into *time.Duration, text string) error {
	v, err := strconv.ParseInt(strings.TrimSpace(text), 10, 64)
	if err != nil || v < 0 || v > math.MaxInt64/int64(time.Microsecond) {
		return fmt.Errorf("%.40q; expected whole microseconds", text)
	}
	*into = time.Duration(v) * time.Microsecond
	return nil
}
