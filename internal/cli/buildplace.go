package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/trtbench/trtbench/record"
	"github.com/trtbench/trtbench/report"
	"github.com/trtbench/trtbench/trt"
	"github.com/trtbench/trtbench/trt/enginecache"
)

// place makes the engine where it is asked for: in a file, in the cache or in memory. Who asks for a file or a timing cache wants a
// build; the cache serves the others.
func (b *build) place(ctx context.Context) error {
	f := &b.flags.build
	switch {
	case f.save != "":
		return b.toFile(ctx)
	case f.cache.off || f.timingCache != "":
		return b.toMemory(ctx, "not kept")
	}
	cache, err := f.cache.open()
	if err != nil {
		b.log.Warn("%v; building without the cache", err)
		return b.toMemory(ctx, "not kept")
	}
	return b.toCache(ctx, cache)
}

func (b *build) toMemory(ctx context.Context, fate string) error {
	err := b.build(ctx)
	b.keepInMemory(fate)
	return err
}

// keepInMemory measures the engine from memory.
func (b *build) keepInMemory(fate string) {
	b.engine.plan = b.plan.Bytes()
	b.note(fate)
}

// toFile writes the engine when it is whole, so that a build that is broken off leaves nothing. An engine that cannot be written
// is measured all the same.
func (b *build) toFile(ctx context.Context) error {
	if err := b.build(ctx); err != nil {
		return err
	}
	path := b.flags.build.save
	b.engine.unsaved = record.WriteFile(path, func(w io.Writer) error {
		_, err := w.Write(b.plan.Bytes())
		return err
	})
	if b.engine.unsaved != nil {
		b.keepInMemory("not saved")
		return nil
	}
	b.plan = bytes.Buffer{}
	b.engine.path = path
	b.log.Info("Engine saved to %s", path)
	b.note("saved to " + path)
	return nil
}

func (b *build) toCache(ctx context.Context, cache *enginecache.Cache) error {
	key, err := b.key(ctx)
	if err != nil {
		return err
	}
	cache.Waiting = func() { b.log.Info("Engine cache: another process builds this engine; waiting for it") }
	entry, err := cache.Obtain(ctx, key, func(ctx context.Context) (io.WriterTo, error) {
		if err := b.build(ctx); err != nil {
			return nil, err
		}
		return bytes.NewReader(b.plan.Bytes()), nil
	})
	switch {
	case errors.Is(err, enginecache.ErrUnusable):
		b.log.Warn("%v; building without the cache", err)
		return b.toMemory(ctx, "not kept")
	case errors.Is(err, enginecache.ErrNotKept):
		b.log.Warn("%v; it is measured from memory", err)
		b.keepInMemory("not kept")
		return nil
	case err != nil:
		return err
	}
	b.plan = bytes.Buffer{}
	b.engine.entry, b.engine.path = entry, entry.Path
	if entry.Damage != "" {
		b.log.Warn("engine cache: the engine %s that was there is damaged: %s; it was built anew", entry.ID, entry.Damage)
	}
	if entry.FromCache {
		b.noteCached(entry)
		return nil
	}
	b.log.Info("Engine cache: kept as %s", entry.ID)
	b.note("kept in the engine cache as " + entry.ID)
	return nil
}

// note says in the header what the engine was built from and what became of it.
func (b *build) note(fate string) {
	if b.made != nil {
		b.engine.notes = append(b.engine.notes, fmt.Sprintf("engine: built from %s (SHA-256 %.12s…) in %s s, %s",
			b.model.Path, b.hash, report.Number(b.made.BuildTime.Seconds()), fate))
	}
}

// noteCached says the same of an engine that was built before.
func (b *build) noteCached(entry *enginecache.Entry) {
	built := fmt.Sprintf("built %v ago in %s s", time.Since(entry.Built).Round(time.Second), report.Number(entry.BuildTime.Seconds()))
	b.log.Info("Engine cache: %s is there, %s", entry.ID, built)
	b.engine.notes = append(b.engine.notes, fmt.Sprintf("engine: from the engine cache (%s), %s from %s (SHA-256 %.12s…)",
		entry.ID, built, b.model.Path, b.hash))
}

// key is all that decides which engine comes out.
func (b *build) key(ctx context.Context) (enginecache.Key, error) {
	lib, options := b.engine.lib, b.options
	options.StronglyTyped = options.StronglyTyped || lib.Version().Major >= 11
	var plugins []string
	for _, path := range slices.Concat(b.flags.model.plugins, options.SerializePlugins) {
		plugins = append(plugins, describePlugin(ctx, path))
	}
	settings, err := json.Marshal(struct {
		trt.BuildOptions
		Plugins []string
	}{options, plugins})
	if err != nil {
		return enginecache.Key{}, fmt.Errorf("settings of the build: %w", err)
	}
	library := fmt.Sprintf("TensorRT %v.%d", lib.Version(), lib.Version().Build)
	if lib.Simulated() {
		library = "simulated " + library
	}
	return enginecache.Key{Model: b.hash, Settings: string(settings), Library: library, Device: b.device}, nil
}
