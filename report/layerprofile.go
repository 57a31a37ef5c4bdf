package report

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/trtbench/trtbench/profile"
)

// LayerProfile writes the times of layers as trtexec's table. Layers that took no time are left out. auxStreams is the
// number of auxiliary streams of the engine: with any, a warning says how to read the table.
func LayerProfile(log *Log, p *profile.Profile, auxStreams int) {
	if auxStreams > 0 {
		log.Warn("profile-aux-streams %d: layers on auxiliary streams run at the same time as others, so times of layers add up to more than the inference takes", auxStreams)
	}
	log.Info("")
	log.Info("=== Profile (%d iterations ) ===", p.Passes)
	log.Info("%s", fmt.Sprintf("%11s%13s%13s%10s   %s", "Time(ms)", "Avg.(ms)", "Median(ms)", "Time(%)", "Layer"))
	for _, l := range p.Layers {
		if l.TimeMs != 0 {
			profileRow(log, l)
		}
	}
	profileRow(log, p.Total)
	log.Info("")
}

func profileRow(log *Log, l profile.Layer) {
	median := "-"
	if !math.IsNaN(float64(l.MedianMs)) {
		median = fmt.Sprintf("%.4f", l.MedianMs)
	}
	log.Info("%11.2f%13.4f%13s%10.1f   %s", l.TimeMs, l.AverageMs, median, l.Percent, l.Name)
}

// WriteProfile writes a profile as trtexec writes it with --exportProfile, layers without time included. Names are escaped
// where JSON needs it, which trtexec does not do. A figure that is no finite number becomes null.
func WriteProfile(w io.Writer, p *profile.Profile) error {
	text := fmt.Appendf(nil, "[\n  { \"count\" : %d }\n", p.Passes)
	for _, l := range p.Layers {
		text = appendString(append(text, `, { "name" : `...), l.Name)
		for _, f := range []struct {
			key   string
			value float32
		}{
			{"timeMs", l.TimeMs}, {"averageMs", l.AverageMs}, {"medianMs", l.MedianMs}, {"percentage", l.Percent},
		} {
			text = appendFinite(fmt.Appendf(text, ", %q : ", f.key), float64(f.value))
		}
		text = append(text, " }\n"...)
	}
	_, err := w.Write(append(text, "]\n"...))
	return err
}

// profileRecord is an entry of a profile file: the first has the count, the others are layers.
type profileRecord struct {
	Count      *int    `json:"count"`
	Name       *string `json:"name"`
	TimeMs     float32 `json:"timeMs"`
	AverageMs  float32 `json:"averageMs"`
	MedianMs   float32 `json:"medianMs"` // not written by older versions of trtexec
	Percentage float32 `json:"percentage"`
}

// ReadProfile reads a profile that trtexec or WriteProfile wrote. What the file does not hold is NaN: the median of whole
// passes, and figures that are null or missing.
func ReadProfile(r io.Reader) (*profile.Profile, error) {
	nan := float32(math.NaN())
	passes, layers := 0, []profile.Layer{}
	count := 0
	err := readArray(r, "--exportProfile", func(dec *json.Decoder, n int) error {
		count = n
		rec := profileRecord{TimeMs: nan, AverageMs: nan, MedianMs: nan, Percentage: nan}
		if err := dec.Decode(&rec); err != nil {
			return fmt.Errorf("%w; trtexec does not escape names and writes nan when no layer took time", err)
		}
		switch {
		case n == 1:
			if rec.Count == nil || *rec.Count < 0 {
				return errNoCount
			}
			passes = *rec.Count
			return nil
		case rec.Name == nil:
			return errors.New(`"name" is missing`)
		case math.IsNaN(float64(rec.TimeMs)):
			return errors.New(`"timeMs" is missing`)
		}
		layers = append(layers, profile.Layer{
			Name: *rec.Name, TimeMs: rec.TimeMs, AverageMs: rec.AverageMs, MedianMs: rec.MedianMs, Percent: rec.Percentage,
		})
		return nil
	})
	if err == nil && count == 0 {
		err = errNoCount
	}
	if err != nil {
		return nil, fmt.Errorf("report: profile: %w", err)
	}
	return profile.Restore(passes, layers), nil
}

var errNoCount = errors.New(`"count" of 0 or more is missing at the start; expected the file that trtexec writes with --exportProfile`)
