package stream

import (
	"syscall"
	"time"

	"github.com/prometheus/procfs"
	"golang.org/x/sys/unix"
)

// bootTime returns the nanoseconds since the machine started, those included for which it slept; 0 when it does not tell.
func bootTime() int64 {
	var t unix.Timespec
	if unix.ClockGettime(unix.CLOCK_BOOTTIME, &t) != nil {
		return 0
	}
	return t.Nano()
}

// processorTime returns the processor time that this process has used.
func processorTime() time.Duration {
	var usage syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &usage) != nil {
		return 0
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// machineTime returns the time for which the processors that this process may use had something to do, whoever it was for, and that which
// the host of a virtual machine took away from them included; 0 when the system does not tell.
func machineTime() time.Duration {
	var allowed unix.CPUSet
	if unix.SchedGetaffinity(0, &allowed) != nil {
		return 0
	}
	system, err := procfs.NewDefaultFS()
	if err != nil {
		return 0
	}
	s, err := system.Stat()
	if err != nil {
		return 0
	}
	seconds := 0.0
	for number, c := range s.CPU {
		if allowed.IsSet(int(number)) {
			seconds += c.User + c.Nice + c.System + c.IRQ + c.SoftIRQ + c.Steal
		}
	}
	return time.Duration(seconds * float64(time.Second))
}
