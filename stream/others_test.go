package stream

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/trtbench/trtbench/record"
)

func TestOtherProgramsAreTold(t *testing.T) {
	second := int64(time.Second)
	quiet := Point{Sessions: 10, Start: second, End: 2 * second, Others: 90 * time.Millisecond}
	loud := Point{Sessions: 20, Start: second, End: 2 * second, Others: 300 * time.Millisecond}
	scout := Point{Sessions: 30, Start: second, End: 2 * second, Others: 2 * time.Second, Scout: true}
	never := Point{Sessions: 40, Others: time.Second}
	for name, c := range map[string]struct {
		serving record.Serving
		points  []Point
		want    string
	}{
		"quiet":     {record.ServedHere, []Point{quiet, scout, never}, ""},
		"loud":      {record.ServedHere, []Point{quiet, loud, quiet}, "other programs, or other machines on the same host, had 15 % of the time of the processors with 20 streams"},
		"travelled": {record.ServedHereTravelled, []Point{loud}, "15 %"},
		"elsewhere": {record.ServedByTriton, []Point{loud}, ""},
	} {
		r := Recording{Points: c.points}
		r.Description.Serving, r.Environment.CPUs = c.serving, 2
		r.judgeOthers()
		if c.want == "" {
			assert.Empty(t, r.Verdict.Reasons, name)
		} else if assert.Len(t, r.Verdict.Reasons, 1, name) {
			assert.Equal(t, CodeBusy, r.Verdict.Reasons[0].Code)
			assert.Contains(t, r.Verdict.Reasons[0].Evidence, c.want, name)
		}
	}
}

// The clocks of a real system go forward, and that of the whole machine at least as fast as that of this process.
func TestMachineTime(t *testing.T) {
	before, own := machineTime(), processorTime()
	if before == 0 {
		t.Skip("the system does not tell")
	}
	for processorTime()-own < 100*time.Millisecond {
	}
	const ticks = 40 * time.Millisecond // of which the system counts
	assert.Greater(t, machineTime()-before+ticks, processorTime()-own)
}
