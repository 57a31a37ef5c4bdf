package enginecache

import (
	"cmp"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// abandoned is the age at which a file that a process was writing belongs to nobody any more.
const abandoned = 24 * time.Hour

// kept is an engine in the folder.
type kept struct {
	id    string
	bytes int64
	used  time.Time
}

// shrink removes the engines that were not used for the longest time until the rest is within the limit. The one with the given
// ID stays, and so do those that somebody reads.
func (c *Cache) shrink(stays string) {
	files, err := os.ReadDir(c.folder)
	if err != nil {
		return // who could write an engine there will be able to list it next time
	}
	var engines []kept
	var total int64
	for _, file := range files {
		about, err := file.Info()
		if err != nil {
			continue // removed meanwhile
		}
		id, isPlan := strings.CutSuffix(file.Name(), planSuffix)
		switch {
		case strings.HasPrefix(file.Name(), "."):
			c.removeAbandoned(about)
		case isPlan:
			engines = append(engines, kept{id, about.Size(), about.ModTime()})
			total += about.Size()
		}
	}
	slices.SortFunc(engines, func(a, b kept) int { return cmp.Or(a.used.Compare(b.used), cmp.Compare(a.id, b.id)) })
	for _, engine := range engines {
		if total <= c.limit {
			return
		}
		if engine.id != stays && c.evict(engine.id) {
			total -= engine.bytes
		}
	}
}

// evict removes an engine that nobody reads.
func (c *Cache) evict(id string) bool {
	e := Entry{ID: id, Path: filepath.Join(c.folder, id+planSuffix), cache: c, lock: lock{path: filepath.Join(c.folder, id+lockSuffix)}}
	if err := e.lock.try(exclusive); err != nil {
		e.lock.release()
		return false
	}
	defer e.lock.release()
	e.remove()
	_ = os.Remove(e.lock.path) // who waits for it sees that it is gone, see lock.current
	return true
}

// removeAbandoned removes what a process left that was killed while it wrote.
func (c *Cache) removeAbandoned(file fs.FileInfo) {
	if file.Mode().IsRegular() && c.now().Sub(file.ModTime()) > abandoned {
		_ = os.Remove(filepath.Join(c.folder, file.Name()))
	}
}
