package cli

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"os"
)

// describePlugin returns what tells one state of a plugin library from another: its contents, or its name where the system finds it
// elsewhere.
func describePlugin(path string) string {
	file, err := os.Open(path)
	if err != nil {
		return path
	}
	defer file.Close()
	digest := sha256.New()
	if _, err := io.Copy(digest, file); err != nil {
		return path
	}
	return hex.EncodeToString(digest.Sum(nil))
}
