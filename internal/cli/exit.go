package cli

import (
	"context"
	"errors"
)

// Exit codes of the command. They are part of its interface.
const (
	ExitOK          = 0
	ExitFailed      = 1   // something did not work: a file, a library, a device
	ExitUsage       = 2   // the command line is wrong, whatever the files that it names
	ExitThreshold   = 3   // a limit that was asked for is not kept
	ExitRegression  = 4   // a comparison found a regression
	ExitInvalid     = 5   // the run ended, but its figures must not be used
	ExitInterrupted = 130 // stopped by a signal before its end; what was measured is reported
)

// exitError is an error that ends the command with a code of its own.
type exitError struct {
	code  int
	cause error
}

func (e *exitError) Error() string { return e.cause.Error() }
func (e *exitError) Unwrap() error { return e.cause }

// usage marks an error as a fault of the command line.
func usage(err error) error {
	if err == nil {
		return nil
	}
	return &exitError{ExitUsage, err}
}

// exitCode returns the code with which an error ends the command.
func exitCode(err error) int {
	var exit *exitError
	switch {
	case err == nil:
		return ExitOK
	case errors.As(err, &exit):
		return exit.code
	case errors.Is(err, context.Canceled):
		return ExitInterrupted
	default:
		return ExitFailed
	}
}

// errReported ends a command whose report has already said what is wrong.
var errReported = errors.New("")
