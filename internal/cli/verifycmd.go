package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/trtbench/trtbench/bench"
	"github.com/trtbench/trtbench/gpuverify"
	"github.com/trtbench/trtbench/record"
	"github.com/trtbench/trtbench/report"
	"github.com/trtbench/trtbench/trt"
)

// verifyFlags is the command line of the verify verb.
type verifyFlags struct {
	out      string
	quick    bool
	sanitize bool
	under    string // tool that this process was started under
	majors   []int
	model    modelFlags // what is needed to load TensorRT
}

func verifyCommand(process Process) *cobra.Command {
	var f verifyFlags
	cmd := &cobra.Command{
		Use:   "verify --onnx=FILE [--out=FOLDER]",
		Short: "Prove on this machine's GPU that what trtbench measures is true",
		Long: `verify builds engines of the reference model and of larger ones with every TensorRT that it finds, runs them in
every mode, checks what must hold, and writes the evidence as a page in Markdown and as JSON, named after device and
date. It takes minutes, and wants the GPU for itself.

The exit code is 3 when a check fails, and 5 when the verification could not be done to its end. What was done is kept.`,
		Example: `  trtbench verify --onnx=testdata/models/streaming_acoustic.onnx --library-path=/opt/TensorRT/lib --out=docs/evidence
  trtbench verify --onnx=testdata/models/streaming_acoustic.onnx --simulated --quick   # without a GPU: proves the path`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := f.finish(); err != nil {
				return usage(err)
			}
			if f.sanitize {
				return f.underSanitizer(cmd.Context(), process)
			}
			return f.verify(cmd.Context(), process)
		},
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.StringVar(&f.model.onnx, "onnx", "", "the reference model, testdata/models/streaming_acoustic.onnx of the project")
	flags.StringVar(&f.out, "out", ".", "folder for the page and the JSON file")
	flags.BoolVar(&f.quick, "quick", false, "run less, and shorter")
	flags.IntSliceVar(&f.majors, "majors", []int{10, 11}, "majors of TensorRT that are looked for")
	flags.BoolVar(&f.model.simulated, "simulated", false, "verify the path on the simulated device; the page says so")
	flags.BoolVar(&f.sanitize, "sanitize", false, "run under NVIDIA's compute-sanitizer, whose findings fail the verification")
	flags.StringVar(&f.under, "under", "", "name of the tool that this process was started under, which slows it: times are not judged")
	flags.StringSliceVar(&f.model.libraryPath, "library-path", nil, "folder or file where TensorRT, the CUDA runtime and ONNX Runtime are; may be repeated")
	flags.StringVar(&f.model.device, "device", "0", "CUDA device: its number, its UUID (GPU-…) or its PCI address (0000:3b:00.0)")
	return cmd
}

func (f *verifyFlags) finish() error {
	var faults []error
	if f.model.onnx == "" {
		faults = append(faults, errors.New("--onnx is missing; expected the reference model, testdata/models/streaming_acoustic.onnx of the project"))
	}
	if err := checkDevice(f.model.device); err != nil {
		faults = append(faults, fmt.Errorf("--device: %w", err))
	}
	for _, major := range f.majors {
		if major != 10 && major != 11 {
			faults = append(faults, fmt.Errorf("--majors has %d; expected 10 or 11", major))
		}
	}
	return errors.Join(faults...)
}

// verify verifies and keeps what was found after each stage.
func (f *verifyFlags) verify(ctx context.Context, process Process) (err error) {
	if err := os.MkdirAll(f.out, 0o755); err != nil {
		return fmt.Errorf("verify: %w", err)
	}
	folder, err := os.MkdirTemp("", "trtbench-verify-")
	if err != nil {
		return fmt.Errorf("verify: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	log := newQuietLogger(&report.Log{Out: process.Err, Err: process.Err})
	began := time.Now()
	files := evidenceFiles{folder: f.out}
	e, err := gpuverify.Run(ctx, gpuverify.Options{
		Majors: f.majors,
		Load: func(ctx context.Context, major int) (*trt.Library, error) {
			lib, err := loadLibrary(ctx, &f.model, f.model.simulated, major, log)
			if errors.Is(err, bench.ErrUnavailable) {
				err = errors.Unwrap(err) // the advice comes once, at the end
			}
			return lib, err
		},
		Device: f.model.device, ReferenceModel: f.model.onnx, Folder: folder, ONNXRuntime: f.model.libraryPath,
		Quick: f.quick, Tool: f.under, Argv: append([]string{"trtbench"}, process.Args...), Driver: f.driver(),
		Progress: func(stage string) { fmt.Fprintf(process.Err, "%6.1f s  %s\n", time.Since(began).Seconds(), stage) },
		Keep:     files.write,
	})
	if e == nil {
		return usage(err)
	}
	if files.base == "" { // there is nothing to verify
		return adviseWithoutGPU(err)
	}
	fmt.Fprintf(process.Out, "%d checks: %d passed, %d failed, %d skipped, %d noted\n%s.md\n%s.json\n", len(e.Checks),
		e.Count(gpuverify.Passed), e.Count(gpuverify.Failed), e.Count(gpuverify.Skipped), e.Count(gpuverify.Noted), files.base, files.base)
	switch {
	case e.Interrupted:
		return context.Cause(ctx)
	case err != nil:
		return &exitError{ExitInvalid, err}
	case e.Count(gpuverify.Failed) > 0:
		return &exitError{ExitThreshold, errors.New("verify: a check failed; the page says which")}
	}
	return nil
}

// driver is the version of NVIDIA's driver, where there is one.
func (f *verifyFlags) driver() string {
	if found := driverFinding(); found.Usable && !f.model.simulated {
		return found.Version
	}
	return ""
}

// evidenceFiles are the page and the JSON file of a verification, which are written again and again.
type evidenceFiles struct{ folder, base string }

var notInNames = regexp.MustCompile(`[^a-z0-9]+`)

// write writes both files, once the device is known. The first time it takes a name that is free.
func (f *evidenceFiles) write(e *gpuverify.Evidence) error {
	if f.base == "" {
		if len(e.Checks) == 0 && e.Failure != "" {
			return nil
		}
		name := strings.Trim(notInNames.ReplaceAllString(strings.ToLower(e.Device()), "-"), "-")
		plain := filepath.Join(f.folder, name+"-"+e.Started.Format(time.DateOnly))
		f.base = plain
		for n := 2; ; n++ {
			if _, err := os.Stat(f.base + ".json"); errors.Is(err, os.ErrNotExist) {
				break
			}
			f.base = fmt.Sprintf("%s-%d", plain, n)
		}
	}
	return errors.Join(
		record.WriteFile(f.base+".json", e.WriteJSON),
		record.WriteFile(f.base+".md", func(w io.Writer) error { return gpuverify.WritePage(w, e) }),
	)
}
