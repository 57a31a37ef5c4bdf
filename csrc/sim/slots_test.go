package sim

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

// slotRow is a row of a table of slots in the C++ sources.
type slotRow struct {
	method          string
	slot10, since10 int
	slot11, since11 int
}

var (
	tableText = regexp.MustCompile(`(?s)SlotRow> rows = \{(.*?)\};\s+static const Interface interface\("([IV]\w+)", rows\);`)
	rowText   = regexp.MustCompile(`\{"(\w+|~D\d)", (-?\d+), (\d+), (-?\d+), (\d+), slot\([\w:<>]+\)\}`)
)

// slotTables reads the tables out of the sources.
func slotTables(t *testing.T) map[string][]slotRow {
	t.Helper()
	tables := map[string][]slotRow{}
	for _, file := range files(".cc") {
		text, err := sources.ReadFile(file)
		require.NoError(t, err)
		for _, table := range tableText.FindAllStringSubmatch(string(text), -1) {
			rows := rowText.FindAllStringSubmatch(table[1], -1)
			require.Len(t, rows, strings.Count(table[1], "{\""), "%s: a row of another form in %s", table[2], file)
			for _, r := range rows {
				n := make([]int, 4)
				for i := range n {
					n[i], err = strconv.Atoi(r[2+i])
					require.NoError(t, err)
				}
				tables[table[2]] = append(tables[table[2]], slotRow{r[1], n[0], n[1], n[2], n[3]})
			}
		}
	}
	return tables
}

// In every known version, each row's method stands at its slot, and is absent before the minor that brought it.
func TestSlotsAgreeWithTensorRT(t *testing.T) {
	text, err := os.ReadFile("../../testdata/abi/tensorrt-slots.json")
	require.NoError(t, err)
	var facts map[string]map[string][]struct {
		Slot int    `json:"slot"`
		Name string `json:"name"`
	}
	require.NoError(t, json.Unmarshal(text, &facts))
	tables := slotTables(t)
	for _, name := range []string{
		"VRuntime", "VCudaEngine", "VExecutionContext", "VEngineInspector", "VHostMemory", "VRuntimeConfig", "VSerializationConfig",
		"VBuilder", "VBuilderConfig", "VNetworkDefinition", "VTensor", "VLayer", "VOptimizationProfile", "VTimingCache", "IParser",
		"IParserError",
	} {
		require.Contains(t, tables, name)
	}
	for version, interfaces := range facts {
		parts := strings.Split(version, ".")
		minor, err := strconv.Atoi(parts[1])
		require.NoError(t, err)
		for name, rows := range tables {
			known := map[int]string{}
			for _, fact := range interfaces[name] {
				known[fact.Slot] = fact.Name
			}
			for _, row := range rows {
				slot, since := row.slot10, row.since10
				if parts[0] == "11" {
					slot, since = row.slot11, row.since11
				}
				if name == "VNetworkDefinition" && strings.HasPrefix(version, "10.8.") && slot >= 63 {
					slot++ // that version alone had one method more there
				}
				switch {
				case slot < 0:
				case minor < since:
					assert.NotEqual(t, row.method, known[slot], "%s %s: slot %d exists before 10.%d", version, name, slot, since)
				default:
					assert.Equal(t, row.method, known[slot], "%s %s: slot %d", version, name, slot)
				}
			}
		}
	}
}
