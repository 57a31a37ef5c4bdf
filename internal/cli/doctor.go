package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/trtbench/trtbench/record"
)

// finding is what the doctor says about one part that measuring needs.
type finding struct {
	Part    string   `json:"part"`
	Version string   `json:"version,omitempty"`
	Path    string   `json:"path,omitempty"`
	Usable  bool     `json:"usable"`
	Problem string   `json:"problem,omitempty"` // why it is not usable
	Fix     string   `json:"fix,omitempty"`     // what to do about it
	Tried   []string `json:"tried,omitempty"`   // places searched in vain
}

// diagnosis is what the doctor found on this machine.
type diagnosis struct {
	Build    record.Build `json:"trtbench"`
	Findings []finding    `json:"findings"`
	Advice   []string     `json:"advice"` // what can be measured here
	usable   bool         // whether anything can be
}

// doctorFlags is the command line of the doctor verb.
type doctorFlags struct {
	libraryPath []string
	simulated   bool
	json        bool
	verbose     bool
}

func doctorCommand(process Process) *cobra.Command {
	var f doctorFlags
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "Say which libraries and devices are here, and what to do about those that are not",
		Long: `doctor looks for the NVIDIA driver, NVML, the CUDA runtime, TensorRT and ONNX Runtime where
run would look for them, opens what it finds and prints versions. It exits with 1 when nothing
can be measured here.`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			d := f.diagnose(cmd.Context())
			if err := f.write(process.Out, d); err != nil {
				return err
			}
			if !d.usable {
				return &exitError{ExitFailed, errReported}
			}
			return nil
		},
	}
	flags := cmd.Flags()
	flags.StringSliceVar(&f.libraryPath, "library-path", nil, "folder or file to search first; may be repeated")
	flags.BoolVar(&f.simulated, "simulated", false, "look at the simulated device instead, compiling it if needed")
	flags.BoolVar(&f.json, "json", false, "print JSON")
	flags.BoolVarP(&f.verbose, "verbose", "v", false, "list every place that was searched")
	return cmd
}

func (f *doctorFlags) diagnose(ctx context.Context) *diagnosis {
	d := &diagnosis{Build: record.ThisBuild()}
	if f.simulated {
		d.Findings = simulatedFindings(ctx)
		d.usable = usable(d.Findings, partTensorRT)
		d.Advice = append(d.Advice, "simulated engines can be run: trtbench run --loadEngine=PLAN.sim.json (their times are invented)")
		return d
	}
	d.Findings = append(d.Findings, driverFinding())
	d.Findings = append(d.Findings, cudaFindings(f.libraryPath)...)
	d.Findings = append(d.Findings, tensorrtFindings(f.libraryPath)...)
	d.Findings = append(d.Findings, onnxFinding(f.libraryPath))
	d.advise()
	return d
}

// advise says what can be measured with what was found.
func (d *diagnosis) advise() {
	gpu := usable(d.Findings, partDevice) && usable(d.Findings, partTensorRT)
	onnx := usable(d.Findings, partONNXRuntime)
	d.usable = gpu || onnx
	say := func(text string) { d.Advice = append(d.Advice, text) }
	if gpu {
		say("TensorRT engines can be measured: trtbench run --loadEngine=model.plan")
	} else {
		say("TensorRT engines cannot be measured here: they need a GPU with its driver, the CUDA runtime and TensorRT")
	}
	if onnx {
		say("ONNX models can be measured on the CPU: trtbench run --onnx=model.onnx")
	} else {
		say("ONNX models cannot be measured here: ONNX Runtime is missing")
	}
	say("simulated engines can be run where a C++ compiler is: trtbench doctor --simulated")
}

func usable(findings []finding, part string) bool {
	for _, f := range findings {
		if f.Part == part && f.Usable {
			return true
		}
	}
	return false
}

func (f *doctorFlags) write(w io.Writer, d *diagnosis) error {
	if f.json {
		enc := json.NewEncoder(w)
		enc.SetIndent("", "  ")
		return enc.Encode(d)
	}
	var text strings.Builder
	fmt.Fprintf(&text, "trtbench %s\n\n", d.Build.Version)
	for _, found := range d.Findings {
		found.write(&text, f.verbose)
	}
	text.WriteString("\nOn this machine:\n")
	for _, advice := range d.Advice {
		fmt.Fprintf(&text, "  %s\n", advice)
	}
	_, err := io.WriteString(w, text.String())
	return err
}

func (f *finding) write(w *strings.Builder, verbose bool) {
	mark := "ok"
	if !f.Usable {
		mark = "--"
	}
	fmt.Fprintf(w, "%s %-15s %s", mark, f.Part, f.Version)
	if f.Path != "" {
		fmt.Fprintf(w, " (%s)", f.Path)
	}
	w.WriteByte('\n')
	if f.Problem != "" {
		fmt.Fprintf(w, "   %-15s %s\n", "", f.Problem)
	}
	if f.Fix != "" {
		fmt.Fprintf(w, "   %-15s to fix it, %s\n", "", f.Fix)
	}
	if verbose {
		for _, place := range f.Tried {
			fmt.Fprintf(w, "   %-15s tried %s\n", "", place)
		}
	}
}
