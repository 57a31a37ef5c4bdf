package library

import (
	"cmp"
	"strings"
)

// compareVersions compares texts that hold numbers: runs of digits by value, the rest byte by byte, so that "so.1.9" comes
// before "so.1.10".
func compareVersions(a, b string) int {
	for a != "" && b != "" {
		x, restA := digits(a)
		y, restB := digits(b)
		if x == "" || y == "" {
			if order := cmp.Compare(a[0], b[0]); order != 0 {
				return order
			}
			a, b = a[1:], b[1:]
			continue
		}
		x, y = strings.TrimLeft(x, "0"), strings.TrimLeft(y, "0")
		if order := cmp.Or(cmp.Compare(len(x), len(y)), cmp.Compare(x, y)); order != 0 {
			return order
		}
		a, b = restA, restB
	}
	return cmp.Compare(len(a), len(b))
}

// digits splits the leading digits off a text.
func digits(s string) (number, rest string) {
	n := 0
	for n < len(s) && '0' <= s[n] && s[n] <= '9' {
		n++
	}
	return s[:n], s[n:]
}

func hasWildcard(pattern string) bool {
	return strings.ContainsAny(pattern, `*?[\`)
}
