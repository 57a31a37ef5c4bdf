// Package compare tells whether one run is faster than another: for each figure the difference with the interval in which it
// lies, a state, and the reason for it. It reads recordings, times files and console logs, and never touches a device.
package compare
