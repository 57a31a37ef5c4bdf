package cli

import (
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// runRows are the rows of docs/trtexec.md that end with a status, with the long names of their options.
func runRows(t *testing.T) []optionRow {
	t.Helper()
	rows := slices.DeleteFunc(optionTable(t, "../../docs/trtexec.md", 50), func(r optionRow) bool {
		return !slices.Contains([]string{"Model", "Inference", "Reporting", "System", "What trtexec lacks", "Building"}, r.section)
	})
	for i := range rows {
		rows[i].options = slices.DeleteFunc(rows[i].options, func(name string) bool { return len(name) == 1 })
	}
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
	for _, row := range runRows(t) {
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
	for _, row := range runRows(t) {
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
