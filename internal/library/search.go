package library

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// search is one search in progress.
type search struct {
	host   Host
	spec   Spec
	result Result
	seen   map[string]bool // real paths of the folders and files looked at
	open   func(path string) error
	opened bool
	all    bool // go on after the first usable library
}

func (h Host) newSearch(spec Spec, open func(string) error) *search {
	return &search{host: h, spec: spec, result: Result{Spec: spec}, seen: map[string]bool{}, open: open}
}

func (s *search) finish(found bool) (Result, error) {
	if !found {
		return s.result, &NotFoundError{Spec: s.spec, Attempts: s.result.Attempts}
	}
	return s.result, nil
}

// run tries one source after the other until one of them settles the search.
func (s *search) run(paths []string) {
	h := s.host
	explicit := s.named("--library-path", paths)
	explicit = append(explicit, s.named(EnvPath, filepath.SplitList(h.Getenv(EnvPath)))...)
	if s.try(SourceExplicit, explicit) || s.refused() {
		return
	}
	if pinned := filepath.SplitList(h.Getenv(s.spec.Env)); len(pinned) > 0 {
		s.try(SourceEnv, s.named(s.spec.Env, pinned))
		return
	}
	if s.try(SourceLoader, s.named("", filepath.SplitList(h.Getenv("LD_LIBRARY_PATH")))) ||
		s.try(SourceSystem, h.systemFolders(s.spec)) ||
		s.try(SourceProject, h.projectFolders()) ||
		s.try(SourceWheel, h.wheelFolders(s.spec)) {
		return
	}
	s.tryFiles(SourceCache, s.cachedFiles())
}

// refused says that what the user pointed at is of no use: going on would quietly take another library.
func (s *search) refused() bool {
	if s.all && len(s.result.Candidates) > 0 {
		return false
	}
	return slices.ContainsFunc(s.result.Attempts, func(a Attempt) bool { return a.Outcome != NothingThere })
}

func (s *search) note(source Source, at place, outcome Outcome, detail string) {
	s.result.Attempts = append(s.result.Attempts,
		Attempt{Source: source, Origin: at.origin, Path: at.path, Outcome: outcome, Detail: detail})
}

// first says whether a folder or file has not been looked at yet.
func (s *search) first(path string) bool {
	real := realPath(path)
	first := !s.seen[real]
	s.seen[real] = true
	return first
}

// try looks at the places of one source and reports whether the search is over.
func (s *search) try(source Source, places []place) bool {
	matches := make([][]place, len(s.spec.Names))
	for _, at := range places {
		info, err := os.Stat(at.path)
		switch {
		case errors.Is(err, fs.ErrNotExist) && at.origin != "":
			s.note(source, at, NoSuchFile, "")
		case err != nil && !s.first(at.path):
		case errors.Is(err, fs.ErrNotExist):
			s.note(source, at, NoSuchFolder, "")
		case err != nil:
			s.note(source, at, Unreadable, cause(err))
		case !info.IsDir():
			if source == SourceEnv || s.isNamed(at.path) {
				matches[0] = append(matches[0], at)
			}
		case s.first(at.path):
			s.list(source, at, matches)
		}
	}
	return s.tryFiles(source, slices.Concat(matches...))
}

// list adds the library's files in a folder to matches, by the name they match.
func (s *search) list(source Source, folder place, matches [][]place) {
	found := false
	for i, name := range s.spec.Names {
		files, err := filesNamed(folder.path, name)
		if err != nil {
			s.note(source, folder, Unreadable, cause(err))
			return
		}
		for _, file := range files {
			found = true
			matches[i] = append(matches[i], place{origin: folder.origin, path: file})
		}
	}
	if !found {
		s.note(source, folder, NothingThere, "")
	}
}

// tryFiles checks and opens files in order and reports whether the search is over.
func (s *search) tryFiles(source Source, files []place) bool {
	for _, file := range files {
		if !s.first(file.path) {
			continue
		}
		outcome, detail := check(file.path, s.host.Arch)
		if outcome != Usable {
			s.note(source, file, outcome, detail)
			continue
		}
		s.result.Candidates = append(s.result.Candidates, file.path)
		if s.all {
			s.note(source, file, Usable, "")
			continue
		}
		if err := s.open(file.path); err != nil {
			s.note(source, file, OpenFailed, err.Error())
			s.result.Attempts[len(s.result.Attempts)-1].Err = err
			continue
		}
		s.note(source, file, Opened, "")
		s.opened = true
		return true
	}
	return false
}

// cachedFiles returns the library's files in the loader's cache, the preferred name first.
func (s *search) cachedFiles() []place {
	output, err := s.host.Cache()
	if err != nil {
		s.note(SourceCache, place{path: "ldconfig -p"}, CacheUnavailable, err.Error())
		return nil
	}
	entries := parseCache(output)
	var files []place
	for _, name := range s.spec.Names {
		for _, entry := range entries {
			if ok, _ := filepath.Match(name, entry.name); ok {
				files = append(files, place{path: entry.path})
			}
		}
	}
	if len(files) == 0 {
		s.note(SourceCache, place{path: "ldconfig -p"}, NothingThere, "")
	}
	return files
}

// isNamed says whether a file that the user named is this library, with whatever version behind its name: one option serves
// for several libraries.
func (s *search) isNamed(path string) bool {
	stem, _, _ := strings.Cut(s.spec.Names[0], ".so")
	return strings.HasPrefix(filepath.Base(path), stem+".so")
}

// filesNamed returns the entries of a folder that match a name, the newest first.
func filesNamed(folder, name string) ([]string, error) {
	if !hasWildcard(name) {
		path := filepath.Join(folder, name)
		_, err := os.Lstat(path)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil, nil
		case err != nil:
			return nil, err
		}
		return []string{path}, nil
	}
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, err
	}
	var files []string
	for _, entry := range entries {
		if ok, _ := filepath.Match(name, entry.Name()); ok {
			files = append(files, filepath.Join(folder, entry.Name()))
		}
	}
	slices.SortFunc(files, func(a, b string) int { return compareVersions(b, a) })
	return files, nil
}

// named gives paths their origin, makes them absolute and leaves out empty ones.
func (s *search) named(origin string, paths []string) []place {
	var places []place
	for _, path := range paths {
		if path == "" {
			continue
		}
		if !filepath.IsAbs(path) {
			path = filepath.Join(s.host.WorkDir, path)
		}
		places = append(places, place{origin: origin, path: path})
	}
	return places
}
