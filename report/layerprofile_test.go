package report

import (
	"bytes"
	"encoding/json"
	"math"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/profile"
)

// readCalls collects the calls of a vector: pairs of a name and a time.
func readCalls(t *testing.T, text string) *profile.Profile {
	t.Helper()
	var vector struct {
		Calls [][2]json.RawMessage `json:"calls"`
	}
	require.NoError(t, json.Unmarshal([]byte(text), &vector))
	var c profile.Collector
	for _, call := range vector.Calls {
		var name string
		var ms float32
		require.NoError(t, json.Unmarshal(call[0], &name))
		require.NoError(t, json.Unmarshal(call[1], &ms))
		c.Layer(name, ms)
	}
	return c.Profile()
}

func profileText(t *testing.T, p *profile.Profile, auxStreams int) string {
	t.Helper()
	var out bytes.Buffer
	log := &Log{Out: &out, Err: &out}
	LayerProfile(log, p, auxStreams)
	require.NoError(t, log.Failed())
	lines := strings.Split(out.String(), "\n")
	for i, line := range lines {
		lines[i] = stamp.ReplaceAllString(line, "")
	}
	return strings.Join(lines, "\n")
}

func profileJSON(t *testing.T, p *profile.Profile) string {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, WriteProfile(&out, p))
	require.True(t, json.Valid(out.Bytes()), out.String())
	return out.String()
}

// The real trtexec printed and exported the calls beside its output.
func TestProfileVectors(t *testing.T) {
	files, err := filepath.Glob(vectors + "profile/*.layers.json")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		base := "profile/" + strings.TrimSuffix(filepath.Base(file), ".layers.json")
		t.Run(base, func(t *testing.T) {
			p := readCalls(t, readVector(t, base+".layers.json"))
			assert.Equal(t, readVector(t, base+".v10.txt"), profileText(t, p, 0))
			assert.Equal(t, readVector(t, base+".v11.txt"), profileText(t, p, 0))
			assert.Equal(t, readVector(t, base+".export.json"), profileJSON(t, p))
		})
	}
}

// Two layers of 0.75 and 0.25 ms are what the simulated engine behind these vectors reported.
func TestProfileExports(t *testing.T) {
	for file, passes := range map[string]int{"profile.v10.json": 3, "profile.v11.json": 5} {
		var c profile.Collector
		for range passes {
			c.Layer("conv1", 0.75)
			c.Layer("relu1", 0.25)
		}
		assert.Equal(t, readVector(t, "exports/"+file), profileJSON(t, c.Profile()), file)
	}
}

func TestReadProfileRepeatsTrtexecsFile(t *testing.T) {
	for _, name := range []string{"exports/profile.v10.json", "exports/profile.v11.json", "profile/p1-three-layers.export.json"} {
		want := readVector(t, name)
		p, err := ReadProfile(strings.NewReader(want))
		require.NoError(t, err, name)
		assert.Equal(t, want, profileJSON(t, p), name)
	}
}

func TestProfileOfAFileLacksTheMedianOfThePasses(t *testing.T) {
	p, err := ReadProfile(strings.NewReader(readVector(t, "exports/profile.v10.json")))
	require.NoError(t, err)
	assert.Equal(t, `[I] 
[I] === Profile (3 iterations ) ===
[I]    Time(ms)     Avg.(ms)   Median(ms)   Time(%)   Layer
[I]        2.25       0.7500       0.7500      75.0   conv1
[I]        0.75       0.2500       0.2500      25.0   relu1
[I]        3.00       1.0000            -     100.0   Total
[I] 
`, profileText(t, p, 0))
}

func TestLayersWithoutTime(t *testing.T) {
	var c profile.Collector
	for range 2 {
		c.Layer("conv", 1)
		c.Layer("shape", 0)
		c.EndPass()
	}
	p := c.Profile()
	assert.NotContains(t, profileText(t, p, 0), "shape")
	assert.Contains(t, profileJSON(t, p), `, { "name" : "shape", "timeMs" : 0, "averageMs" : 0, "medianMs" : 0, "percentage" : 0 }`)

	var idle profile.Collector
	idle.Layer("shape", 0)
	assert.Equal(t, "[\n  { \"count\" : 1 }\n, { \"name\" : \"shape\", \"timeMs\" : 0, \"averageMs\" : 0, \"medianMs\" : 0, \"percentage\" : 0 }\n]\n",
		profileJSON(t, idle.Profile()))
	assert.Contains(t, profileText(t, idle.Profile(), 0), "0.00       0.0000       0.0000     100.0   Total")
}

func TestLayerNames(t *testing.T) {
	for name, want := range map[string]string{
		`/model/conv1/Conv + PWN(a<b>&c)`: `"/model/conv1/Conv + PWN(a<b>&c)"`,
		"{ForeignNode[größe]}":            `"{ForeignNode[größe]}"`,
		"a \"quoted\" \\ name\n":          `"a \"quoted\" \\ name\n"`,
		"broken \xff":                     `"broken \ufffd"`,
		"":                                `""`,
		"50%d":                            `"50%d"`,
	} {
		var c profile.Collector
		c.Layer(name, 1)
		text := profileJSON(t, c.Profile())
		assert.Contains(t, text, `"name" : `+want+`,`)
		p, err := ReadProfile(strings.NewReader(text))
		require.NoError(t, err)
		assert.Equal(t, strings.ToValidUTF8(name, "\ufffd"), p.Layers[0].Name)
		assert.Contains(t, profileText(t, c.Profile(), 0), "100.0   "+name+"\n")
	}
}

func TestAuxiliaryStreamsWarn(t *testing.T) {
	var c profile.Collector
	c.Layer("a", 1)
	assert.Regexp(t, `^\[W\] profile-aux-streams 2: .+\n\[I\] \n`, profileText(t, c.Profile(), 2))
}

func TestProfileWithoutNumbersIsStillJSON(t *testing.T) {
	var c profile.Collector
	c.Layer("a", float32(math.NaN()))
	c.Layer("b", float32(math.Inf(1)))
	assert.Contains(t, profileJSON(t, c.Profile()), "null")
}

func TestReadProfileRefuses(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"empty", "", "it is empty"},
		{"an object", "{}", "begins with {"},
		{"an empty array", "[]", `"count" of 0 or more is missing`},
		{"a times file", "[" + oneRecord + "}]", `"count" of 0 or more is missing`},
		{"a negative count", `[{"count":-1}]`, `"count" of 0 or more is missing`},
		{"a layer without a name", `[{"count":1},{"timeMs":1}]`, `record 2, which ends at byte 25: "name" is missing`},
		{"a layer without a time", `[{"count":1},{"name":"a"}]`, `"timeMs" is missing`},
		{"a time of null", `[{"count":1},{"name":"a","timeMs":null}]`, `"timeMs" is missing`},
		{"an unescaped name", `[{"count":1},{"name":"a "b"","timeMs":1}]`, "trtexec does not escape names"},
		{"a share of nothing", `[{"count":1},{"name":"a","timeMs":0,"percentage":-nan}]`, "writes nan"},
		{"cut short", `[{"count":1},{"name":"a","timeMs":1}`, "cut short after 2 records"},
		{"more after the end", `[{"count":1}]]`, "more text after the end"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := ReadProfile(strings.NewReader(c.text))
			require.Error(t, err)
			assert.Contains(t, err.Error(), "report: profile: ")
			assert.Contains(t, err.Error(), c.want)
		})
	}
}

func FuzzReadProfile(f *testing.F) {
	for _, text := range []string{"", "[]", `[{"count":1}]`, `[{"count":2},{"name":"a\"b","timeMs":1,"averageMs":0.5,"medianMs":0.5,"percentage":100}]`} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		p, err := ReadProfile(bytes.NewReader(text))
		if err != nil {
			return
		}
		var once, twice bytes.Buffer
		require.NoError(t, WriteProfile(&once, p))
		again, err := ReadProfile(bytes.NewReader(once.Bytes()))
		require.NoError(t, err)
		require.NoError(t, WriteProfile(&twice, again))
		require.Equal(t, once.String(), twice.String())
	})
}
