package report

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/bench"
)

const oneRecord = `{"startEnqMs":1,"endEnqMs":1.5,"startH2dMs":2,"endH2dMs":3,"startComputeMs":4,"endComputeMs":6,"startD2hMs":7,"endD2hMs":7.25`

func TestReadTimesFillsInDurations(t *testing.T) {
	for _, c := range []struct {
		name, more string
		want       bench.Timing
	}{
		{"differences of positions", ``,
			bench.Timing{Start: 2, ComputeStart: 4, End: 7.25, Enqueue: 0.5, H2D: 1, Compute: 2, D2H: 0.25}},
		{"stated ones win", `,"h2dMs":1.25,"computeMs":2.5,"d2hMs":0.5,"enqueueMs":0.75`,
			bench.Timing{Start: 2, ComputeStart: 4, End: 7.25, Enqueue: 0.75, H2D: 1.25, Compute: 2.5, D2H: 0.5}},
		{"null is not stated", `,"computeMs":null,"stream":3,"more":{"of":["it"]}`,
			bench.Timing{Start: 2, ComputeStart: 4, End: 7.25, Enqueue: 0.5, H2D: 1, Compute: 2, D2H: 0.25}},
	} {
		t.Run(c.name, func(t *testing.T) {
			trace := parseTimes(t, "["+oneRecord+c.more+"}]")
			require.Equal(t, 1, trace.Len())
			assert.Equal(t, c.want, trace.Timing(0))
		})
	}
}

func TestReadTimesRefuses(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"empty", "", "it is empty"},
		{"no JSON", "hello", "no JSON"},
		{"a binary file", "\x00\x01\x02", "no JSON"},
		{"an object", "{}", "begins with {"},
		{"a number", "12", "begins with 12"},
		{"cut in a record", "[" + oneRecord, "record 1"},
		{"cut between records", "[" + oneRecord + "}", "cut short after 1 records"},
		{"more after the end", "[] []", "more text after the end"},
		{"a key missing", `[{"startEnqMs":1}]`, `record 1, which ends at byte 17: "endEnqMs" is missing`},
		{"a position of null", "[" + strings.Replace(oneRecord, "1.5", "null", 1) + "}]", `"endEnqMs" is missing`},
		{"text for a number", "[" + strings.Replace(oneRecord, "1.5", `"x"`, 1) + "}]", "record 1"},
		{"a number too large", "[" + strings.Replace(oneRecord, "1.5", "1e99", 1) + "}]", "record 1"},
		{"a profile", `[{"count":3}]`, "is missing"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := ReadTimes(strings.NewReader(c.text))
			require.Error(t, err)
			assert.Contains(t, err.Error(), "report: times file: ")
			assert.Contains(t, err.Error(), c.want)
		})
	}
}

func FuzzReadTimes(f *testing.F) {
	for _, text := range []string{"", "[]", "[" + oneRecord + "}]", "[" + oneRecord + `,"computeMs":3e38,"d2hMs":3e38}]`, `[{"count":1}]`} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		trace, err := ReadTimes(bytes.NewReader(text))
		if err != nil {
			return
		}
		var again bytes.Buffer
		require.NoError(t, WriteTimes(&again, trace, -time.Hour))
		require.True(t, json.Valid(again.Bytes()), again.String())
		copied, err := ReadTimes(&again)
		require.NoError(t, err)
		require.LessOrEqual(t, copied.Len(), trace.Len()) // what starts before 0 is warm-up
	})
}
