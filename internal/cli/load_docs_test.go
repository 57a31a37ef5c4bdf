package cli

import (
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/spf13/pflag"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// loadRow is a row of the tables of docs/perf_analyzer.md that say what becomes of an option.
type loadRow struct {
	options []string // long names, and letters
	status  string
}

var loadOptionName = regexp.MustCompile("`--?([A-Za-z][A-Za-z0-9-]*)")

func loadRows(t *testing.T) []loadRow {
	t.Helper()
	text, err := os.ReadFile("../../docs/perf_analyzer.md")
	require.NoError(t, err)
	var rows []loadRow
	section := ""
	for line := range strings.SplitSeq(string(text), "\n") {
		if heading, found := strings.CutPrefix(line, "## "); found {
			section = heading
		}
		if !strings.HasPrefix(line, "| `-") {
			continue
		}
		cells := strings.Split(strings.Trim(strings.ReplaceAll(line, `\|`, ""), "|"), "|")
		row := loadRow{status: strings.TrimSpace(cells[len(cells)-1])}
		if section == "What perf_analyzer lacks" {
			row.status = "own"
		}
		for _, m := range loadOptionName.FindAllStringSubmatch(cells[0], -1) {
			row.options = append(row.options, m[1])
		}
		rows = append(rows, row)
	}
	require.Greater(t, len(rows), 40)
	return rows
}

// loadOptions returns the options of the load verb by their names and letters. The names of perf_analyzer's letters are our own.
func loadOptions() map[string]*pflag.Flag {
	options := map[string]*pflag.Flag{}
	loadCommand(Process{Out: io.Discard, Err: io.Discard}).Flags().VisitAll(func(f *pflag.Flag) {
		options[f.Name] = f
		if f.Shorthand != "" {
			options[f.Shorthand] = f
		}
	})
	return options
}

// TestDocumentedLoadOptions keeps docs/perf_analyzer.md true: what it says is taken is an option, what it says is not is none and says why.
func TestDocumentedLoadOptions(t *testing.T) {
	taken := loadOptions()
	documented := map[*pflag.Flag]string{taken["help"]: "same"}
	refused := map[string]bool{}
	for _, row := range loadRows(t) {
		for _, option := range row.options {
			flag := taken[option]
			switch row.status {
			case "same", "better", "own":
				if assert.NotNil(t, flag, "%s is documented as %s and is no option of trtbench load", option, row.status) {
					documented[flag] = row.status
				}
			case "not taken":
				assert.Nil(t, flag, "%s is documented as not taken and is an option of trtbench load", option)
				name := option
				if long, letter := refusedLoadLetters[option]; letter {
					name = long
				}
				assert.NotEmpty(t, refusedLoadOptions[name], "%s is documented as not taken and nothing says why", option)
				refused[name] = true
			default:
				assert.Fail(t, "unknown status", "%s: %q", option, row.status)
			}
		}
	}
	for name, flag := range taken {
		assert.NotEmpty(t, documented[flag], "%s is an option of trtbench load that docs/perf_analyzer.md does not have", name)
	}
	for option := range refusedLoadOptions {
		assert.True(t, refused[option], "%s is refused and docs/perf_analyzer.md does not say so", option)
	}
}

// TestEveryLoadOptionHasAStory looks for each option that is taken in the scripts that show what it does.
func TestEveryLoadOptionHasAStory(t *testing.T) {
	scripts, err := filepath.Glob("testdata/script/load*.txtar")
	require.NoError(t, err)
	var all strings.Builder
	for _, script := range scripts {
		text, err := os.ReadFile(script)
		require.NoError(t, err)
		all.Write(text)
	}
	stories := all.String()
	for _, row := range loadRows(t) {
		for _, option := range row.options {
			dashes := "--"
			if len(option) == 1 {
				dashes = "-"
			}
			if row.status != "not taken" {
				assert.True(t, regexp.MustCompile(` `+dashes+option+`\b`).MatchString(stories), "no script shows %s%s", dashes, option)
			}
		}
	}
}
