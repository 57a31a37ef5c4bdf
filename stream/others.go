package stream

import (
	"fmt"
	"time"

	"github.com/trtbench/trtbench/record"
)

// CodeBusy says that other programs had a part of the processors while a server in this process was measured.
const CodeBusy record.Code = "machine-busy"

// othersShare is the part of the processors' time that other programs may have without a word.
const othersShare = 0.05

// judgeOthers warns when other programs ran beside a server in this process. Of a server elsewhere nothing can be said: it may be one of
// them.
func (r *Recording) judgeOthers() {
	if r.Description.Serving != record.ServedHere && r.Description.Serving != record.ServedHereTravelled {
		return
	}
	most, at := 0.0, 0
	for i := range r.Points {
		p := &r.Points[i]
		if p.Scout || p.End <= p.Start {
			continue
		}
		if share := float64(p.Others) / float64(time.Duration(p.End-p.Start)) / float64(max(r.Environment.CPUs, 1)); share > most {
			most, at = share, p.Sessions
		}
	}
	if most > othersShare {
		r.Verdict.Warn(CodeBusy, fmt.Sprintf("other programs, or other machines on the same host, had %.0f %% of the time of the processors with %d streams", 100*most, at))
	}
}
