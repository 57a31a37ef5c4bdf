//go:build !linux

package stream

import "time"

// bootTime returns 0: the system does not tell.
func bootTime() int64 { return 0 }

// processorTime returns 0: the system does not tell.
func processorTime() time.Duration { return 0 }

// machineTime returns 0: the system does not tell.
func machineTime() time.Duration { return 0 }
