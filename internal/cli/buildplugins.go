package cli

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/trtbench/trtbench/internal/filehash"
)

// checkPlugins returns an error for plugin libraries that an engine cannot carry because they are not there.
func checkPlugins(paths []string) error {
	var faults []error
	for _, path := range paths {
		if _, err := os.Stat(path); err != nil {
			faults = append(faults, fmt.Errorf("--setPluginsToSerialize: %w; give the file of a plugin library", err))
		}
	}
	return errors.Join(faults...)
}

// describePlugin returns what tells one state of a plugin library from another: its contents, or its name where the system finds it
// elsewhere.
func describePlugin(ctx context.Context, path string) string {
	sum, _, err := filehash.SHA256(ctx, path)
	if err != nil {
		return path
	}
	return sum
}
