// Package filehash hashes files.
package filehash

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
)

// SHA256 returns the hash of a file in lower-case hexadecimal, and how many bytes the file has. It ends early with the error of
// the context.
func SHA256(ctx context.Context, path string) (sum string, size int64, err error) {
	file, err := os.Open(path)
	if err != nil {
		return "", 0, err
	}
	defer file.Close()
	digest := sha256.New()
	const piece = 16 << 20 // between looks at the context
	for {
		if err := ctx.Err(); err != nil {
			return "", 0, err
		}
		n, err := io.CopyN(digest, file, piece)
		size += n
		switch {
		case errors.Is(err, io.EOF):
			return hex.EncodeToString(digest.Sum(nil)), size, nil
		case err != nil:
			return "", 0, err
		}
	}
}
