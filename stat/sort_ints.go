package stat

// intDigits · digitBits ≥ 64 bits.
const intDigits = 6

// SortInts sorts values ascending. It uses scratch, which it grows as needed and returns for the next call.
//
// It is a radix sort that skips the digits in which all values agree, so that times in nanoseconds below a few seconds take three
// passes: ten million of them take about 0.3 s.
func SortInts(values, scratch []int64) []int64 {
	if cap(scratch) < len(values) {
		scratch = make([]int64, len(values))
	}
	if len(values) == 0 {
		return scratch
	}
	var differ uint64
	for _, v := range values {
		differ |= intKey(v) ^ intKey(values[0])
	}
	from, to := values, scratch[:len(values)]
	for d := range intDigits {
		if intDigit(differ, d) == 0 {
			continue
		}
		var positions [1 << digitBits]int
		for _, v := range from {
			positions[intDigit(intKey(v), d)]++
		}
		position := 0
		for i, n := range positions {
			positions[i] = position
			position += n
		}
		for _, v := range from {
			i := intDigit(intKey(v), d)
			to[positions[i]] = v
			positions[i]++
		}
		from, to = to, from
	}
	if &from[0] != &values[0] {
		copy(values, from)
	}
	return scratch
}

// intKey maps a number to bits whose unsigned order is the order of the numbers.
func intKey(v int64) uint64 { return uint64(v) ^ 1<<63 }

func intDigit(k uint64, d int) uint64 { return k >> (d * digitBits) & (1<<digitBits - 1) }
