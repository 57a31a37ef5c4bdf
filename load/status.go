package load

import "fmt"

// MarshalText writes the word of a status, so that files and reports do not depend on its number.
func (s Status) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (s *Status) UnmarshalText(text []byte) error {
	for known := StatusPending; known <= StatusFailed; known++ {
		if known.String() == string(text) {
			*s = known
			return nil
		}
	}
	return fmt.Errorf("load: status %q is unknown; expected one of this program's, as %q", text, StatusOK)
}
