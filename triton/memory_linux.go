package triton

import (
	"errors"
	"os"
	"path/filepath"
)

// sharedFolder is where the C library keeps POSIX shared memory objects.
const sharedFolder = "/dev/shm"

// createShared makes a POSIX shared memory object with some content. Only the server maps it: the client neither reads what the
// server writes nor changes what it reads. remove deletes the object.
func createShared(name string, content []byte) (remove func() error, err error) {
	path := filepath.Join(sharedFolder, name)
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, err
	}
	_, err = file.Write(content)
	if err = errors.Join(err, file.Close()); err != nil {
		return nil, errors.Join(err, os.Remove(path))
	}
	return func() error { return os.Remove(path) }, nil
}
