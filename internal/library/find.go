package library

// Find searches every source of this machine; paths are files or folders to search first, as given to --library-path. The
// error is a *NotFoundError when there is no candidate; the result holds the attempts either way.
func Find(spec Spec, paths ...string) (Result, error) {
	return This().Find(spec, paths...)
}

// Find is Find on a given host.
func (h Host) Find(spec Spec, paths ...string) (Result, error) {
	s := h.newSearch(spec, func(string) error { return nil })
	s.all = true
	s.run(paths)
	return s.finish(len(s.result.Candidates) > 0)
}

// Load opens the first library that open accepts, in the order of Find, and searches no further. The attempts say which files
// were refused and why. When open accepts none, the error is a *NotFoundError, which wraps the errors of open.
func Load[T any](spec Spec, paths []string, open func(path string) (T, error)) (T, Result, error) {
	return LoadOn(This(), spec, paths, open)
}

// LoadOn is Load on a given host.
func LoadOn[T any](h Host, spec Spec, paths []string, open func(path string) (T, error)) (T, Result, error) {
	var opened T
	s := h.newSearch(spec, func(path string) (err error) {
		opened, err = open(path)
		return err
	})
	s.run(paths)
	result, err := s.finish(s.opened)
	return opened, result, err
}
