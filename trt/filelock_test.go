package trt

import (
	"context"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestLockFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "timing.cache.lock")
	synctest.Test(t, func(t *testing.T) {
		first, err := lockFile(t.Context(), path)
		require.NoError(t, err)
		got := make(chan error)
		go func() {
			second, err := lockFile(t.Context(), path)
			got <- err
			assert.NoError(t, second.Close())
		}()
		synctest.Wait()
		select {
		case <-got:
			assert.Fail(t, "two hold the lock")
		default:
		}
		require.NoError(t, first.Close())
		assert.NoError(t, <-got)
	})
	synctest.Test(t, func(t *testing.T) {
		first, err := lockFile(t.Context(), path)
		require.NoError(t, err)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err = lockFile(ctx, path)
		assert.ErrorIs(t, err, context.DeadlineExceeded)
		assert.ErrorContains(t, err, path)
		assert.NoError(t, first.Close())
	})
	_, err := lockFile(t.Context(), t.TempDir())
	assert.Error(t, err)
}
