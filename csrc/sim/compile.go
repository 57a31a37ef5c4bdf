package sim

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
)

const installHint = "a C++17 compiler is needed: install g++ (Debian, Ubuntu: apt-get install g++) or clang++, or set CXX"

// compiler is a command and its first arguments.
type compiler []string

// findCompiler returns the C++ compiler: $CXX, which may carry arguments, or the first of the usual names that is installed.
func findCompiler() (compiler, error) {
	candidates := []compiler{{"c++"}, {"g++"}}
	if cxx := strings.Fields(os.Getenv("CXX")); len(cxx) > 0 {
		candidates = []compiler{cxx}
	}
	var tried []string
	for _, c := range candidates {
		if found, err := exec.LookPath(c[0]); err == nil {
			return append(compiler{found}, c[1:]...), nil
		}
		tried = append(tried, c[0])
	}
	return nil, fmt.Errorf("sim: build: no C++ compiler: tried %s; %s", strings.Join(tried, ", "), installHint)
}

// output runs the compiler in a folder and returns what it printed, which is part of the error when it fails.
func (c compiler) output(ctx context.Context, dir string, args ...string) (string, error) {
	command := exec.CommandContext(ctx, c[0], append(append([]string{}, c[1:]...), args...)...)
	command.Dir = dir
	output, err := command.CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("sim: build: %s: %w\n%s%s", command, err, output, installHint)
	}
	return string(output), nil
}

// together runs the tasks at the same time, as many as there are processors, and returns the first error. After one the rest are not
// started.
func together(ctx context.Context, tasks []func(context.Context) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	queue := make(chan func(context.Context) error)
	var workers sync.WaitGroup
	for range max(runtime.NumCPU(), 2) {
		workers.Go(func() {
			for task := range queue {
				if ctx.Err() != nil {
					continue
				}
				if err := task(ctx); err != nil {
					cancel(err)
				}
			}
		})
	}
	for _, task := range tasks {
		queue <- task
	}
	close(queue)
	workers.Wait()
	return context.Cause(ctx)
}

// A group is a folder below src. It is compiled in one go, all its files included in a generated one: that takes a third of the time,
// since most of it goes into reading headers. So names must be unique in a folder.
const (
	groupJSON    = "json"    // in both libraries
	groupCore    = "core"    // the device, in libcudart
	groupCudart  = "cudart"  // its exported functions
	groupPlan    = "plan"    // in libnvinfer
	groupNvinfer = "nvinfer" // objects and exported functions
	groupBuilder = "builder" // networks, configurations, builds
	groupOnnx    = "onnx"    // the parser
	groupParser  = "parser"  // libnvonnxparser, which passes calls on to libnvinfer
)

// groups are in the order of the time they take. Only the device itself is worth the slower optimisation.
var groups = []struct{ name, optimise string }{
	{groupCore, "-O2"}, {groupNvinfer, "-O2"}, {groupBuilder, "-O0"}, {groupOnnx, "-O0"}, {groupPlan, "-O1"}, {groupCudart, "-O1"},
	{groupJSON, "-O1"}, {groupParser, "-O0"},
}

// majorSource is compiled once for each major; every other file is the same in both.
const majorSource = "src/core/major.cc"

func majorObject(major int) string { return fmt.Sprintf("major%d.o", major) }

// compile writes the sources into work and makes the object files.
func (b builder) compile(ctx context.Context, cxx compiler, work string) error {
	if err := writeSources(work); err != nil {
		return err
	}
	flags := append(append([]string{"-Isrc", "-c"}, compileFlags...), b.extra...)
	var tasks []func(context.Context) error
	add := func(args ...string) {
		tasks = append(tasks, func(ctx context.Context) error {
			_, err := cxx.output(ctx, work, append(append([]string{}, flags...), args...)...)
			return err
		})
	}
	for _, group := range groups {
		add(group.optimise, "-o", group.name+".o", group.name+".cc")
	}
	for _, major := range majors {
		add(fmt.Sprintf("-DTRT_MAJOR=%d", major), "-o", majorObject(major), majorSource)
	}
	return together(ctx, tasks)
}

// writeSources unpacks the embedded files and adds one file for each group that includes all of it.
func writeSources(work string) error {
	parts := map[string]string{}
	for _, file := range files("") {
		text, err := sources.ReadFile(file)
		if err != nil {
			return fmt.Errorf("sim: build: %w", err)
		}
		target := filepath.Join(work, filepath.FromSlash(file))
		if err := errors.Join(os.MkdirAll(filepath.Dir(target), 0o755), os.WriteFile(target, text, 0o644)); err != nil {
			return fmt.Errorf("sim: build: %w", err)
		}
		if path.Ext(file) == ".cc" && file != majorSource {
			parts[path.Base(path.Dir(file))] += fmt.Sprintf("#include %q\n", file)
		}
	}
	for _, group := range groups {
		if err := os.WriteFile(filepath.Join(work, group.name+".cc"), []byte(parts[group.name]), 0o644); err != nil {
			return fmt.Errorf("sim: build: %w", err)
		}
	}
	return nil
}

// uniqueName is a soname that no other library has: the dynamic loader must never take NVIDIA's library for ours or ours for
// NVIDIA's.
func uniqueName(library string) string {
	return "libtrtbench-sim-" + strings.TrimPrefix(library, "lib")
}

// link makes the libraries of both majors in work/out.
func (b builder) link(ctx context.Context, cxx compiler, work string) error {
	var tasks []func(context.Context) error
	for _, major := range majors {
		tasks = append(tasks, func(ctx context.Context) error { return b.linkMajor(ctx, cxx, work, major) })
	}
	return together(ctx, tasks)
}

// beside lets a library find the others of its folder.
const beside = "-Wl,-rpath,$ORIGIN"

func (b builder) linkMajor(ctx context.Context, cxx compiler, work string, major int) error {
	cudart, nvinfer := Libraries(major)
	folder := filepath.Join("out", fmt.Sprint(major))
	if err := os.MkdirAll(filepath.Join(work, folder), 0o755); err != nil {
		return fmt.Errorf("sim: build: %w", err)
	}
	for _, library := range []string{cudart, nvinfer} { // the later ones need the earlier ones by these names
		if err := os.Symlink(library, filepath.Join(work, folder, uniqueName(library))); err != nil {
			return fmt.Errorf("sim: build: %w", err)
		}
	}
	shared := func(library string, parts ...string) error {
		args := append(append([]string{}, linkFlags...), b.extra...)
		if len(b.extra) == 0 {
			args = append(args, "-Wl,-z,defs") // a sanitizer's functions come from the program
		}
		args = append(args, "-Wl,-soname,"+uniqueName(library), "-o", filepath.Join(folder, library))
		_, err := cxx.output(ctx, work, append(args, parts...)...)
		return err
	}
	if err := shared(cudart, majorObject(major), groupJSON+".o", groupCore+".o", groupCudart+".o"); err != nil {
		return err
	}
	err := shared(nvinfer, majorObject(major), groupJSON+".o", groupPlan+".o", groupNvinfer+".o", groupBuilder+".o", groupOnnx+".o",
		filepath.Join(folder, cudart), beside)
	if err != nil {
		return err
	}
	return shared(Parser(major), majorObject(major), groupParser+".o", filepath.Join(folder, nvinfer), beside)
}
