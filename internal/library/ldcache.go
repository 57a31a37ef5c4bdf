package library

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"
)

// cacheEntry is one library in the loader's cache.
type cacheEntry struct {
	name string // as programs ask for it
	path string
}

// parseCache reads the output of `ldconfig -p`. Lines that are no entries, such as the heading, are skipped.
func parseCache(output []byte) []cacheEntry {
	var entries []cacheEntry
	lines := bufio.NewScanner(bytes.NewReader(output))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		if entry, ok := parseCacheLine(lines.Text()); ok {
			entries = append(entries, entry)
		}
	}
	return entries
}

// parseCacheLine reads a line such as "	libcudart.so.12 (libc6,x86-64) => /usr/lib/libcudart.so.12".
func parseCacheLine(line string) (cacheEntry, bool) {
	left, path, found := strings.Cut(line, " => ")
	if !found || !strings.HasPrefix(path, "/") {
		return cacheEntry{}, false
	}
	name, flags, found := strings.Cut(strings.TrimSpace(left), " (")
	if !found || !strings.HasSuffix(flags, ")") || name == "" {
		return cacheEntry{}, false
	}
	return cacheEntry{name: name, path: path}, true
}

// runLdconfig prints the loader's cache. The usual user's PATH lacks the folder of ldconfig.
func runLdconfig() ([]byte, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	program := "ldconfig"
	for _, path := range []string{"/sbin/ldconfig", "/usr/sbin/ldconfig"} {
		if _, err := os.Stat(path); err == nil {
			program = path
			break
		}
	}
	output, err := exec.CommandContext(ctx, program, "-p").Output()
	if err != nil {
		return nil, fmt.Errorf("%s -p: %w", program, err)
	}
	return output, nil
}
