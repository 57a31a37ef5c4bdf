package cli

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/spf13/pflag"

	"github.com/trtbench/trtbench/trt/enginecache"
)

// cacheFlags says where engines that were built are kept.
type cacheFlags struct {
	off    bool
	folder string
	limit  sizeFlag
}

func (f *cacheFlags) register(flags *pflag.FlagSet) {
	f.limit = sizeFlag(enginecache.DefaultLimit)
	flags.BoolVar(&f.off, "no-cache", false, "build even if the engine cache has the engine, and leave the new one out of it")
	flags.StringVar(&f.folder, "cache-dir", "", "folder of the engine cache (default trtbench/engines in the user's cache folder)")
	flags.Var(&f.limit, "cache-size", "size of the engine cache, as 20G; engines that were not used for the longest time make room")
}

// open opens the engine cache.
func (f *cacheFlags) open() (*enginecache.Cache, error) {
	folder := f.folder
	if folder == "" {
		var err error
		if folder, err = enginecache.DefaultFolder(); err != nil {
			return nil, err
		}
	}
	return enginecache.Open(folder, int64(f.limit))
}

// sizeUnits are what may stand behind a number of bytes.
const sizeUnits = "BKMG"

// sizeFlag is a number of bytes with a unit of trtexec's behind it: B, K, M or G, powers of 1024.
type sizeFlag int64

func (f *sizeFlag) Set(text string) error {
	number, unit := text, 0
	if i := len(text) - 1; i >= 0 && strings.Contains(sizeUnits, text[i:]) {
		number, unit = text[:i], strings.IndexByte(sizeUnits, text[i])
	}
	size, err := strconv.ParseFloat(number, 64)
	bytes := math.Ldexp(size, 10*unit)
	if err != nil || !(bytes >= 0 && bytes < math.MaxInt64) {
		return fmt.Errorf("%q is no size; expected bytes with B, K, M or G behind, as in 20G", text)
	}
	*f = sizeFlag(bytes)
	return nil
}

func (f *sizeFlag) Type() string { return "SIZE" }

func (f *sizeFlag) String() string {
	size, unit := int64(*f), 0
	for unit < len(sizeUnits)-1 && size > 0 && size%1024 == 0 {
		size, unit = size/1024, unit+1
	}
	return strconv.FormatInt(size, 10) + sizeUnits[unit:unit+1]
}
