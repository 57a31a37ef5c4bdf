package sim

import (
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

//go:embed src
var sources embed.FS

// compileFlags are for every file; what is not exported stays hidden, so that two majors and NVIDIA's own libraries can live in
// one process.
var compileFlags = []string{"-std=c++17", "-fPIC", "-fvisibility=hidden", "-fno-gnu-unique", "-pthread"}

// linkFlags: nothing is looked up outside, and the libraries are never unmapped, since the thread of host functions may run.
var linkFlags = []string{"-shared", "-pthread", "-Wl,-Bsymbolic", "-Wl,-z,nodelete", "-Wl,--version-script=src/exports.map"}

var majors = []int{10, 11}

// Build compiles the libraries of a major (10 or 11) unless that was done before, and returns the absolute path of the folder
// that holds them. The compiler is $CXX, c++ or g++. The folder lies in the user's cache, or below $TRTBENCH_SIM_DIR, under a hash of
// the sources, the compiler and its flags. Build may be called by several processes at once. Its errors say what to install.
func Build(ctx context.Context, major int) (string, error) { return BuildWithNotice(ctx, major, nil) }

// BuildWithNotice is Build; it calls compiling when there is something to compile, which takes up to a minute.
func BuildWithNotice(ctx context.Context, major int, compiling func()) (string, error) {
	if major != 10 && major != 11 {
		return "", fmt.Errorf("sim: build: major version %d, expected 10 or 11", major)
	}
	base, err := cacheFolder()
	if err != nil {
		return "", err
	}
	dir, err := builder{base: base, compiling: compiling}.build(ctx)
	if err != nil {
		return "", err
	}
	return filepath.Join(dir, fmt.Sprint(major)), nil
}

func cacheFolder() (string, error) {
	if dir := os.Getenv(EnvDir); dir != "" {
		return filepath.Abs(dir)
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("sim: build: no cache folder: %w; set %s to a folder that can be written", err, EnvDir)
	}
	return filepath.Join(cache, "trtbench", "sim"), nil
}

// builder makes the libraries of both majors in one folder below base.
type builder struct {
	base  string
	extra []string // more flags for compiling and linking, such as those of a sanitizer
	// compiling, when not nil, is called before anything is compiled.
	compiling func()
}

func (b builder) build(ctx context.Context) (string, error) {
	compiler, err := findCompiler()
	if err != nil {
		return "", err
	}
	version, err := compiler.output(ctx, "", "--version")
	if err != nil {
		return "", err
	}
	dir := filepath.Join(b.base, b.hash(version))
	if complete(dir) {
		return dir, nil
	}
	if err := os.MkdirAll(b.base, 0o755); err != nil {
		return "", fmt.Errorf("sim: build: %w; set %s to a folder that can be written", err, EnvDir)
	}
	if b.compiling != nil {
		b.compiling()
	}
	b.sweep()
	work, err := os.MkdirTemp(b.base, workPrefix)
	if err != nil {
		return "", fmt.Errorf("sim: build: %w; set %s to a folder that can be written", err, EnvDir)
	}
	defer os.RemoveAll(work)
	if err := b.compile(ctx, compiler, work); err != nil {
		return "", err
	}
	if err := b.link(ctx, compiler, work); err != nil {
		return "", err
	}
	return dir, publish(filepath.Join(work, "out"), dir)
}

// workPrefix begins the names of the folders that builds work in.
const workPrefix = "building-"

// sweep removes what builds that were killed have left behind. A build takes less than a minute.
func (b builder) sweep() {
	left, _ := filepath.Glob(filepath.Join(b.base, workPrefix+"*"))
	for _, dir := range left {
		if info, err := os.Stat(dir); err == nil && time.Since(info.ModTime()) > time.Hour {
			_ = os.RemoveAll(dir)
		}
	}
}

// publish renames the finished folder to its name. Another process may have been faster: its folder is as good. One that lacks a
// file is replaced.
func publish(out, dir string) error {
	if os.Rename(out, dir) == nil || complete(dir) {
		return nil
	}
	err := errors.Join(os.RemoveAll(dir), os.Rename(out, dir))
	if err == nil || complete(dir) {
		return nil
	}
	return fmt.Errorf("sim: build: %w", err)
}

func complete(dir string) bool {
	for _, major := range majors {
		cudart, nvinfer := Libraries(major)
		for _, name := range []string{cudart, nvinfer, Parser(major), uniqueName(cudart), uniqueName(nvinfer)} {
			if _, err := os.Stat(filepath.Join(dir, fmt.Sprint(major), name)); err != nil {
				return false
			}
		}
	}
	return true
}

// hash identifies everything the libraries are made of.
func (b builder) hash(compilerVersion string) string {
	sum := sha256.New()
	fmt.Fprintln(sum, runtime.GOARCH, compilerVersion, compileFlags, groups, linkFlags, b.extra)
	for _, file := range files("") {
		text, _ := sources.ReadFile(file)
		fmt.Fprintln(sum, file, len(text))
		sum.Write(text)
	}
	return hex.EncodeToString(sum.Sum(nil))[:20]
}

// files lists the embedded sources with the given ending, in order.
func files(ending string) []string {
	var found []string
	_ = fs.WalkDir(sources, "src", func(file string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() && strings.HasSuffix(file, ending) {
			found = append(found, file)
		}
		return err
	})
	return found
}
