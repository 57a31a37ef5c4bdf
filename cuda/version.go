package cuda

import "fmt"

// Version is a CUDA version as the runtime counts it: 1000 × major + 10 × minor. Zero means unknown.
type Version int

// Major returns the part of the version that binary compatibility follows.
func (v Version) Major() int { return int(v) / 1000 }

// Minor returns the second part of the version.
func (v Version) Minor() int { return int(v) % 1000 / 10 }

// String returns the version as in "12.9".
func (v Version) String() string { return fmt.Sprintf("%d.%d", v.Major(), v.Minor()) }
