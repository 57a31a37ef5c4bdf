package cli

import (
	"io"
	"strings"
	"testing"

	"github.com/spf13/pflag"
	"github.com/stretchr/testify/assert"
)

// TestDocumentedStreamOptions keeps the table of options in docs/streaming.md true, defaults included.
func TestDocumentedStreamOptions(t *testing.T) {
	taken := optionsOf(streamCommand(Process{Out: io.Discard, Err: io.Discard}))
	documented := map[*pflag.Flag]bool{taken["help"]: true}
	for _, row := range optionTable(t, "../../docs/streaming.md", 40) {
		if row.section != "Options" {
			continue
		}
		for _, option := range row.options {
			flag := taken[option]
			if !assert.NotNil(t, flag, "%s is documented and is no option of trtbench stream", option) {
				continue
			}
			documented[flag] = true
			switch value := flag.DefValue; value {
			case "", "0", "false", "[]":
			default:
				assert.True(t, strings.HasPrefix(row.cells[0], strings.TrimSuffix(value, "s")), "--%s is %s by default; docs/streaming.md says %s", option, value, row.cells[0])
			}
		}
	}
	for name, flag := range taken {
		assert.True(t, documented[flag], "%s is an option of trtbench stream that docs/streaming.md does not have", name)
	}
}
