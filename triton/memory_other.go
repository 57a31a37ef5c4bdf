//go:build !linux

package triton

import "errors"

// createShared is an error: other systems keep shared memory objects elsewhere.
func createShared(string, []byte) (remove func() error, err error) {
	return nil, errors.New("only on Linux")
}
