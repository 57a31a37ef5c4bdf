package cli

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"github.com/stretchr/testify/require"
)

// optionRow is a row of a table in docs that says what becomes of options.
type optionRow struct {
	section string
	options []string // names and letters, without dashes and values
	cells   []string // behind the first
	status  string   // the last cell; "own" where the section says so for all its rows
}

var optionName = regexp.MustCompile("`--?([A-Za-z][A-Za-z0-9-]*)")

// optionTable reads the tables of a document whose rows begin with an option, of which there are at least so many.
func optionTable(t *testing.T, path string, least int) []optionRow {
	t.Helper()
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	var rows []optionRow
	section := ""
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		if heading, found := strings.CutPrefix(line, "## "); found {
			section = heading
		}
		if !strings.HasPrefix(line, "| `-") {
			continue
		}
		cells := strings.Split(strings.Trim(strings.ReplaceAll(line, `\|`, ""), "|"), "|")
		row := optionRow{section: section}
		for _, m := range optionName.FindAllStringSubmatch(cells[0], -1) {
			row.options = append(row.options, m[1])
		}
		for _, cell := range cells[1:] {
			row.cells = append(row.cells, strings.TrimSpace(cell))
		}
		require.NotEmpty(t, row.cells, line)
		row.status = row.cells[len(row.cells)-1]
		if strings.HasPrefix(section, "What ") && strings.HasSuffix(section, " lacks") {
			row.status = "own"
		}
		rows = append(rows, row)
	}
	require.GreaterOrEqual(t, len(rows), least)
	return rows
}

// optionsOf returns the options of a verb by their names and letters.
func optionsOf(verb *cobra.Command) map[string]*pflag.Flag {
	options := map[string]*pflag.Flag{}
	verb.InitDefaultHelpFlag()
	verb.Flags().VisitAll(func(f *pflag.Flag) {
		options[f.Name] = f
		if f.Shorthand != "" {
			options[f.Shorthand] = f
		}
	})
	return options
}
