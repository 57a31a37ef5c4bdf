package enginecache

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var model = Key{Model: "5eed", Settings: `{"level":5}`, Library: "TensorRT 10.15.1.29", Device: "GPU, compute capability 8.9, 58 multiprocessors"}

// builder builds engines of the same text and counts how often.
type builder struct {
	text   string
	builds int
}

func (b *builder) build(context.Context) (io.WriterTo, error) {
	b.builds++
	return strings.NewReader(b.text), nil
}

func open(t *testing.T, limit int64) *Cache {
	t.Helper()
	c, err := Open(filepath.Join(t.TempDir(), "engines"), limit)
	require.NoError(t, err)
	return c
}

func obtain(t *testing.T, c *Cache, key Key, b *builder) *Entry {
	t.Helper()
	e, err := c.Obtain(t.Context(), key, b.build)
	require.NoError(t, err)
	t.Cleanup(e.Close)
	return e
}

func TestSecondTimeFromCache(t *testing.T) {
	c, b := open(t, DefaultLimit), &builder{text: "engine"}
	first := obtain(t, c, model, b)
	assert.False(t, first.FromCache)
	assert.Equal(t, model.ID(), first.ID)
	assert.EqualValues(t, 6, first.Bytes)

	second := obtain(t, c, model, b) // while the first one is in use
	assert.True(t, second.FromCache)
	assert.Empty(t, second.Damage)
	assert.Equal(t, first.Path, second.Path)
	assert.True(t, first.Built.Equal(second.Built))
	assert.InDelta(t, first.BuildTime, second.BuildTime, float64(time.Microsecond))
	assert.Equal(t, 1, b.builds)
	text, err := os.ReadFile(second.Path)
	require.NoError(t, err)
	assert.Equal(t, "engine", string(text))
}

func TestKeysTellBuildsApart(t *testing.T) {
	ids := map[string]string{}
	for name, change := range map[string]func(*Key){
		"none":                 func(*Key) {},
		"model":                func(k *Key) { k.Model += "x" },
		"settings":             func(k *Key) { k.Settings += "x" },
		"library":              func(k *Key) { k.Library += "x" },
		"device":               func(k *Key) { k.Device += "x" },
		"text that moves over": func(k *Key) { k.Model, k.Settings = k.Model+"{", k.Settings[1:] },
	} {
		key := model
		change(&key)
		other, there := ids[key.ID()]
		assert.False(t, there, "%s and %s have the same ID", name, other)
		ids[key.ID()] = name
	}
}

func TestDamageIsBuiltAnew(t *testing.T) {
	for _, c := range []struct {
		name   string
		damage func(t *testing.T, plan, info string)
		says   string
	}{
		{"changed", func(t *testing.T, plan, _ string) { write(t, plan, "engIne") }, "checksum is wrong"},
		{"cut short", func(t *testing.T, plan, _ string) { write(t, plan, "eng") }, "it has 3 bytes instead of 6"},
		{"longer", func(t *testing.T, plan, _ string) { write(t, plan, "engine+") }, "it has 7 bytes instead of 6"},
		{"gone", func(t *testing.T, plan, _ string) { require.NoError(t, os.Remove(plan)) }, "it cannot be read"},
		{"a folder", func(t *testing.T, plan, _ string) {
			require.NoError(t, os.Remove(plan))
			require.NoError(t, os.Mkdir(plan, 0o755))
		}, "it cannot be read"},
		{"no description", func(t *testing.T, _, info string) { require.NoError(t, os.Remove(info)) }, "description cannot be read"},
		{"half a description", func(t *testing.T, _, info string) { write(t, info, `{"key": {"mo`) }, "description is damaged"},
		{"other description", func(t *testing.T, _, info string) { write(t, info, `{"bytes": 6}`) }, "that of another engine"},
		{"newer description", func(t *testing.T, _, info string) { write(t, info, `{"new": 1}`) }, "unknown field"},
	} {
		t.Run(c.name, func(t *testing.T) {
			cache, b := open(t, DefaultLimit), &builder{text: "engine"}
			e := obtain(t, cache, model, b)
			e.Close()
			c.damage(t, e.Path, e.infoPath())

			e = obtain(t, cache, model, b)
			assert.False(t, e.FromCache)
			assert.Contains(t, e.Damage, c.says)
			assert.Equal(t, 2, b.builds)
			e = obtain(t, cache, model, b)
			assert.True(t, e.FromCache, "what was built anew is sound")
		})
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
}

func TestFailedBuildLeavesNothing(t *testing.T) {
	c := open(t, DefaultLimit)
	refused := errors.New("unsupported operator")
	_, err := c.Obtain(t.Context(), model, func(context.Context) (io.WriterTo, error) { return nil, refused })
	require.ErrorIs(t, err, refused)
	assert.NotErrorIs(t, err, ErrNotKept)
	assert.Equal(t, []string{model.ID() + lockSuffix}, names(t, c))
}

// fullDisk is an engine that does not fit.
type fullDisk struct{}

func (fullDisk) WriteTo(w io.Writer) (int64, error) {
	n, _ := w.Write([]byte("half of"))
	return int64(n), syscall.ENOSPC
}

func TestFullDiskLeavesNothing(t *testing.T) {
	c := open(t, DefaultLimit)
	_, err := c.Obtain(t.Context(), model, func(context.Context) (io.WriterTo, error) { return fullDisk{}, nil })
	require.ErrorIs(t, err, ErrNotKept)
	require.ErrorIs(t, err, syscall.ENOSPC)
	assert.ErrorContains(t, err, "make room")
	assert.Equal(t, []string{model.ID() + lockSuffix}, names(t, c))
}

// names lists the folder.
func names(t *testing.T, c *Cache) []string {
	t.Helper()
	files, err := os.ReadDir(c.folder)
	require.NoError(t, err)
	var list []string
	for _, f := range files {
		list = append(list, f.Name())
	}
	return list
}

// TestOneBuildForAll lets many ask at once; each opens the folder for itself, as processes do.
func TestOneBuildForAll(t *testing.T) {
	folder := t.TempDir()
	var mu sync.Mutex
	builds, cached := 0, 0
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			c, err := Open(folder, DefaultLimit)
			if !assert.NoError(t, err) {
				return
			}
			e, err := c.Obtain(t.Context(), model, func(context.Context) (io.WriterTo, error) {
				mu.Lock()
				defer mu.Unlock()
				builds++
				return strings.NewReader("engine"), nil
			})
			if !assert.NoError(t, err) {
				return
			}
			defer e.Close()
			text, err := os.ReadFile(e.Path)
			assert.NoError(t, err)
			assert.Equal(t, "engine", string(text))
			mu.Lock()
			defer mu.Unlock()
			if e.FromCache {
				cached++
			}
		})
	}
	wg.Wait()
	assert.Equal(t, 1, builds)
	assert.Equal(t, 19, cached)
}

func TestWaitsForABuild(t *testing.T) {
	for _, c := range []struct {
		name   string
		result func() (io.WriterTo, error) // of the build that is waited for
		cached bool
	}{
		{"that succeeds", func() (io.WriterTo, error) { return strings.NewReader("engine"), nil }, true},
		{"that fails", func() (io.WriterTo, error) { return nil, errors.New("refused") }, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			folder := t.TempDir()
			synctest.Test(t, func(t *testing.T) {
				other, err := Open(folder, DefaultLimit)
				require.NoError(t, err)
				begun := make(chan struct{})
				go func() {
					e, err := other.Obtain(t.Context(), model, func(context.Context) (io.WriterTo, error) {
						close(begun)
						time.Sleep(time.Minute) // of the bubble
						return c.result()
					})
					if err == nil {
						e.Close()
					}
				}()
				<-begun
				ours, err := Open(folder, DefaultLimit)
				require.NoError(t, err)
				waits := 0
				ours.Waiting = func() { waits++ }
				e, err := ours.Obtain(t.Context(), model, func(context.Context) (io.WriterTo, error) { return strings.NewReader("ours"), nil })
				require.NoError(t, err)
				defer e.Close()
				assert.Equal(t, c.cached, e.FromCache)
				assert.Equal(t, 1, waits)
			})
		})
	}
}

func TestWaitingEndsWithTheContext(t *testing.T) {
	c := open(t, DefaultLimit)
	busy := lock{path: filepath.Join(c.folder, model.ID()+lockSuffix)}
	require.NoError(t, busy.try(exclusive))
	defer busy.release()
	ctx, cancel := context.WithCancel(t.Context())
	c.Waiting = cancel
	_, err := c.Obtain(ctx, model, (&builder{}).build)
	require.ErrorIs(t, err, context.Canceled)
	assert.ErrorContains(t, err, "wait for another process")
}

func TestOldestGoFirst(t *testing.T) {
	c, b := open(t, 25), &builder{text: "0123456789"} // two fit
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	c.now = func() time.Time { return now }
	key := func(settings string) Key { return Key{Settings: settings} }
	use := func(settings string) {
		now = now.Add(time.Hour)
		e := obtain(t, c, key(settings), b)
		require.NoError(t, os.Chtimes(e.Path, now, now))
		e.Close()
	}
	for _, settings := range []string{"a", "b", "a", "c"} { // b was not used for the longest time
		use(settings)
	}
	assert.Equal(t, 3, b.builds)
	use("a")
	use("c")
	assert.Equal(t, 3, b.builds, "a and c stayed")
	assert.NotContains(t, strings.Join(names(t, c), " "), key("b").ID(), "nothing of b is left")
}

func TestEnginesInUseStay(t *testing.T) {
	c, b := open(t, 0), &builder{text: "0123456789"}
	first := obtain(t, c, Key{Settings: "a"}, b)
	second := obtain(t, c, Key{Settings: "b"}, b)
	assert.FileExists(t, first.Path, "somebody reads it")
	assert.FileExists(t, second.Path, "it was just built")
	first.Close()
	second.Close()
	third := obtain(t, c, Key{Settings: "c"}, b)
	assert.NoFileExists(t, first.Path)
	assert.NoFileExists(t, second.Path)
	assert.FileExists(t, third.Path)
}

func TestAbandonedFilesGo(t *testing.T) {
	c, b := open(t, DefaultLimit), &builder{text: "engine"}
	old, young := filepath.Join(c.folder, ".a.plan1"), filepath.Join(c.folder, ".a.plan2")
	write(t, old, "half")
	write(t, young, "half")
	long := time.Now().Add(-2 * abandoned)
	require.NoError(t, os.Chtimes(old, long, long))
	obtain(t, c, model, b)
	assert.NoFileExists(t, old)
	assert.FileExists(t, young)
}

// TestLockOfARemovedEntry waits for a lock whose file is removed meanwhile: a lock on what nobody sees protects nothing.
func TestLockOfARemovedEntry(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.lock")
	evictor, waiter := lock{path: path}, lock{path: path}
	require.NoError(t, evictor.try(exclusive))
	require.ErrorIs(t, waiter.try(shared), errBusy)
	require.NoError(t, os.Remove(path))
	evictor.release()
	require.NoError(t, waiter.try(shared))
	defer waiter.release()
	assert.FileExists(t, path)
	assert.True(t, waiter.current())
}

func TestCacheThatCannotBeLocked(t *testing.T) {
	c, b := open(t, DefaultLimit), &builder{text: "engine"}
	require.NoError(t, os.Mkdir(filepath.Join(c.folder, model.ID()+lockSuffix), 0o755))
	_, err := c.Obtain(t.Context(), model, b.build)
	require.ErrorIs(t, err, ErrUnusable)
	assert.Zero(t, b.builds)
}

// TestFolderOfOthers: what is there can be used, and what is not is built and not kept.
func TestFolderOfOthers(t *testing.T) {
	if os.Getuid() == 0 {
		t.Skip("root writes everywhere")
	}
	c, b := open(t, DefaultLimit), &builder{text: "engine"}
	obtain(t, c, model, b).Close()
	require.NoError(t, os.Chmod(filepath.Join(c.folder, model.ID()+lockSuffix), 0o444))
	require.NoError(t, os.Chmod(c.folder, 0o555))
	defer os.Chmod(c.folder, 0o755)
	assert.True(t, obtain(t, c, model, b).FromCache)
	other := model
	other.Device = "another"
	_, err := c.Obtain(t.Context(), other, b.build)
	require.ErrorIs(t, err, ErrUnusable)
	assert.Equal(t, 1, b.builds)
}

func TestFolderThatCannotBe(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	write(t, file, "")
	_, err := Open(filepath.Join(file, "engines"), DefaultLimit)
	require.ErrorContains(t, err, "choose one that you may write to")
	_, err = Open(t.TempDir(), -1)
	require.ErrorContains(t, err, "expected 0 or more")
}
