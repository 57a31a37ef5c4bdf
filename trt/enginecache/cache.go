// Package enginecache keeps engines that were built, so that the same model with the same settings need not be built twice on
// the same kind of device.
//
// An engine is a file of its own in one folder, with a small JSON file beside it that holds its checksum. Several processes may
// use a folder at once: who wants an engine that another one builds waits for it, and nothing is removed that somebody reads.
package enginecache

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"
)

// DefaultLimit is the size to which a cache grows unless it is told otherwise.
const DefaultLimit int64 = 20 << 30

// Cache is a folder of engines. It is safe for concurrent use, also by several processes. It needs no Close.
type Cache struct {
	// Waiting, when not nil, is called when Obtain begins to wait for another process. Set it before the first use.
	Waiting func()

	folder string
	limit  int64
	now    func() time.Time
}

// DefaultFolder returns where engines are kept: trtbench/engines in the user's cache folder.
func DefaultFolder() (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("enginecache: folder: %w; name one", err)
	}
	return filepath.Join(cache, "trtbench", "engines"), nil
}

// Open uses a folder, and makes it where needed. When its engines take more than limit bytes, those that were not used for the
// longest time go; the one in use stays, whatever its size.
func Open(folder string, limit int64) (*Cache, error) {
	if limit < 0 {
		return nil, fmt.Errorf("enginecache: limit of %d bytes; expected 0 or more", limit)
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return nil, fmt.Errorf("enginecache: folder %s: %w; choose one that you may write to", folder, err)
	}
	return &Cache{folder: folder, limit: limit, now: time.Now}, nil
}

// ErrNotKept is matched by errors of Obtain that came up after the engine was built: the engine is sound, its file is not there.
var ErrNotKept = errors.New("the engine was built and could not be kept")

// ErrUnusable is matched by errors of Obtain that came up before anything was built: a lock cannot be made in the folder, or not be taken.
var ErrUnusable = errors.New("the cache cannot be used")

// Obtain returns the engine of a key: the one that is kept, else what build makes, which is written once. While another process
// builds the same engine, it waits for that one, until the context ends. Close the entry after the engine was read.
//
// An entry that is damaged is built anew, which [Entry.Damage] tells. An error of build is returned as it is.
func (c *Cache) Obtain(ctx context.Context, key Key, build func(context.Context) (io.WriterTo, error)) (*Entry, error) {
	e := &Entry{ID: key.ID(), cache: c}
	e.Path = filepath.Join(c.folder, e.ID+planSuffix)
	e.lock = lock{path: filepath.Join(c.folder, e.ID+lockSuffix), waiting: c.Waiting}
	for {
		if err := e.find(ctx, key); err != nil || e.FromCache {
			return c.finish(e, err)
		}
		if err := e.lock.take(ctx, exclusive); err != nil {
			return c.finish(e, err)
		}
		there, damage := e.verify(key)
		if !there { // nobody built it meanwhile
			if err := e.build(ctx, key, damage, build); err != nil {
				return c.finish(e, err)
			}
		}
		// The lock may be lost while it is changed, and the engine with it. Who then finds it gone begins anew.
		if err := e.lock.take(ctx, shared); err != nil {
			return c.finish(e, err)
		}
		if _, err := os.Stat(e.Path); err == nil {
			e.FromCache = there
			return c.finish(e, nil)
		}
		e.lock.release()
	}
}

// finish returns the entry with its age noted, or gives up its lock.
func (c *Cache) finish(e *Entry, err error) (*Entry, error) {
	if err != nil {
		e.lock.release()
		return nil, err
	}
	if e.FromCache {
		now := c.now()
		_ = os.Chtimes(e.Path, now, now) // else it goes sooner than it should, which is no error
	} else {
		c.shrink(e.ID)
	}
	return e, nil
}
