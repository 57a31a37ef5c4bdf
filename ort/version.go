package ort

import (
	"debug/elf"
	"fmt"
	"strconv"
	"strings"
)

// interfaceVersion is the version of ONNX Runtime's interface that the binding was written for. Version 1.N of the library
// offers the interfaces 1 to N.
const interfaceVersion = 24

// fileVersion reads the version of ONNX Runtime out of its shared library without loading it: official builds mark
// their symbols with it, as in "VERS_1.32.0". A build without the mark has the version "".
func fileVersion(path string) (string, error) {
	file, err := elf.Open(path)
	if err != nil {
		return "", err
	}
	defer file.Close()
	marks, err := file.DynamicVersions()
	if err != nil {
		return "", nil // no table of versions
	}
	for _, mark := range marks {
		if version, ok := strings.CutPrefix(mark.Name, "VERS_"); ok {
			return version, nil
		}
	}
	return "", nil
}

// checkVersion refuses a library that is too old. An unknown version passes: the library itself refuses then.
func checkVersion(version string) error {
	major, rest, _ := strings.Cut(version, ".")
	minor, _, _ := strings.Cut(rest, ".")
	m, errMajor := strconv.Atoi(major)
	n, errMinor := strconv.Atoi(minor)
	if errMajor != nil || errMinor != nil || m > 1 || m == 1 && n >= interfaceVersion {
		return nil
	}
	return fmt.Errorf("this is ONNX Runtime %s, version 1.%d or newer is needed", version, interfaceVersion)
}
