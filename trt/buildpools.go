package trt

import (
	"fmt"
	"math"
	"math/bits"
	"strconv"
	"strings"

	"github.com/trtbench/trtbench/internal/named"
)

// MemoryPool is memory whose use by an engine or its build can be bounded.
type MemoryPool string

// The pools, named as trtexec's --memPoolSize takes them.
const (
	PoolWorkspace          MemoryPool = "workspace" // of one layer, on the device
	PoolDLASRAM            MemoryPool = "dlaSRAM"
	PoolDLALocalDRAM       MemoryPool = "dlaLocalDRAM"
	PoolDLAGlobalDRAM      MemoryPool = "dlaGlobalDRAM"
	PoolTacticDRAM         MemoryPool = "tacticDRAM" // of the tactics that are tried
	PoolTacticSharedMemory MemoryPool = "tacticSharedMem"
)

// memoryPools are TensorRT's numbers.
var memoryPools = map[string]int{
	string(PoolWorkspace): 0, string(PoolDLASRAM): 1, string(PoolDLALocalDRAM): 2, string(PoolDLAGlobalDRAM): 3,
	string(PoolTacticDRAM): 4, string(PoolTacticSharedMemory): 5,
}

// ParseMemoryPools reads bounds as trtexec's --memPoolSize takes them: "workspace:1024,tacticSharedMem:48K", in MiB when no unit
// (B, K, M, G, powers of 1024) follows. Sizes may have a fraction and are rounded down to bytes, for dlaSRAM to a power of two.
func ParseMemoryPools(s string) (map[MemoryPool]int64, error) {
	if s == "" {
		return nil, nil
	}
	pairs, err := named.Split(s, "size", 0)
	if err != nil {
		return nil, fmt.Errorf("trt: memory pools %q: %w", s, err)
	}
	pools := map[MemoryPool]int64{}
	for _, p := range pairs {
		if _, err := parseName("memory pool", p.Name, memoryPools); err != nil {
			return nil, err
		}
		bytes, err := parsePoolSize(p.Value)
		if err != nil {
			return nil, fmt.Errorf("trt: memory pool %s: %w", p.Name, err)
		}
		if MemoryPool(p.Name) == PoolDLASRAM && bytes > 0 {
			bytes = 1 << (bits.Len64(uint64(bytes)) - 1)
		}
		pools[MemoryPool(p.Name)] = bytes
	}
	return pools, nil
}

func parsePoolSize(s string) (int64, error) {
	number, unit := s, 1<<20
	for suffix, size := range map[string]int{"B": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30} {
		if n, ok := strings.CutSuffix(s, suffix); ok {
			number, unit = n, size
		}
	}
	size, err := strconv.ParseFloat(number, 64)
	if err != nil || !(size >= 0) || size*float64(unit) >= math.MaxInt64 {
		return 0, fmt.Errorf("size %q: expected a number of MiB, or one with B, K, M or G behind, as in 512M", s)
	}
	return int64(size * float64(unit)), nil
}
