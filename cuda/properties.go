package cuda

import "fmt"

// Properties describes a device.
type Properties struct {
	Name                 string
	UUID                 UUID
	PCI                  string // domain:bus:device.function
	ComputeCapability    Capability
	Multiprocessors      int
	MemoryBytes          uint64  // all of it
	ClockMHz             float64 // of the multiprocessors, at most
	MemoryClockMHz       float64 // at most
	MemoryBusBits        int
	L2Bytes              uint64
	MaxPersistingL2Bytes uint64 // what SetPersistingL2 can set aside; 0 when the device cannot
	CopyEngines          int    // copies that can run beside each other and beside work
	Integrated           bool   // shares its memory with the host
	ManagedMemory        bool   // AllocManaged works
	ECC                  bool   // error correction is on
}

// Capability is a compute capability.
type Capability struct{ Major, Minor int }

// String returns the capability as in "9.0".
func (c Capability) String() string { return fmt.Sprintf("%d.%d", c.Major, c.Minor) }

// Numbers of enum cudaDeviceAttr; the same in CUDA 12 and 13.
const (
	attrClockRate       = 13 // kHz
	attrMultiprocessors = 16
	attrIntegrated      = 18
	attrECC             = 32
	attrMemoryClockRate = 36 // kHz
	attrMemoryBusWidth  = 37 // bits
	attrL2Size          = 38
	attrCopyEngines     = 40
	attrCapabilityMajor = 75
	attrCapabilityMinor = 76
	attrManagedMemory   = 83
	attrMaxPersistingL2 = 108
)

// Properties asks the device for all of its properties.
func (d *Device) Properties() (Properties, error) {
	var p Properties
	var err error
	if p.Name, p.UUID, err = d.identity(); err != nil {
		return p, err
	}
	err = d.do("cudaDeviceGetPCIBusId", func(device int) (status int) {
		p.PCI, status = d.lib.rt.DevicePCI(device)
		return status
	})
	if err != nil {
		return p, err
	}
	memory, err := d.Memory()
	if err != nil {
		return p, err
	}
	p.MemoryBytes = memory.Total

	a := attributes{device: d}
	p.ComputeCapability = Capability{a.get(attrCapabilityMajor), a.get(attrCapabilityMinor)}
	p.Multiprocessors = a.get(attrMultiprocessors)
	p.ClockMHz = float64(a.get(attrClockRate)) / 1000
	p.MemoryClockMHz = float64(a.get(attrMemoryClockRate)) / 1000
	p.MemoryBusBits = a.get(attrMemoryBusWidth)
	p.L2Bytes = uint64(a.get(attrL2Size))
	p.MaxPersistingL2Bytes = uint64(a.get(attrMaxPersistingL2))
	p.CopyEngines = a.get(attrCopyEngines)
	p.Integrated = a.get(attrIntegrated) != 0
	p.ManagedMemory = a.get(attrManagedMemory) != 0
	p.ECC = a.get(attrECC) != 0
	return p, a.err
}

// attributes asks for one attribute after the other and keeps the first error.
type attributes struct {
	device *Device
	err    error
}

func (a *attributes) get(attribute int) (value int) {
	if a.err != nil {
		return 0
	}
	a.err = a.device.do("cudaDeviceGetAttribute", func(device int) (status int) {
		value, status = a.device.lib.rt.DeviceAttribute(device, attribute)
		return status
	})
	if a.err != nil {
		a.err = fmt.Errorf("%w: attribute %d", a.err, attribute)
	}
	return value
}
