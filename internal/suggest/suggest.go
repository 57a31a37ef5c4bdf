// Package suggest finds the name that somebody probably meant.
package suggest

import (
	"fmt"
	"strings"

	"github.com/agnivade/levenshtein"
)

// Nearest returns the candidate most like the name, and whether any is like it: a third of the name may differ, and two
// letters of a short one, capitals aside.
func Nearest(name string, candidates []string) (nearest string, ok bool) {
	limit := max(len(name)/3, min(len(name)-1, 2))
	for _, c := range candidates {
		if d := levenshtein.ComputeDistance(strings.ToLower(name), strings.ToLower(c)); d <= limit {
			nearest, limit, ok = c, d-1, true
		}
	}
	return nearest, ok
}

// Hint returns `; did you mean "x"?` for the nearest candidate, or nothing.
func Hint(name string, candidates []string) string {
	if nearest, ok := Nearest(name, candidates); ok {
		return fmt.Sprintf("; did you mean %q?", nearest)
	}
	return ""
}
