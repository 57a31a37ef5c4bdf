package library

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// object describes an ELF file to write: one header and one segment.
type object struct {
	machine elf.Machine
	kind    elf.Type
	segment uint64 // bytes of the file that the segment claims
}

// sharedObject returns an object that a program on arch could load.
func sharedObject(arch string) object {
	return object{machine: machineOf(arch), kind: elf.ET_DYN, segment: 120}
}

func (o object) bytes(t testing.TB) []byte {
	t.Helper()
	header := elf.Header64{
		Type: uint16(o.kind), Machine: uint16(o.machine), Version: uint32(elf.EV_CURRENT),
		Phoff: 64, Ehsize: 64, Phentsize: 56, Phnum: 1, Shentsize: 64,
	}
	copy(header.Ident[:], elf.ELFMAG)
	header.Ident[elf.EI_CLASS] = byte(elf.ELFCLASS64)
	header.Ident[elf.EI_DATA] = byte(elf.ELFDATA2LSB)
	header.Ident[elf.EI_VERSION] = byte(elf.EV_CURRENT)
	var file bytes.Buffer
	require.NoError(t, binary.Write(&file, binary.LittleEndian, header))
	require.NoError(t, binary.Write(&file, binary.LittleEndian,
		elf.Prog64{Type: uint32(elf.PT_LOAD), Filesz: o.segment, Memsz: o.segment}))
	return file.Bytes()
}

// object32 is the header of a 32-bit library.
func object32(t testing.TB) []byte {
	t.Helper()
	header := elf.Header32{
		Type: uint16(elf.ET_DYN), Machine: uint16(elf.EM_386), Version: uint32(elf.EV_CURRENT), Ehsize: 52, Shentsize: 40,
	}
	copy(header.Ident[:], elf.ELFMAG)
	header.Ident[elf.EI_CLASS] = byte(elf.ELFCLASS32)
	header.Ident[elf.EI_DATA] = byte(elf.ELFDATA2LSB)
	header.Ident[elf.EI_VERSION] = byte(elf.EV_CURRENT)
	var file bytes.Buffer
	require.NoError(t, binary.Write(&file, binary.LittleEndian, header))
	return file.Bytes()
}

func TestCheck(t *testing.T) {
	good := sharedObject("amd64").bytes(t)
	tests := []struct {
		name    string
		content []byte
		arch    string
		outcome Outcome
		detail  string
	}{
		{"library", good, "amd64", Usable, ""},
		{"library for arm64", sharedObject("arm64").bytes(t), "arm64", Usable, ""},
		{"other processor", sharedObject("arm64").bytes(t), "amd64", WrongArchitecture,
			"built for AArch64 64-bit, this program runs on x86-64 64-bit"},
		{"unnamed processor", object{machine: elf.EM_S390, kind: elf.ET_DYN}.bytes(t), "amd64", WrongArchitecture,
			"built for EM_S390 64-bit, this program runs on x86-64 64-bit"},
		{"32-bit", object32(t), "amd64", WrongArchitecture, "built for x86 32-bit, this program runs on x86-64 64-bit"},
		{"program", object{machine: elf.EM_X86_64, kind: elf.ET_EXEC}.bytes(t), "amd64", NotALibrary,
			"ELF file of type ET_EXEC, expected a shared object"},
		{"cut in a segment", object{machine: elf.EM_X86_64, kind: elf.ET_DYN, segment: 4096}.bytes(t), "amd64", Damaged,
			"cut short: a segment ends at byte 4096 of 120"},
		{"cut in the header", good[:40], "amd64", Damaged, ""},
		{"only the magic", good[:4], "amd64", Damaged, ""},
		{"empty", nil, "amd64", NotALibrary, "no ELF header in 0 bytes"},
		{"linker script", []byte("INPUT(libcudart.so.13)\n"), "amd64", NotALibrary, "no ELF header in 23 bytes"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "libcudart.so.13")
			require.NoError(t, os.WriteFile(path, test.content, 0o644))
			outcome, detail := check(path, test.arch)
			assert.Equal(t, test.outcome, outcome)
			if test.detail != "" || outcome == Usable {
				assert.Equal(t, test.detail, detail)
			} else {
				assert.NotEmpty(t, detail)
			}
		})
	}
}

func TestCheckOfWhatIsNoFile(t *testing.T) {
	folder := t.TempDir()
	outcome, _ := check(filepath.Join(folder, "missing"), "amd64")
	assert.Equal(t, NoSuchFile, outcome)
	outcome, _ = check(folder, "amd64")
	assert.Equal(t, IsFolder, outcome)
	outcome, detail := check(os.DevNull, "amd64")
	assert.Equal(t, NotALibrary, outcome)
	assert.NotEmpty(t, detail)
}

func FuzzCheck(f *testing.F) {
	f.Add(sharedObject("amd64").bytes(f))
	f.Add(object32(f))
	f.Add([]byte(elf.ELFMAG))
	f.Fuzz(func(t *testing.T, content []byte) {
		path := filepath.Join(t.TempDir(), "lib")
		require.NoError(t, os.WriteFile(path, content, 0o644))
		outcome, _ := check(path, "amd64")
		if outcome == Usable {
			assert.True(t, bytes.HasPrefix(content, []byte(elf.ELFMAG)))
		}
	})
}
