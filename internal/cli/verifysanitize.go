package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

// sanitizer is NVIDIA's checker of memory accesses on the device.
const sanitizer = "compute-sanitizer"

// sanitizerFindings is the exit code by which the sanitizer says that it found something; the command has no such code.
const sanitizerFindings = 99

// underSanitizer runs the same command line under the sanitizer. Its report lies beside the page.
func (f *verifyFlags) underSanitizer(ctx context.Context, process Process) error {
	tool, err := findSanitizer()
	if err != nil {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return fmt.Errorf("verify: %w", err)
	}
	if err := os.MkdirAll(f.out, 0o755); err != nil {
		return fmt.Errorf("verify: %w", err)
	}
	log := filepath.Join(f.out, "sanitizer-"+time.Now().Format("2006-01-02-150405")+".log")
	args := []string{"--tool=memcheck", "--report-api-errors=no", // a verification makes allocations fail on purpose
		fmt.Sprintf("--error-exitcode=%d", sanitizerFindings), "--log-file=" + log, self}
	for _, arg := range process.Args {
		if !strings.HasPrefix(arg, "--sanitize") {
			args = append(args, arg)
		}
	}
	command := exec.CommandContext(ctx, tool, append(args, "--under="+sanitizer)...)
	command.Stdout, command.Stderr = process.Out, process.Err
	command.Cancel = func() error { return command.Process.Signal(syscall.SIGTERM) } // it ends cleanly and keeps its evidence
	err = command.Run()
	var ended *exec.ExitError
	switch {
	case errors.As(err, &ended) && ended.ExitCode() == sanitizerFindings:
		return &exitError{ExitThreshold, fmt.Errorf("verify: %s found something: see %s", sanitizer, log)}
	case errors.As(err, &ended) && ended.ExitCode() > 0:
		return &exitError{ended.ExitCode(), errReported}
	case err != nil:
		return fmt.Errorf("verify: %s: %w", tool, err)
	}
	fmt.Fprintf(process.Out, "%s found nothing: %s\n", sanitizer, log)
	return nil
}

// findSanitizer looks where the CUDA toolkit puts the sanitizer.
func findSanitizer() (string, error) {
	places := []string{sanitizer, "/usr/local/cuda/bin/" + sanitizer, "/usr/local/cuda/compute-sanitizer/" + sanitizer}
	at := slices.IndexFunc(places, func(place string) bool { _, err := exec.LookPath(place); return err == nil })
	if at < 0 {
		return "", fmt.Errorf("verify: %s is not here; tried %s in $PATH and %s: install the CUDA toolkit, or cuda-sanitizer, or leave --sanitize out",
			sanitizer, sanitizer, strings.Join(places[1:], ", "))
	}
	return places[at], nil
}
