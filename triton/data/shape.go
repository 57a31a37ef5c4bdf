package data

import (
	"fmt"
	"strconv"
	"strings"
)

// ParseShape reads the sizes of an input as perf_analyzer's --shape takes them, "name:8,16": without the batch, each 1 or more. A
// name may have colons.
func ParseShape(s string) (name string, shape []int64, err error) {
	colon := strings.LastIndexByte(s, ':')
	if colon <= 0 {
		return "", nil, fmt.Errorf("input data: shape %q, expected name:8,16", s)
	}
	for _, text := range strings.Split(s[colon+1:], ",") {
		size, err := strconv.ParseInt(text, 10, 64)
		if err != nil || size < 1 {
			return "", nil, fmt.Errorf("input data: shape %q: size %q, expected a whole number of 1 or more", s, text)
		}
		shape = append(shape, size)
	}
	return s[:colon], shape, nil
}
