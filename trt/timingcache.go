package trt

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/google/renameio/v2"

	"github.com/trtbench/trtbench/csrc"
	"github.com/trtbench/trtbench/internal/filekind"
)

// timingCache is what a build knows and learns of tactics.
type timingCache struct {
	object csrc.Object
	before []byte // content of the file before the build
}

var (
	errCacheBroken  = errors.New("it is no timing cache, or a broken one")
	errCacheForeign = errors.New("it was made by another TensorRT or on another device")
)

// loadTimingCache reads the file, if there is one, and gives it to the build. A broken one is as good as none; one that another
// TensorRT or device made is refused, because overwriting it would destroy what is of use there.
func (b *build) loadTimingCache() (err error) {
	path := b.options.TimingCacheFile
	if path == "" {
		return nil
	}
	report := &b.built.TimingCache
	report.File, report.State = path, TimingCacheCreated
	c := &timingCache{}
	if c.before, err = readTimingCache(path); err != nil {
		return err
	}
	if len(c.before) > 0 {
		report.State, report.ReadBytes = TimingCacheUpdated, int64(len(c.before))
		if b.options.ErrorOnTimingCacheMiss {
			report.State = TimingCacheUsed
		}
	}
	b.cache = c
	c.object, err = b.newTimingCache(c.before)
	if errors.Is(err, errCacheBroken) && len(c.before) > 0 {
		report.State = TimingCacheRebuilt
		b.built.Warnings = append(b.built.Warnings,
			fmt.Sprintf("timing cache %s: %v; it is written anew", path, err))
		c.object, err = b.newTimingCache(nil)
	}
	if err != nil {
		return &TimingCacheError{Path: path, Fault: "it cannot be used; give another file, or remove this one", Err: err}
	}
	err = b.set("use timing cache "+path, func() int { return b.lib.nvinfer.SetTimingCache(b.config, c.object) })
	if err != nil {
		return &TimingCacheError{
			Path: path, Fault: "it cannot be used; give another file, or remove this one", Err: fmt.Errorf("%w (%w)", errCacheForeign, err),
		}
	}
	return nil
}

// newTimingCache makes a cache of the content of a file; of none, it is empty. Some versions answer a broken file with an empty
// cache, and say so in the log alone.
func (b *build) newTimingCache(content []byte) (cache csrc.Object, err error) {
	warnings := b.lib.sink.collect()
	err = b.set("read timing cache", func() (status int) {
		cache, status = b.lib.nvinfer.CreateTimingCache(b.config, content)
		return status
	})
	said := warnings()
	if err == nil && !slices.ContainsFunc(said, func(text string) bool { return strings.Contains(text, "deserialize") }) {
		return cache, nil
	}
	cache.Destroy()
	if err != nil {
		said = append(said, err.Error())
	}
	text := strings.Join(said, "; ")
	if foreignCache.MatchString(text) {
		return csrc.Object{}, fmt.Errorf("%w (%s)", errCacheForeign, text)
	}
	return csrc.Object{}, fmt.Errorf("%w (%s)", errCacheBroken, text)
}

// foreignCache finds what TensorRT says of a cache that is whole and not its own; there is no other way to tell it from a broken one.
var foreignCache = regexp.MustCompile(`(?i)mismatch|version|written by TensorRT`)

// keepTimingCache adds what the build measured to the file. A failure costs later builds their time and not this one its engine: it
// is told as a warning.
func (b *build) keepTimingCache() error {
	if b.cache == nil || b.built.TimingCache.State == TimingCacheUsed {
		return nil
	}
	if err := b.saveTimingCache(); err != nil {
		if ended := b.ctx.Err(); ended != nil {
			return b.stopped(ended)
		}
		b.built.TimingCache.State = TimingCacheUnsaved
		warning := fmt.Sprintf("timing cache %s was not written: %v", b.options.TimingCacheFile, err)
		b.built.Warnings = append(b.built.Warnings, warning)
		b.lib.log.Warn("trt: " + warning)
	}
	return nil
}

func (b *build) saveTimingCache() error {
	path, report := b.options.TimingCacheFile, &b.built.TimingCache
	lock, err := lockFile(b.ctx, path+".lock")
	if err != nil {
		return err
	}
	defer lock.Close()
	now, err := readTimingCache(path)
	if err != nil {
		return err
	}
	if len(now) > 0 && !bytes.Equal(now, b.cache.before) {
		if err := b.mergeTimingCache(now); err != nil {
			return err
		}
		report.MergedBytes = int64(len(now))
	}
	n := b.lib.nvinfer
	var memory csrc.Object
	err = b.try("serialize timing cache", func() (status int) {
		memory, status = n.SerializeTimingCache(b.cache.object)
		return status
	})
	if err != nil {
		return err
	}
	defer memory.Destroy()
	content, status := n.HostMemory(memory)
	if status != csrc.OK {
		return &Error{Operation: "read serialized timing cache"}
	}
	if err := renameio.WriteFile(path, content, 0o644, renameio.WithTempDir(filepath.Dir(path)), renameio.WithExistingPermissions()); err != nil {
		return err
	}
	report.WroteBytes = int64(len(content))
	return nil
}

// mergeTimingCache adds what another process wrote meanwhile. What is broken by now is written anew.
func (b *build) mergeTimingCache(content []byte) error {
	other, err := b.newTimingCache(content)
	if errors.Is(err, errCacheBroken) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("another process wrote the file meanwhile: %w", err)
	}
	defer other.Destroy()
	err = b.try("combine timing caches", func() int { return b.lib.nvinfer.CombineTimingCache(b.cache.object, other) })
	if err != nil {
		return fmt.Errorf("another process wrote the file meanwhile: %w (%w)", errCacheForeign, err)
	}
	return nil
}

// readTimingCache returns the content of the file, and nothing when there is none yet.
func readTimingCache(path string) ([]byte, error) {
	content, err := os.ReadFile(path)
	switch {
	case err == nil && isModel(content):
		return nil, &TimingCacheError{Path: path, Fault: "this is " + filekind.Describe(content) + ", expected a timing cache; give another file"}
	case err == nil:
		return content, nil
	case !errors.Is(err, fs.ErrNotExist):
		return nil, &TimingCacheError{Path: path, Fault: "cannot be read", Err: err}
	}
	if _, err := os.Stat(filepath.Dir(path)); err != nil {
		return nil, &TimingCacheError{Path: path, Fault: "its folder is not there", Err: err}
	}
	return nil, nil
}

// isModel knows files that would be lost if they were taken for a broken cache and written anew. It leaves engines to TensorRT, whose caches
// may begin as they do.
func isModel(content []byte) bool {
	switch filekind.Of(content) {
	case filekind.ONNX, filekind.Zip, filekind.SimulatedPlan:
		return true
	}
	return false
}
