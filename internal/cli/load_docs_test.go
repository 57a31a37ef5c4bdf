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

// loadRows are the rows of docs/perf_analyzer.md, which end with a status.
func loadRows(t *testing.T) []optionRow {
	t.Helper()
	return optionTable(t, "../../docs/perf_analyzer.md", 40)
}

// TestDocumentedLoadOptions keeps docs/perf_analyzer.md true: what it says is taken is an option, what it says is not is none and says why.
func TestDocumentedLoadOptions(t *testing.T) {
	taken := optionsOf(loadCommand(Process{Out: io.Discard, Err: io.Discard}))
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
