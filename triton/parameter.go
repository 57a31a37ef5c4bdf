package triton

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// ParseParameter reads a parameter of requests as perf_analyzer's --request-parameter takes it, "name:value:type", where type is
// string, int or bool. Only the value may have colons.
func ParseParameter(s string) (name string, value any, err error) {
	first, last := strings.IndexByte(s, ':'), strings.LastIndexByte(s, ':')
	if first <= 0 || first == last {
		return "", nil, fmt.Errorf("triton: parameter %q, expected name:value:type", s)
	}
	text, typ := s[first+1:last], s[last+1:]
	switch typ {
	case "string":
		value = text
	case "int":
		value, err = strconv.ParseInt(text, 10, 64)
	case "bool":
		value, err = strconv.ParseBool(text)
	default:
		return "", nil, fmt.Errorf("triton: parameter %q: type %q, expected string, int or bool", s, typ)
	}
	if err != nil {
		return "", nil, fmt.Errorf("triton: parameter %q: %q is no %s", s, text, typ)
	}
	if err := checkParameter(s[:first], value); err != nil {
		return "", nil, fmt.Errorf("triton: %w", err)
	}
	return s[:first], value, nil
}

// reservedParameters are set by the client itself.
var reservedParameters = []string{"sequence_id", "sequence_start", "sequence_end", "binary_data_output", finalResponse, wantFinalResponse}

const (
	finalResponse     = "triton_final_response"
	wantFinalResponse = "triton_enable_empty_final_response"
)

func checkParameter(name string, value any) error {
	if name == "" || slices.Contains(reservedParameters, name) {
		return fmt.Errorf("parameter %q cannot be set", name)
	}
	switch v := value.(type) {
	case string, int64, bool:
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Errorf("parameter %q is %v", name, v)
		}
	default:
		return fmt.Errorf("parameter %q is a %T, expected string, int64, bool or float64", name, value)
	}
	return nil
}
