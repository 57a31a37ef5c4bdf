package streamreport

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/trtbench/trtbench/record"
)

// Energy of processors is marked: it is not to be held against that of a GPU.
func TestEnergyOfProcessorsIsMarked(t *testing.T) {
	for kind, want := range map[record.DeviceKind]string{record.GPU: "1234", record.CPU: "1234 (CPU)"} {
		r := search()
		r.Points[2].Telemetry.Kind = kind
		var texts []string
		for _, cell := range whole(r).runs().Rows[0] {
			texts = append(texts, cell.Text)
		}
		assert.Contains(t, texts, want)
	}
}
