package library

import (
	"fmt"
	"strings"
)

// Source is a kind of place that is searched.
type Source string

// The sources, in the order in which they are searched.
const (
	SourceExplicit Source = "library path"     // the paths given by the caller, then those in EnvPath
	SourceEnv      Source = "environment"      // the variable of the library
	SourceLoader   Source = "LD_LIBRARY_PATH"  // the loader's own variable
	SourceSystem   Source = "system folders"   // the usual folders of distributions and installers
	SourceProject  Source = "project folder"   // .deps beside the working directory or the executable
	SourceWheel    Source = "Python wheels"    // site-packages of environments and interpreters
	SourceCache    Source = "ldconfig's cache" // what the loader would find without being told
)

// Outcome says what was found at a place.
type Outcome string

// The outcomes of an attempt.
const (
	Usable            Outcome = "usable"             // a library for this program, not opened yet
	Opened            Outcome = "opened"             // opened by Load
	NoSuchFile        Outcome = "no such file"       // an explicit path that does not exist
	NoSuchFolder      Outcome = "no such folder"     // a folder that does not exist
	NothingThere      Outcome = "no such library"    // a folder without any of the names
	IsFolder          Outcome = "is a folder"        // a folder with the name of the library
	Unreadable        Outcome = "unreadable"         // no permission, or another error of the file system
	NotALibrary       Outcome = "not a library"      // no ELF shared object
	Damaged           Outcome = "damaged"            // an ELF file that is cut short or contradicts itself
	WrongArchitecture Outcome = "wrong architecture" // for another processor or word size
	OpenFailed        Outcome = "cannot be opened"   // refused by the loader or by the caller of Load
	CacheUnavailable  Outcome = "cannot be read"     // ldconfig did not answer
)

// Attempt is one place that was looked at.
type Attempt struct {
	Source  Source
	Origin  string // the variable or option that named the place, if any
	Path    string // a folder or a file
	Outcome Outcome
	Detail  string // what exactly was wrong, if there is more to say
	Err     error  // the error of opening it, with OpenFailed
}

// String is the attempt on one line.
func (a Attempt) String() string {
	var b strings.Builder
	b.WriteString(a.Path)
	if a.Origin != "" {
		fmt.Fprintf(&b, " (from %s)", a.Origin)
	}
	fmt.Fprintf(&b, ": %s", a.Outcome)
	if a.Detail != "" {
		fmt.Fprintf(&b, ": %s", a.Detail)
	}
	return b.String()
}

// Result is what a search found and everything it tried.
type Result struct {
	Spec Spec
	// Candidates are the usable files, the preferred first, each file once.
	Candidates []string
	// Attempts are the places tried, in order.
	Attempts []Attempt
}

// NotFoundError says that no usable library was found, where it was looked for and what to do about it.
type NotFoundError struct {
	Spec     Spec
	Attempts []Attempt
}

// Error lists every name and every place tried, one a line, and ends with the way to fix it.
func (e *NotFoundError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "library: find %s: no usable %s; tried, in this order:", e.Spec.Title,
		strings.Join(e.Spec.Names, " or "))
	for _, a := range e.Attempts {
		fmt.Fprintf(&b, "\n  %s", a)
	}
	fmt.Fprintf(&b, "\nto fix it, %s", e.Fix())
	return b.String()
}

// Unwrap returns the errors of the files that could not be opened.
func (e *NotFoundError) Unwrap() []error {
	var errs []error
	for _, a := range e.Attempts {
		if a.Err != nil {
			errs = append(errs, a.Err)
		}
	}
	return errs
}

// Fix says what to set and what to install.
func (e *NotFoundError) Fix() string {
	return fmt.Sprintf("set %s to the file, or --library-path (or %s) to its folder, or %s",
		e.Spec.Env, EnvPath, e.Spec.Install)
}

// Rejected returns the attempts that met a file which could not be used: usually what the reader wants to know first.
func (e *NotFoundError) Rejected() []Attempt {
	var rejected []Attempt
	for _, a := range e.Attempts {
		switch a.Outcome {
		case NoSuchFile, NoSuchFolder, NothingThere, CacheUnavailable:
		default:
			rejected = append(rejected, a)
		}
	}
	return rejected
}
