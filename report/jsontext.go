package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
)

// appendFinite writes a number as Number does, and null for one that JSON cannot hold.
func appendFinite(dst []byte, v float64) []byte {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return append(dst, "null"...)
	}
	return appendNumber(dst, v)
}

// appendString writes a text in quotes, with as little escaped as JSON allows.
func appendString(dst []byte, text string) []byte {
	var quoted bytes.Buffer
	enc := json.NewEncoder(&quoted)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(text) // a text can always be encoded
	return append(dst, bytes.TrimSuffix(quoted.Bytes(), []byte("\n"))...)
}

// readArray reads a JSON array as a stream. It calls record for each element, counted from 1, which decodes it. option is
// the option of trtexec that writes such a file.
func readArray(r io.Reader, option string, record func(dec *json.Decoder, n int) error) error {
	dec := json.NewDecoder(r)
	switch token, err := dec.Token(); {
	case errors.Is(err, io.EOF):
		return fmt.Errorf("it is empty; expected the JSON array that trtexec writes with %s", option)
	case err != nil:
		return fmt.Errorf("no JSON: %w; expected the array that trtexec writes with %s", err, option)
	case token != json.Delim('['):
		return fmt.Errorf("it begins with %v; expected the JSON array that trtexec writes with %s", token, option)
	}
	n := 0
	for dec.More() {
		n++
		if err := record(dec, n); err != nil {
			return fmt.Errorf("record %d, which ends at byte %d: %w", n, dec.InputOffset(), err)
		}
	}
	if _, err := dec.Token(); err != nil {
		return fmt.Errorf("cut short after %d records: %w", n, err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return fmt.Errorf("more text after the end of the array at byte %d", dec.InputOffset())
	}
	return nil
}
