package csrc

import (
	"encoding/json"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// slot is a place in a virtual table as testdata/abi/tensorrt-slots.json tells it.
type slot struct {
	Slot      int    `json:"slot"`
	Name      string `json:"name"`
	Signature string `json:"signature"`
}

func readSlots(t *testing.T) map[string]map[string][]slot {
	t.Helper()
	data, err := os.ReadFile("../testdata/abi/tensorrt-slots.json")
	require.NoError(t, err)
	var slots map[string]map[string][]slot
	require.NoError(t, json.Unmarshal(data, &slots))
	require.NotEmpty(t, slots)
	return slots
}

func TestMethodsMatchKnownVersions(t *testing.T) {
	for version, interfaces := range readSlots(t) {
		t.Run(version, func(t *testing.T) {
			number := versionNumber(t, version)
			for _, m := range Methods() {
				want := -1
				for _, s := range interfaces[m.Interface] {
					if s.Name == m.Name && (m.Name == "~D0" || plainSignature(s) == m.Result+" "+m.Parameters+m.Qualifier) {
						want = s.Slot
					}
				}
				assert.Equal(t, want, m.Slot(number), "%s::%s%s", m.Interface, m.Name, m.Parameters)
			}
		})
	}
}

func TestCallbacksMatchKnownVersions(t *testing.T) {
	for version, interfaces := range readSlots(t) {
		t.Run(version, func(t *testing.T) {
			number := versionNumber(t, version)
			for _, m := range Callbacks() {
				want := -1
				for _, s := range interfaces[m.Interface] {
					if s.Name == m.Name {
						want = s.Slot
					}
				}
				assert.Equal(t, want, m.Slot(number), "%s::%s", m.Interface, m.Name)
			}
		})
	}
}

// The facts list only some minors, so a guard could be one minor too early without their noticing. These are the others.
func TestMethodGuardsBetweenKnownVersions(t *testing.T) {
	guards := map[string]int{
		"deserializeCudaEngineV2": 7, "createRuntimeConfig": 11, "getEngineStat": 14, "getAliasedInputTensor": 15,
		"setUnfusedTensorsDebugState": 12, "getDeviceMemorySizeV2": 1, "setDeviceMemoryV2": 1, "getProfileTensorValuesV2": 11,
	}
	for _, m := range Methods() {
		if since, ok := guards[m.Name]; ok {
			assert.Equal(t, -1, m.Slot(100000+100*(since-1)), "%s in 10.%d", m.Name, since-1)
			assert.Equal(t, m.Slot10, m.Slot(100000+100*since), "%s in 10.%d", m.Name, since)
			assert.Equal(t, m.Slot11, m.Slot(110000), "%s in 11.0", m.Name)
		}
	}
}

func TestMethodsAreUnknownOutsideOfMajors(t *testing.T) {
	for _, m := range Methods() {
		for _, version := range []int{0, 10300, 90000, 120000} {
			assert.Equal(t, -1, m.Slot(version), "%s in %d", m.Name, version)
		}
	}
}

func TestValues(t *testing.T) {
	names := map[[2]string]bool{}
	for _, v := range Values() {
		name := [2]string{v.Enumeration, v.Name}
		assert.False(t, names[name], "%s::%s is in the table twice", v.Enumeration, v.Name)
		names[name] = true
		assert.Equal(t, v.Value11, v.In(110400), "%v", v)
		assert.Equal(t, v.Value10, v.In(101600), "%v", v)
		if v.Since10 > 0 {
			assert.Equal(t, -1, v.In(100000+100*(v.Since10-1)), "%v", v)
		}
		for _, version := range []int{0, 10300, 90000, 120000} {
			assert.Equal(t, -1, v.In(version), "%v in %d", v, version)
		}
	}
	assert.NotEmpty(t, names)
}

func TestAbsentMethod(t *testing.T) {
	for i, want := range Methods() {
		got, absent := AbsentMethod(-1000 - i)
		assert.True(t, absent)
		assert.Equal(t, want, got)
	}
	for _, status := range []int{OK, Failed, Refused, -999, -1000 - len(Methods()), 700} {
		_, absent := AbsentMethod(status)
		assert.False(t, absent, "status %d", status)
	}
}

func TestCheckVersion(t *testing.T) {
	tests := map[string]struct {
		version int
		path    string
		fault   string // empty: accepted
	}{
		"10":              {101501, "/lib/libnvinfer.so.10", ""},
		"11":              {110201, "/lib/libnvinfer.so.11.2.1", ""},
		"no major named":  {110201, "/lib/libnvinfer.so", ""},
		"12":              {120000, "/lib/libnvinfer.so.12", "TensorRT 12.0 is newer than this trtbench knows (10, 11)"},
		"RTX":             {10300, "/lib/libtensorrt_rtx.so.1", "TensorRT-RTX"},
		"8.6":             {8601, "/lib/libnvinfer.so.8", "TensorRT before 10"},
		"nonsense":        {-1, "/lib/libnvinfer.so.10", "version number -1"},
		"wrong file name": {110201, "/lib/libnvinfer.so.10", "named for TensorRT 10 and says it is 11.2.1"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			err := CheckVersion(test.version, test.path)
			if test.fault == "" {
				assert.NoError(t, err)
			} else {
				assert.ErrorContains(t, err, test.fault)
			}
		})
	}
}

// versionNumber turns "10.13.3" into 101303.
func versionNumber(t *testing.T, version string) int {
	t.Helper()
	number, scale := 0, 10000
	for part := range strings.SplitSeq(version, ".") {
		n, err := strconv.Atoi(part)
		require.NoError(t, err)
		number += n * scale
		scale /= 100
	}
	return number
}

var parameterName = regexp.MustCompile(`([*&\s])\w+$`)

// plainSignature returns a signature as "result (types)const", without the method's and the parameters' names.
func plainSignature(s slot) string {
	result, rest, _ := strings.Cut(s.Signature, s.Name+"(")
	end := strings.LastIndex(rest, ")")
	if end < 0 {
		return s.Signature
	}
	var types []string
	for parameter := range strings.SplitSeq(rest[:end], ", ") {
		plain := strings.TrimSpace(parameterName.ReplaceAllString(parameter, "$1"))
		if plain == "const" || plain == "" {
			plain = parameter
		}
		types = append(types, plain)
	}
	return strings.TrimSpace(result) + " (" + strings.Join(types, ", ") + ")" + strings.TrimSpace(rest[end+1:])
}
