package cli

import (
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// optionRow is a row of the tables of docs/trtexec.md that say what becomes of an option.
type optionRow struct {
	section string
	options []string // without dashes and values
	status  string
}

var optionName = regexp.MustCompile("`--([A-Za-z][A-Za-z0-9-]*)")

// optionRows reads the tables of the sections in which every row ends with a status.
func optionRows(t *testing.T) []optionRow {
	t.Helper()
	text, err := os.ReadFile("../../docs/trtexec.md")
	require.NoError(t, err)
	var rows []optionRow
	section := ""
	for line := range strings.SplitSeq(string(text), "\n") {
		if heading, found := strings.CutPrefix(line, "## "); found {
			section = heading
			continue
		}
		switch section {
		case "Model", "Inference", "Reporting", "System", "What trtexec lacks", "Building":
		default:
			continue
		}
		if !strings.HasPrefix(line, "| `--") {
			continue
		}
		cells := strings.Split(strings.Trim(strings.ReplaceAll(line, `\|`, ""), "|"), "|")
		row := optionRow{section: section, status: strings.TrimSpace(cells[len(cells)-1])}
		if section == "What trtexec lacks" {
			row.status = "own"
		}
		for _, m := range optionName.FindAllStringSubmatch(cells[0], -1) {
			row.options = append(row.options, m[1])
		}
		rows = append(rows, row)
	}
	require.Greater(t, len(rows), 50)
	return rows
}

// runOptions returns the options of the run verb.
func runOptions() map[string]bool {
	options := map[string]bool{}
	runCommand(Process{Out: io.Discard, Err: io.Discard}).Flags().VisitAll(func(f *pflag.Flag) { options[f.Name] = true })
	return options
}

// TestDocumentedOptions keeps docs/trtexec.md true: what it says is taken is an option, what it says is not is none.
func TestDocumentedOptions(t *testing.T) {
	taken := runOptions()
	refused := map[string]bool{"useDLACore": true} // an option only to say why it is not taken
	documented := map[string]string{"verbose": "same", "help": "same"}
	for _, row := range optionRows(t) {
		for _, option := range row.options {
			if before, twice := documented[option]; twice && option != "verbose" {
				assert.Equal(t, before, row.status, "--%s stands in two rows", option)
			}
			documented[option] = row.status
			switch row.status {
			case "same", "better", "own":
				assert.True(t, taken[option], "--%s is documented as %s and is no option of trtbench run", option, row.status)
			case "planned":
				assert.False(t, taken[option], "--%s is documented as planned and is an option of trtbench run", option)
			case "not taken":
				assert.False(t, taken[option] && !refused[option], "--%s is documented as not taken and is an option of trtbench run", option)
				assert.True(t, refused[option] || refusedOptions[option] != "", "--%s is documented as not taken and nothing says why", option)
			default:
				assert.Fail(t, "unknown status", "--%s: %q", option, row.status)
			}
		}
	}
	for option := range taken {
		assert.NotEmpty(t, documented[option], "--%s is an option of trtbench run that docs/trtexec.md does not have", option)
	}
	for option := range refusedOptions {
		assert.Equal(t, "not taken", documented[option], "--%s is refused and docs/trtexec.md does not say so", option)
	}
}

// TestEveryTakenOptionHasAStory looks for each option that is taken in the scripts that show what it does.
func TestEveryTakenOptionHasAStory(t *testing.T) {
	scripts, err := filepath.Glob("testdata/script/*.txtar")
	require.NoError(t, err)
	var all strings.Builder
	for _, script := range scripts {
		text, err := os.ReadFile(script)
		require.NoError(t, err)
		all.Write(text)
	}
	stories := all.String()
	for _, row := range optionRows(t) {
		for _, option := range row.options {
			if row.status == "same" || row.status == "better" || row.status == "own" {
				assert.True(t, regexp.MustCompile(`--`+option+`\b`).MatchString(stories), "no script under testdata/script shows --%s", option)
			}
		}
	}
}

// TestHelpOfEveryVerb checks that every option of every verb says what it does.
func TestHelpOfEveryVerb(t *testing.T) {
	root := newRoot(Process{Out: io.Discard, Err: io.Discard})
	var visit func(*cobra.Command)
	visit = func(c *cobra.Command) {
		assert.NotEmpty(t, c.Short, c.CommandPath())
		c.Flags().VisitAll(func(f *pflag.Flag) {
			assert.NotEmpty(t, f.Usage, "%s --%s", c.CommandPath(), f.Name)
		})
		for _, sub := range c.Commands() {
			visit(sub)
		}
	}
	visit(root)
}
