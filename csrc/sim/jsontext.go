package sim

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

const (
	maxPlanBytes = 16 << 20
	maxMembers   = 256 // of one object
)

// checkText finds what encoding/json lets pass and the reader of the libraries does not: keys that differ in case or repeat, null,
// text behind the value, broken characters.
func checkText(data []byte) error {
	if len(data) > maxPlanBytes {
		return fmt.Errorf("%d bytes, expected at most %d", len(data), maxPlanBytes)
	}
	if !utf8.Valid(data) {
		return errors.New("the text is not UTF-8")
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	if err := checkValue(decoder); err != nil {
		return err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return errors.New("the text goes on after the value")
	}
	return nil
}

// checkValue reads one value.
func checkValue(decoder *json.Decoder) error {
	token, err := decoder.Token()
	if errors.Is(err, io.EOF) {
		return errors.New("the text ends where a value is expected")
	}
	if err != nil {
		return err
	}
	switch token := token.(type) {
	case json.Delim:
		if token == '{' {
			return checkObject(decoder)
		}
		for decoder.More() {
			if err := checkValue(decoder); err != nil {
				return err
			}
		}
		_, err := decoder.Token()
		return err
	case string:
		return checkString(token)
	case nil:
		return errors.New("null is no value here: leave the key out")
	}
	return nil
}

func checkObject(decoder *json.Decoder) error {
	seen := map[string]bool{}
	for decoder.More() {
		token, err := decoder.Token()
		if err != nil {
			return err
		}
		key, _ := token.(string)
		switch {
		case seen[key]:
			return fmt.Errorf("key %q appears twice", key)
		case len(seen) == maxMembers:
			return fmt.Errorf("an object has more than %d keys", maxMembers)
		case strings.ToLower(key) != key:
			return fmt.Errorf("unknown key %q: keys are in lower case", key)
		}
		seen[key] = true
		if err := checkValue(decoder); err != nil {
			return err
		}
	}
	_, err := decoder.Token()
	return err
}

// checkString refuses what encoding/json puts in the place of half a surrogate pair.
func checkString(s string) error {
	if strings.ContainsRune(s, utf8.RuneError) {
		return fmt.Errorf("the text %q has a broken character", s)
	}
	return nil
}
