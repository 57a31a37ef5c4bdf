package cli

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/trtbench/trtbench/record"
	"github.com/trtbench/trtbench/report/streamreport"
	"github.com/trtbench/trtbench/stream"
)

// streamOutputFlags says where results go besides standard output.
type streamOutputFlags struct {
	out, json, html, svg, png string
	recordings                []string // one for each target
}

func (f *streamOutputFlags) register(flags *pflag.FlagSet) {
	flags.StringVar(&f.out, "out", "", "keep the recording (settings, environment, times of every chunk) in this file; with several targets NAME-1, NAME-2, …")
	flags.StringVar(&f.json, "json", "", "write the report as JSON to this file, or without a value to standard output instead of the text")
	flags.Lookup("json").NoOptDefVal = "-"
	flags.StringVar(&f.html, "html", "", "write a page with table and pictures to this file; it needs no network")
	flags.StringVar(&f.svg, "svg", "", "write the picture of latency against streams to this file")
	flags.StringVar(&f.png, "png", "", "likewise as PNG")
}

// prepare names the recordings, and refuses files as place does; audio is read as well as the targets.
func (f *streamOutputFlags) prepare(targets []streamTarget, audio []string) error {
	read := slices.Clone(audio)
	for i := range targets {
		read = append(read, targets[i].path)
		if f.out == "" {
			continue
		}
		path := f.out
		if len(targets) > 1 {
			ext := filepath.Ext(path)
			path = fmt.Sprintf("%s-%d%s", strings.TrimSuffix(path, ext), i+1, ext)
		}
		f.recordings = append(f.recordings, path)
	}
	return f.place(read)
}

// place refuses files that cannot be written, or that would replace one that is read or each other.
func (f *streamOutputFlags) place(read []string) error {
	written := slices.DeleteFunc(append(slices.Clone(f.recordings), f.json, f.html, f.svg, f.png), func(p string) bool { return p == "" || p == "-" })
	if err := keepApart(read, written); err != nil {
		return err
	}
	return writableFiles(written)
}

// keep saves the recording of a target.
func (f *streamOutputFlags) keep(i int, r *stream.Recording) error {
	if f.out == "" {
		return nil
	}
	return r.Save(f.recordings[i])
}

// write writes the files that show all runs. One that fails does not keep the others from being written.
func (f *streamOutputFlags) write(process Process, r *streamreport.Report) error {
	var errs []error
	if f.json != "" {
		errs = append(errs, writeJSON(process.Out, f.json, r.Document().Write))
	}
	for _, file := range []struct {
		path  string
		write func(io.Writer) error
	}{{f.html, r.WriteHTML}, {f.svg, r.WriteSVG}, {f.png, r.WritePNG}} {
		if file.path != "" {
			errs = append(errs, record.WriteFile(file.path, file.write))
		}
	}
	return errors.Join(errs...)
}
