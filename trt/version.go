package trt

import "fmt"

// Version is a version of TensorRT.
type Version struct {
	Major, Minor, Patch int
	Build               int // 0 when unknown
}

// String is the version without its build number, as in "10.15.1".
func (v Version) String() string { return fmt.Sprintf("%d.%d.%d", v.Major, v.Minor, v.Patch) }

// Same reports whether two versions are alike up to the build number. An engine runs on the version that built it.
func (v Version) Same(w Version) bool {
	return v.Major == w.Major && v.Minor == w.Minor && v.Patch == w.Patch
}

// versionOf takes apart major·10000 + minor·100 + patch.
func versionOf(number, build int) Version {
	return Version{Major: number / 10000, Minor: number / 100 % 100, Patch: number % 100, Build: build}
}
