package trt_test

import (
	"bytes"
	"context"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/trt"
	"github.com/trtbench/trtbench/trt/trttest"
)

// buildWithCache builds the dynamic model with a timing-cache file.
func buildWithCache(t *testing.T, lib *trt.Library, file string, more ...func(*trt.BuildOptions)) (*trt.Built, error) {
	t.Helper()
	options := dynamicOptions()
	options.TimingCacheFile = file
	for _, change := range more {
		change(&options)
	}
	return lib.Build(t.Context(), 0, dynamicModel, io.Discard, options)
}

func TestTimingCacheFile(t *testing.T) {
	onEachMajor(t, func(t *testing.T, lib *trt.Library) {
		file := filepath.Join(t.TempDir(), "timing.cache")
		built, err := buildWithCache(t, lib, file)
		require.NoError(t, err)
		first := readFile(t, file)
		assert.Equal(t, trt.TimingCacheReport{File: file, State: trt.TimingCacheCreated, WroteBytes: int64(len(first))}, built.TimingCache)

		built, err = buildWithCache(t, lib, file)
		require.NoError(t, err)
		assert.Equal(t, trt.TimingCacheUpdated, built.TimingCache.State)
		assert.Equal(t, int64(len(first)), built.TimingCache.ReadBytes)
		assert.Zero(t, built.TimingCache.MergedBytes)

		miss := func(o *trt.BuildOptions) { o.ErrorOnTimingCacheMiss = true }
		built, err = buildWithCache(t, lib, file, miss)
		require.NoError(t, err)
		assert.Equal(t, trt.TimingCacheUsed, built.TimingCache.State)
		_, err = buildWithCache(t, lib, filepath.Join(t.TempDir(), "none.cache"), miss)
		assert.Error(t, err, "nothing was measured yet")

		require.NoError(t, os.WriteFile(file, []byte("not what was written"), 0o600))
		built, err = buildWithCache(t, lib, file)
		require.NoError(t, err)
		assert.Equal(t, trt.TimingCacheRebuilt, built.TimingCache.State)
		require.Len(t, built.Warnings, 1)
		assert.Contains(t, built.Warnings[0], "it is no timing cache, or a broken one")
		assert.Equal(t, first, readFile(t, file))
	})
}

// A build that another one overtakes keeps what that one wrote.
func TestTimingCacheOfAnotherProcess(t *testing.T) {
	onEachMajor(t, func(t *testing.T, lib *trt.Library) {
		file, other := filepath.Join(t.TempDir(), "timing.cache"), filepath.Join(t.TempDir(), "other.cache")
		_, err := lib.Build(t.Context(), 0, speechModel, io.Discard, trt.BuildOptions{
			TimingCacheFile: other, Profiles: []trt.BuildProfile{speechProfile()},
		})
		require.NoError(t, err)
		theirs := readFile(t, other)
		var once sync.Once
		built, err := buildWithCache(t, lib, file, func(o *trt.BuildOptions) {
			o.Progress = func(trt.ProgressEvent) {
				once.Do(func() { assert.NoError(t, os.WriteFile(file, theirs, 0o600)) })
			}
		})
		require.NoError(t, err)
		assert.Equal(t, int64(len(theirs)), built.TimingCache.MergedBytes)
		assert.Greater(t, built.TimingCache.WroteBytes, int64(len(theirs)))
		merged := readFile(t, file)
		for line := range bytes.Lines(theirs) {
			assert.Contains(t, string(merged), string(line))
		}
	})
}

func speechProfile() trt.BuildProfile {
	return trt.NewBuildProfile(nil, trt.Shapes{"signal": {1, 2400, 1}, "state": {1, 219729}}, nil)
}

func TestTimingCacheThatCannotBeUsed(t *testing.T) {
	onEachMajor(t, func(t *testing.T, lib *trt.Library) {
		folder := t.TempDir()
		file := filepath.Join(folder, "timing.cache")
		_, err := buildWithCache(t, lib, file)
		require.NoError(t, err)
		version := []byte(lib.Version().String())
		foreign := bytes.Replace(readFile(t, file), version, []byte("10.0.9"), 1)
		require.NoError(t, os.WriteFile(file, foreign, 0o600))

		var refused *trt.TimingCacheError
		_, err = buildWithCache(t, lib, file)
		require.ErrorAs(t, err, &refused)
		assert.Equal(t, file, refused.Path)
		assert.ErrorContains(t, err, "made by another TensorRT or on another device")
		assert.Equal(t, foreign, readFile(t, file), "what others can use is left alone")

		_, err = buildWithCache(t, lib, folder)
		require.ErrorAs(t, err, &refused)
		assert.ErrorContains(t, err, "cannot be read")
		_, err = buildWithCache(t, lib, filepath.Join(folder, "nowhere", "timing.cache"))
		require.ErrorAs(t, err, &refused)
		assert.ErrorIs(t, err, fs.ErrNotExist)
	})
}

// A timing cache that cannot be written does not cost the engine.
func TestTimingCacheThatCannotBeWritten(t *testing.T) {
	onEachMajor(t, func(t *testing.T, lib *trt.Library) {
		file := filepath.Join(t.TempDir(), "timing.cache")
		require.NoError(t, os.Mkdir(file+".lock", 0o700))
		built, err := buildWithCache(t, lib, file)
		require.NoError(t, err)
		assert.Equal(t, trt.TimingCacheUnsaved, built.TimingCache.State)
		require.NotEmpty(t, built.Warnings)
		assert.Contains(t, built.Warnings[0], "was not written")
		assert.NoFileExists(t, file)
	})
}

// Two builds at a time leave a cache that holds what both measured.
func TestTimingCacheOfTwoBuilds(t *testing.T) {
	lib := trttest.Start(t)
	file := filepath.Join(t.TempDir(), "timing.cache")
	var wg sync.WaitGroup
	for _, model := range []string{dynamicModel, speechModel} {
		wg.Go(func() {
			profile := profileOf(1, 1)
			if model == speechModel {
				profile = speechProfile()
			}
			_, err := lib.Build(context.WithoutCancel(t.Context()), 0, model, io.Discard, trt.BuildOptions{
				TimingCacheFile: file, Profiles: []trt.BuildProfile{profile},
			})
			assert.NoError(t, err)
		})
	}
	wg.Wait()
	miss := func(o *trt.BuildOptions) {
		o.ErrorOnTimingCacheMiss, o.Profiles = true, []trt.BuildProfile{profileOf(1, 1)}
	}
	_, err := buildWithCache(t, lib, file, miss)
	assert.NoError(t, err)
	_, err = lib.Build(t.Context(), 0, speechModel, io.Discard, trt.BuildOptions{
		TimingCacheFile: file, ErrorOnTimingCacheMiss: true, Profiles: []trt.BuildProfile{speechProfile()},
	})
	assert.NoError(t, err)
	assertNothingLeft(t, lib)
}
