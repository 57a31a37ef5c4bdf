package gpuverify

import "fmt"

// tally holds the rules over all runs of an engine.
type tally struct {
	subject  string
	verdicts []*verdict // one for each rule
	worst    []float64
	runs     int
	samples  int
}

func newTally(subject string) *tally {
	t := &tally{subject: subject, worst: make([]float64, len(rules))}
	for _, r := range rules {
		t.verdicts = append(t.verdicts, newVerdict(r.name, subject, r.requires))
	}
	return t
}

// add applies every rule to a run.
func (t *tally) add(m *measured) {
	t.runs++
	t.samples += len(m.recording.Samples)
	for i, r := range rules {
		f := r.check(m)
		t.worst[i] = max(t.worst[i], f.worst)
		if f.fault != "" {
			t.verdicts[i].fail("%v, batch %d: %s", m.mode, m.batch, f.fault)
		}
	}
}

// checks are the outcomes, none of which says anything when there was no run.
func (t *tally) checks() []Check {
	var checks []Check
	for i, v := range t.verdicts {
		if t.runs == 0 {
			checks = append(checks, skip(v.check.Name, t.subject, v.check.Requires, "there was no run"))
			continue
		}
		v.figure("runs", float64(t.runs), "")
		v.figure("samples", float64(t.samples), "")
		v.figure(fmt.Sprintf("worst %s", rules[i].worst), t.worst[i], rules[i].unit)
		checks = append(checks, v.end())
	}
	return checks
}
