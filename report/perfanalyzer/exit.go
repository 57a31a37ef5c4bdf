package perfanalyzer

import "github.com/trtbench/trtbench/load"

// Exit codes of perf_analyzer.
const (
	ExitSuccess    = 0  // also when a limit was reached, or a later level was unstable, or the run was interrupted
	ExitUnstable   = 2  // the first level of a sweep never became stable
	ExitNoRequests = 3  // in one of the last windows no request was answered
	ExitFailed     = 99 // everything else, a wrong command line and a failed request among it
)

// ExitCode returns the exit code with which perf_analyzer would end, given what [load.Run] returned. The recording may be nil if err is
// not.
func ExitCode(r *load.Recording, err error) int {
	if err != nil || r == nil {
		return ExitFailed
	}
	if len(r.Points) == 0 {
		return ExitSuccess // interrupted before the first level
	}
	last := &r.Points[len(r.Points)-1]
	switch {
	case last.Unfinished || last.Stable:
		return ExitSuccess
	case last.Empty:
		return ExitNoRequests
	case len(r.Points) == 1:
		return ExitUnstable
	}
	return ExitSuccess
}
