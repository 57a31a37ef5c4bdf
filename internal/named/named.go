// Package named reads options that give something to inputs and outputs by their names, as trtexec's --shapes does.
package named

import (
	"errors"
	"fmt"
	"strings"
)

// Pair is one "name:value".
type Pair struct{ Name, Value string }

var (
	errQuote = errors.New("a single quote is not closed, or there is text between it and the colon")
	errName  = errors.New("expected a name before the colon")
)

// Split takes apart "name:value,'quoted name':value": pairs are separated by commas, a name from its value by the last of so many
// colons as the value may hold, and one more. A name may stand in single quotes and must when it holds a comma, or a
// colon that is not meant. value says in errors what is expected, as in "sizes".
func Split(s, value string, colons int) ([]Pair, error) {
	var pairs []Pair
	for more := true; more; {
		var p Pair
		if quoted, ok := strings.CutPrefix(s, "'"); ok {
			name, rest, closed := strings.Cut(quoted, "'")
			rest, colon := strings.CutPrefix(rest, ":")
			if !closed || !colon {
				return nil, errQuote
			}
			p.Name = name
			p.Value, s, more = strings.Cut(rest, ",")
		} else {
			var text string
			text, s, more = strings.Cut(s, ",")
			colon := len(text)
			for range colons + 1 {
				colon = strings.LastIndexByte(text[:max(colon, 0)], ':')
			}
			if colon < 0 {
				return nil, fmt.Errorf("expected name:%s, found %q", value, text)
			}
			p = Pair{text[:colon], text[colon+1:]}
		}
		if p.Name == "" {
			return nil, errName
		}
		pairs = append(pairs, p)
	}
	return pairs, nil
}

// Lookup returns what a map has for a name, and under which key: the name itself, else the pattern that fits and says most; of two
// that say as much, the first in the alphabet.
func Lookup[T any](m map[string]T, name string) (value T, key string, ok bool) {
	if value, ok = m[name]; ok {
		return value, name, true
	}
	for pattern := range m {
		if Fits(pattern, name) && (!ok || better(pattern, key)) {
			key, ok = pattern, true
		}
	}
	return m[key], key, ok
}

func better(a, b string) bool { return len(a) > len(b) || len(a) == len(b) && a < b }

// Fits reports whether a key means a name; one * in the key stands for any text.
func Fits(key, name string) bool {
	before, after, wild := strings.Cut(key, "*")
	if !wild {
		return key == name
	}
	return len(name) >= len(before)+len(after) && strings.HasPrefix(name, before) && strings.HasSuffix(name, after)
}
