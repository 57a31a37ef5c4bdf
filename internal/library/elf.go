package library

import (
	"debug/elf"
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// check says whether the file at path is a shared library that a program of the given GOARCH can load.
func check(path, arch string) (Outcome, string) {
	file, err := os.Open(path)
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return NoSuchFile, ""
		}
		return Unreadable, cause(err)
	}
	defer file.Close()
	info, err := file.Stat()
	switch {
	case err != nil:
		return Unreadable, cause(err)
	case info.IsDir():
		return IsFolder, ""
	case !info.Mode().IsRegular():
		return NotALibrary, fmt.Sprintf("a %s", info.Mode().Type())
	}
	return checkELF(file, info.Size(), arch)
}

// checkELF judges an ELF file of the given size in bytes.
func checkELF(file *os.File, size int64, arch string) (Outcome, string) {
	magic := make([]byte, len(elf.ELFMAG))
	if n, err := file.ReadAt(magic, 0); err != nil || string(magic[:n]) != elf.ELFMAG {
		return NotALibrary, fmt.Sprintf("no ELF header in %d bytes", size)
	}
	object, err := elf.NewFile(file)
	if err != nil {
		return Damaged, err.Error()
	}
	defer object.Close()
	if want := machineOf(arch); object.Machine != want || object.Class != elf.ELFCLASS64 {
		return WrongArchitecture, fmt.Sprintf("built for %s, this program runs on %s",
			describe(object.Machine, object.Class), describe(want, elf.ELFCLASS64))
	}
	if object.Type != elf.ET_DYN {
		return NotALibrary, fmt.Sprintf("ELF file of type %s, expected a shared object", object.Type)
	}
	for _, segment := range object.Progs {
		if end := segment.Off + segment.Filesz; segment.Type == elf.PT_LOAD && (end < segment.Off || end > uint64(size)) {
			return Damaged, fmt.Sprintf("cut short: a segment ends at byte %d of %d", end, size)
		}
	}
	return Usable, ""
}

// machineOf returns the ELF machine of a GOARCH, EM_NONE for one on which there is no CUDA.
func machineOf(arch string) elf.Machine {
	switch arch {
	case "amd64":
		return elf.EM_X86_64
	case "arm64":
		return elf.EM_AARCH64
	}
	return elf.EM_NONE
}

func describe(machine elf.Machine, class elf.Class) string {
	bits := "unknown word size"
	switch class {
	case elf.ELFCLASS32:
		bits = "32-bit"
	case elf.ELFCLASS64:
		bits = "64-bit"
	}
	names := map[elf.Machine]string{
		elf.EM_X86_64:  "x86-64",
		elf.EM_386:     "x86",
		elf.EM_AARCH64: "AArch64",
		elf.EM_ARM:     "ARM",
		elf.EM_PPC64:   "POWER",
		elf.EM_RISCV:   "RISC-V",
	}
	name, ok := names[machine]
	if !ok {
		name = machine.String()
	}
	return name + " " + bits
}

// cause strips the path that errors of package os repeat.
func cause(err error) string {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err.Error()
	}
	return err.Error()
}
