package enginecache

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/trtbench/trtbench/record"
)

// Endings of the files of an entry, after its ID.
const (
	planSuffix = ".plan"
	infoSuffix = ".json"
	lockSuffix = ".lock"
)

// Entry is an engine in a cache that somebody uses. Nobody removes it before its Close.
type Entry struct {
	ID        string
	Path      string        // of the engine
	Bytes     int64         // of the engine
	Built     time.Time     // when it was built
	BuildTime time.Duration // that building it took
	FromCache bool          // it was there before
	Damage    string        // why what was there could not be used and was built anew; empty for nothing of that kind

	cache *Cache
	lock  lock
}

// Close lets the engine be removed by others.
func (e *Entry) Close() { e.lock.release() }

// info is what stands beside an engine.
type info struct {
	Key          Key       `json:"key"`
	Bytes        int64     `json:"bytes"`
	SHA256       string    `json:"sha256"` // of the engine
	Built        time.Time `json:"built"`
	BuildSeconds float64   `json:"build_seconds"`
}

func (e *Entry) infoPath() string { return filepath.Join(e.cache.folder, e.ID+infoSuffix) }

// find takes the engine that is kept, if it is sound. Else it leaves no lock behind.
func (e *Entry) find(ctx context.Context, key Key) error {
	if err := e.lock.take(ctx, shared); err != nil {
		return err
	}
	if e.FromCache, _ = e.verify(key); !e.FromCache {
		e.lock.release()
	}
	return nil
}

// verify says whether the engine is there and sound, and what is wrong with one that is there and is not.
func (e *Entry) verify(key Key) (sound bool, damage string) {
	text, err := os.ReadFile(e.infoPath())
	plan, planErr := os.Open(e.Path)
	if planErr == nil {
		defer plan.Close()
	}
	switch {
	case errors.Is(err, fs.ErrNotExist) && errors.Is(planErr, fs.ErrNotExist):
		return false, ""
	case err != nil:
		return false, "its description cannot be read: " + err.Error()
	case planErr != nil:
		return false, "it cannot be read: " + planErr.Error()
	}
	var about info
	strict := json.NewDecoder(bytes.NewReader(text))
	strict.DisallowUnknownFields()
	if err := strict.Decode(&about); err != nil {
		return false, "its description is damaged: " + err.Error()
	}
	if about.Key != key {
		return false, "its description is that of another engine"
	}
	digest := sha256.New()
	size, err := io.Copy(digest, plan)
	switch {
	case err != nil:
		return false, "it cannot be read: " + err.Error()
	case size != about.Bytes:
		return false, fmt.Sprintf("it has %d bytes instead of %d", size, about.Bytes)
	case hex.EncodeToString(digest.Sum(nil)) != about.SHA256:
		return false, "its checksum is wrong"
	}
	e.Bytes, e.Built, e.BuildTime = size, about.Built, time.Duration(about.BuildSeconds*float64(time.Second))
	return true, ""
}

// build makes the engine and writes it, the description last: what has none is no entry.
func (e *Entry) build(ctx context.Context, key Key, damage string, build func(context.Context) (io.WriterTo, error)) error {
	e.Damage = damage
	e.remove()
	start := e.cache.now()
	built, err := build(ctx)
	if err != nil {
		return err
	}
	e.Built = e.cache.now()
	e.BuildTime = e.Built.Sub(start)
	digest := sha256.New()
	err = record.WriteFile(e.Path, func(w io.Writer) (err error) {
		e.Bytes, err = built.WriteTo(io.MultiWriter(w, digest))
		return err
	})
	if err == nil {
		err = e.describe(info{Key: key, Bytes: e.Bytes, SHA256: hex.EncodeToString(digest.Sum(nil)), Built: e.Built,
			BuildSeconds: e.BuildTime.Seconds()})
	}
	if err != nil {
		e.remove()
		return fmt.Errorf("enginecache: engine %s: %w: %w", e.ID, ErrNotKept, err)
	}
	return nil
}

func (e *Entry) describe(about info) error {
	return record.WriteFile(e.infoPath(), func(w io.Writer) error {
		enc := json.NewEncoder(w)
		enc.SetIndent("", "  ")
		return enc.Encode(about)
	})
}

// remove takes the engine away; the exclusive lock must be held.
func (e *Entry) remove() {
	_ = os.Remove(e.infoPath()) // first: what is left without it is no entry
	_ = os.Remove(e.Path)
}
