package perfanalyzer

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/load"
)

// Every block of settings is that of the real perf_analyzer with the same command line.
func TestSettingsVectors(t *testing.T) {
	for _, v := range vectors(t, ".txt") {
		t.Run(v.name(), func(t *testing.T) {
			_, want, found := strings.Cut(v.text(t, ".txt"), "*** Measurement Settings ***\n")
			require.True(t, found)
			want, _, found = strings.Cut(want, "\n\n")
			if !found { // the run failed at once
				want = strings.TrimSuffix(want, "\n")
			}
			var out, log strings.Builder
			s := v.settings(t)
			require.NoError(t, NewText(&out, &log, Options{Decoupled: v.decoupled()}).Settings(&s))
			assert.Equal(t, "*** Measurement Settings ***\n"+want+"\n\n", out.String())
			assert.Empty(t, log.String())
		})
	}
}

var clientTimeLine = regexp.MustCompile(`Avg gRPC time: \d+ usec \(\(un\)marshal request/response \d+ usec \+ response wait \d+ usec\)`)

// The text of the requests that the real perf_analyzer made is the one that it printed, apart from the times of its client library.
func TestTextVectors(t *testing.T) {
	for _, v := range vectors(t, ".json") {
		t.Run(v.name(), func(t *testing.T) {
			want := v.text(t, ".txt")
			_, want, _ = strings.Cut(want, "*** Measurement") // what was read from files stands before
			var out, log strings.Builder
			require.NoError(t, WriteText(&out, &log, v.recording(t), Options{Decoupled: v.decoupled()}))
			same := func(text string) string { return clientTimeLine.ReplaceAllString(text, "Avg gRPC time") }
			assert.Equal(t, same("*** Measurement"+want), same(out.String()))
			assert.NotContains(t, log.String(), "Failed")
		})
	}
}

// The CSV of the same requests has the header and the figures of the real one.
func TestCSVVectors(t *testing.T) {
	// Cells that come from the client library's times: they are not in the recording.
	inexact := []string{columnClientSend, columnClientRecv, columnNetwork}
	compared := 0
	for _, v := range vectors(t, ".json") {
		want := v.text(t, ".csv")
		if want == "" {
			continue
		}
		compared++
		t.Run(v.name(), func(t *testing.T) {
			var out strings.Builder
			written, err := WriteCSV(&out, v.recording(t), Options{Decoupled: v.decoupled()})
			require.NoError(t, err)
			assert.True(t, written)
			wantLines, lines := strings.Split(want, "\n"), strings.Split(out.String(), "\n")
			require.Len(t, lines, len(wantLines))
			require.Equal(t, wantLines[0], lines[0])
			cells, wantCells := strings.Split(lines[1], ","), strings.Split(wantLines[1], ",")
			for i, name := range strings.Split(lines[0], ",") {
				if !slices.Contains(inexact, name) {
					assert.Equal(t, wantCells[i], cells[i], name)
				}
			}
		})
	}
	assert.Equal(t, 5, compared)
}

// What is exported of the requests of a real export is the real export, where that has no tensors.
func TestExportVectors(t *testing.T) {
	for _, v := range vectors(t, ".json") {
		t.Run(v.name(), func(t *testing.T) {
			var out strings.Builder
			require.NoError(t, WriteExport(&out, v.recording(t), Options{}))
			if v.decoupled() {
				return // all answers' times are not in a recording
			}
			var want, got any
			require.NoError(t, json.Unmarshal([]byte(v.text(t, ".json")), &want))
			require.NoError(t, json.Unmarshal([]byte(out.String()), &got))
			if v.generation == load.Compat2402 {
				assert.Equal(t, v.text(t, ".json"), out.String())
			}
			assert.Equal(t, withoutTensors(want), withoutTensors(got))
		})
	}
}

// withoutTensors empties the objects of tensors.
func withoutTensors(value any) any {
	switch v := value.(type) {
	case []any:
		for i := range v {
			v[i] = withoutTensors(v[i])
		}
	case map[string]any:
		for name := range v {
			switch name {
			case "request_inputs":
				v[name] = map[string]any{}
			case "response_outputs":
				v[name] = slices.Repeat([]any{map[string]any{}}, len(v[name].([]any)))
			default:
				v[name] = withoutTensors(v[name])
			}
		}
	}
	return value
}
