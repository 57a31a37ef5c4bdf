package telemetry

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/trtbench/trtbench/record"
)

// PowercapFolder is where Linux shows the energy counters of processors, of Intel and AMD, to those who may read them.
const PowercapFolder = "/sys/class/powercap"

// Processor reads the energy that the packages of all processors of the machine used, cores, caches and memory controllers included, by
// the counters called RAPL. It is a [Source]; the caller closes it.
type Processor struct {
	packages []*energyFile
}

var _ Source = (*Processor)(nil)

// OpenProcessor opens the counters below a folder, by custom [PowercapFolder]. The error wraps fs.ErrNotExist where there are none, and
// fs.ErrPermission where this user may not read them.
func OpenProcessor(folder string) (*Processor, error) {
	p := &Processor{}
	zones, err := filepath.Glob(filepath.Join(folder, "intel-rapl:*"))
	if err != nil {
		return nil, fmt.Errorf("telemetry: processor: %w", err)
	}
	for _, zone := range zones {
		name, err := os.ReadFile(filepath.Join(zone, "name"))
		if err != nil || !strings.HasPrefix(string(name), "package") { // zones within packages, and of the whole board
			continue
		}
		f, err := openEnergy(zone)
		if err != nil {
			return nil, errors.Join(fmt.Errorf("telemetry: processor: %w", err), p.Close())
		}
		p.packages = append(p.packages, f)
	}
	if len(p.packages) == 0 {
		return nil, fmt.Errorf("telemetry: processor: no energy counter of a package below %s: %w", folder, fs.ErrNotExist)
	}
	return p, nil
}

// Describe is part of [Source].
func (p *Processor) Describe() Description {
	return Description{Reader: "RAPL", Kind: record.CPU, Device: fmt.Sprintf("CPU (%d packages)", len(p.packages)), Notes: []string{
		"energy of the processors as a whole, whatever runs on them, this program included; without memory and the rest of the machine"}}
}

// Read is part of [Source]. It reads the energy alone.
func (p *Processor) Read(r *Reading) error {
	sum := 0.0
	for _, f := range p.packages {
		joules, err := f.read()
		if err != nil {
			return err
		}
		sum += joules
	}
	r.EnergyJoules = sum
	return nil
}

// Close closes the counters.
func (p *Processor) Close() error {
	var errs []error
	for _, f := range p.packages {
		errs = append(errs, f.file.Close())
	}
	p.packages = nil
	return errors.Join(errs...)
}

// energyFile is the counter of a package. It begins anew when it reaches its range, after some minutes under load.
type energyFile struct {
	file   *os.File
	span   uint64 // µJ after which it begins anew; 0: unknown
	last   uint64
	before uint64   // µJ of the times that it began anew
	text   [32]byte // that was read
}

func openEnergy(zone string) (*energyFile, error) {
	file, err := os.Open(filepath.Join(zone, "energy_uj"))
	if err != nil {
		return nil, err
	}
	f := &energyFile{file: file}
	if text, err := os.ReadFile(filepath.Join(zone, "max_energy_range_uj")); err == nil {
		f.span, _ = strconv.ParseUint(strings.TrimSpace(string(text)), 10, 64) // unknown when it is no number
	}
	if _, err := f.read(); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return f, nil
}

// read returns joules since some instant. It does not allocate.
func (f *energyFile) read() (float64, error) {
	n, err := f.file.ReadAt(f.text[:], 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return 0, err
	}
	microjoules, ok := digits(f.text[:n])
	if !ok {
		return 0, fmt.Errorf("telemetry: %s holds %q; expected a number of µJ", f.file.Name(), f.text[:n])
	}
	if microjoules < f.last {
		f.before += f.span
	}
	f.last = microjoules
	return float64(f.before+microjoules) / 1e6, nil
}

// digits reads a whole number that a line end may follow.
func digits(text []byte) (n uint64, ok bool) {
	for _, c := range text {
		if c == '\n' {
			break
		}
		if c < '0' || c > '9' || n > (1<<64-10)/10 {
			return 0, false
		}
		n, ok = 10*n+uint64(c-'0'), true
	}
	return n, ok
}
