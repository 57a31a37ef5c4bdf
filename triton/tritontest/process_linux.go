package tritontest

import "syscall"

// ownGroup makes a process the first of a group and lets the kernel end it after the thread that started it.
func ownGroup() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGTERM}
}
