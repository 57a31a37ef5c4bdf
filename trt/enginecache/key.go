package enginecache

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
)

// form is part of every key: entries of an older form of the cache are never looked at.
const form = 1

// Key is all that decides what a builder makes of a model. Two builds with equal keys may stand for each other.
type Key struct {
	Model    string `json:"model"`    // SHA-256 of the model with the weights that lie in files of their own
	Settings string `json:"settings"` // of the build, in a form in which equal settings are equal texts
	Library  string `json:"library"`  // that builds, with its full version, and whether it is simulated
	Device   string `json:"device"`   // that the engine is tuned for: its model, not the one card
}

// ID names the key in file names and log lines: the first 32 digits of a SHA-256.
func (k Key) ID() string {
	digest := sha256.New()
	for _, part := range []string{k.Model, k.Settings, k.Library, k.Device} {
		fmt.Fprintf(digest, "%d %d:%s\n", form, len(part), part) // with lengths, so that no two keys read alike
	}
	return hex.EncodeToString(digest.Sum(nil)[:16])
}
