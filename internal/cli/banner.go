package cli

import (
	"errors"
	"fmt"
	"strings"

	"github.com/trtbench/trtbench/record"
	"github.com/trtbench/trtbench/report"
)

// banner names what measures in the lines that begin and end a run, in the form of trtexec's: library and program, then the version
// without points, so that what looks for "&&&& PASSED" finds it.
type banner struct{ program, version string }

// begin writes the line that begins a run, once.
func (f *runFlags) begin(log *report.Log, d record.Description, argv []string) {
	if f.banner != (banner{}) {
		return
	}
	library := strings.ReplaceAll(d.Backend, " ", "")
	f.banner = banner{library + ".trtbench", fmt.Sprintf("%s v%s", d.Backend, d.Version)}
	log.Status("RUNNING", f.banner.program, f.banner.version, argv)
}

// end writes the line that ends a run, and returns what went wrong in it.
func (f *runFlags) end(log *report.Log, argv []string, err error) error {
	err = errors.Join(err, f.model.unsaved())
	state := "PASSED"
	if err != nil {
		state = "FAILED"
	}
	log.Status(state, f.banner.program, f.banner.version, argv)
	return errors.Join(err, log.Failed())
}

// failed ends the log of a run that could not measure as trtexec ends it, for scripts that look for the line. A wrong command line
// has no such line, unless the run had begun.
func (f *runFlags) failed(log *report.Log, argv []string, err error) error {
	if f.banner == (banner{}) {
		if exitCode(err) == ExitUsage {
			return err
		}
		f.banner = banner{"TensorRT.trtbench", "trtbench " + record.ThisBuild().Version}
		if f.model.engine == "" && !f.builds {
			f.banner.program = "ONNXRuntime.trtbench"
		}
	}
	log.Status("FAILED", f.banner.program, f.banner.version, argv)
	return errors.Join(err, f.model.unsaved())
}
