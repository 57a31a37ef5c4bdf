package library

import (
	"path/filepath"
	"slices"
)

// place is a folder or file to look at.
type place struct {
	origin string // the variable or option that named it, if any
	path   string
}

// systemFolders returns the folders where distributions and installers of NVIDIA put libraries.
func (h Host) systemFolders(spec Spec) []place {
	triplet, targets := "x86_64-linux-gnu", []string{"x86_64-linux"}
	if h.Arch == "arm64" {
		triplet, targets = "aarch64-linux-gnu", []string{"sbsa-linux", "aarch64-linux"}
	}
	folders := []string{"/usr/local/cuda/lib64"}
	for _, target := range targets {
		folders = append(folders, "/usr/local/cuda/targets/"+target+"/lib")
	}
	folders = append(folders, "/usr/local/cuda-*/lib64", "/usr/lib/"+triplet, "/lib/"+triplet, "/usr/lib64", "/usr/local/lib", "/usr/lib")
	folders = append(folders, spec.Folders...)

	var places []place
	if prefix := h.Getenv("CONDA_PREFIX"); prefix != "" {
		places = append(places, place{path: filepath.Join(prefix, "lib")})
	}
	for _, folder := range folders {
		path := h.system(folder)
		if !hasWildcard(folder) {
			places = append(places, place{path: path})
			continue
		}
		for _, match := range newestFirst(path) {
			places = append(places, place{path: match})
		}
	}
	return places
}

// projectFolders returns the folders that a checkout of this project downloads libraries to.
func (h Host) projectFolders() []place {
	var places []place
	for _, folder := range []string{h.WorkDir, h.Executable, filepath.Dir(h.Executable)} {
		if filepath.IsAbs(folder) {
			places = append(places, place{path: filepath.Join(folder, ".deps", "lib")})
			for _, match := range newestFirst(filepath.Join(folder, ".deps", "tensorrt-*")) {
				places = append(places, place{path: match})
			}
		}
	}
	return places
}

// wheelFolders returns where Python wheels have put a library, for every site-packages folder of the host.
func (h Host) wheelFolders(spec Spec) []place {
	var places []place
	for _, site := range h.sitePackages() {
		for _, folder := range spec.WheelFolders {
			places = append(places, place{path: filepath.Join(site, folder)})
		}
	}
	return places
}

// sitePackages returns the existing folders that Python installs packages to: active environments first, then the project's
// own, the user's, those of version managers and the system's. No interpreter is started.
func (h Host) sitePackages() []string {
	var prefixes []string
	add := func(base string, below ...string) {
		if base == "" {
			return
		}
		for _, folder := range below {
			prefixes = append(prefixes, filepath.Join(base, folder))
		}
	}
	add(h.Getenv("VIRTUAL_ENV"), "")
	add(h.Getenv("CONDA_PREFIX"), "")
	add(h.WorkDir, ".venv", "venv")
	add(h.Home, ".local")
	add(h.Getenv("PYENV_ROOT"), "versions/*")
	add(h.Home, ".pyenv/versions/*")
	for _, conda := range []string{"miniconda3", "miniforge3", "anaconda3"} {
		add(h.Home, conda, conda+"/envs/*")
	}
	add(h.system("/opt/conda"), "", "envs/*")
	add(h.system("/usr/local"), "")
	add(h.system("/usr"), "")

	var sites []string
	for _, prefix := range prefixes {
		for _, below := range []string{"lib/python3*/site-packages", "lib64/python3*/site-packages", "lib/python3*/dist-packages"} {
			sites = append(sites, newestFirst(filepath.Join(prefix, below))...)
		}
	}
	return withoutRepeats(sites)
}

// newestFirst returns the paths that match a pattern, the one with the highest version number first.
func newestFirst(pattern string) []string {
	matches, err := filepath.Glob(pattern)
	if err != nil {
		return nil // a name of the user that happens to be no pattern
	}
	slices.SortFunc(matches, func(a, b string) int { return compareVersions(b, a) })
	return matches
}

// withoutRepeats returns the paths with each folder kept once, at its first place.
func withoutRepeats(paths []string) []string {
	var kept []string
	seen := map[string]bool{}
	for _, path := range paths {
		if real := realPath(path); !seen[real] {
			seen[real] = true
			kept = append(kept, path)
		}
	}
	return kept
}

// realPath resolves symbolic links; a path that cannot be resolved stands for itself.
func realPath(path string) string {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		return real
	}
	return filepath.Clean(path)
}
