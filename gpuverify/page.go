package gpuverify

import (
	"cmp"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/dustin/go-humanize"
)

// WritePage writes the evidence as a page in Markdown: the outcome, the machine, what failed, every check and every figure.
func WritePage(w io.Writer, e *Evidence) error {
	p := &page{}
	p.head(e)
	p.machine(e)
	p.faults(e)
	p.checks(e)
	p.engines(e)
	p.capacities(e)
	p.rounds(e)
	p.runs(e)
	_, err := io.WriteString(w, p.text.String())
	return err
}

// Device is the name of the device that was verified; "no device" when none was reached.
func (e *Evidence) Device() string {
	for _, l := range e.Libraries {
		if l.Device != nil {
			return l.Device.Name
		}
	}
	return "no device"
}

// page is a page that is being written.
type page struct{ text strings.Builder }

func (p *page) line(format string, args ...any) { fmt.Fprintf(&p.text, format+"\n", args...) }

// row writes a row of a table.
func (p *page) row(cells ...string) {
	for i, c := range cells {
		cells[i] = strings.NewReplacer("|", `\|`, "\n", " ").Replace(c)
	}
	p.line("| %s |", strings.Join(cells, " | "))
}

// table begins a table. Columns whose title begins with a space are right-aligned.
func (p *page) table(titles ...string) {
	rule := make([]string, len(titles))
	for i, t := range titles {
		rule[i] = choose(strings.HasPrefix(t, " "), "--:", "---")
		titles[i] = strings.TrimSpace(t)
	}
	p.row(titles...)
	p.line("|%s|", strings.Join(rule, "|"))
}

func (p *page) head(e *Evidence) {
	p.line("# %sVerification of %s, %s\n", choose(e.Simulated, "SIMULATED: ", ""), e.Device(), e.Started.Format(time.DateOnly))
	if e.Simulated {
		p.line("**No GPU was used.** Device, engines and times are invented by the simulated device; this page proves the path, not a GPU.\n")
	}
	p.line("**%d checks: %d passed, %d failed, %d skipped, %d noted.**%s%s\n", len(e.Checks), e.Count(Passed), e.Count(Failed), e.Count(Skipped), e.Count(Noted),
		choose(e.Quick, " A quick verification: fewer and shorter runs.", ""), choose(e.Interrupted, " **Interrupted: this is what was done until then.**", ""))
	if e.Failure != "" {
		p.line("**It ended early:** %s\n", e.Failure)
	}
	if e.Tool != "" {
		p.line("All ran under %s, which slows it: times say nothing about the device.\n", e.Tool)
	}
	p.line("How to read this page: [README.md](README.md). The JSON file of the same name has every number in full.\n")
}

func (p *page) machine(e *Evidence) {
	p.line("## Machine\n")
	p.table("", "")
	env := &e.Environment
	p.row("host", fmt.Sprintf("%s, %d processors, %s/%s %s", cmp.Or(env.CPU, "unknown CPU"), env.CPUs, env.OS, env.Arch, env.Kernel))
	p.row("program", fmt.Sprintf("%s, commit %s%s, %s", env.Build.Version, cmp.Or(env.Build.Revision, "unknown"), choose(env.Build.Modified, " with local changes", ""), env.Go))
	p.row("driver", cmp.Or(e.Driver, "unknown"))
	p.row("started, ended", e.Started.Format(time.RFC3339)+", "+e.Finished.Format(time.RFC3339))
	p.row("command", "`"+strings.Join(e.Argv, " ")+"`")
	for _, l := range e.Libraries {
		if l.Absent != "" {
			first, _, _ := strings.Cut(l.Absent, "\n")
			p.row(fmt.Sprintf("TensorRT %d", l.Major), "not verified: "+first)
			continue
		}
		p.row("TensorRT "+l.Version, fmt.Sprintf("%s, CUDA runtime %s", l.Path, l.CUDA))
		if d := l.Device; d != nil {
			p.row("device", fmt.Sprintf("%s, %s, compute capability %s, %d multiprocessors, %s, up to %d MHz, CUDA %s of the driver",
				d.Name, d.UUID, d.ComputeCapability, d.SMs, humanize.IBytes(d.MemoryBytes), d.ClockMHz, d.DriverVersion))
		}
	}
	p.line("")
}

// faults lists what does not hold, in full.
func (p *page) faults(e *Evidence) {
	for _, part := range []struct {
		status Status
		title  string
	}{{Failed, "Failed"}, {Noted, "Noted: comparisons of times that do not hold where times are not judged"}, {Skipped, "Skipped"}} {
		if e.Count(part.status) == 0 {
			continue
		}
		p.line("## %s\n", part.title)
		for _, c := range e.Checks {
			if c.Status != part.status {
				continue
			}
			p.line("- **%s** (%s)", c.Name, c.Subject)
			for _, r := range c.Reasons {
				p.line("  - %s", strings.ReplaceAll(r, "\n", " "))
			}
		}
		p.line("")
	}
}

func (p *page) checks(e *Evidence) {
	p.line("## Checks\n")
	var names []string
	for _, c := range e.Checks {
		if !slices.Contains(names, c.Name) {
			names = append(names, c.Name)
		}
	}
	for _, name := range names {
		told := false
		for _, c := range e.Checks {
			if c.Name != name {
				continue
			}
			if !told {
				p.line("### %s\n\n%s.\n", name, sentence(c.Requires))
				p.table("outcome", "subject", "figures")
				told = true
			}
			figures := make([]string, len(c.Figures))
			for i, f := range c.Figures {
				figures[i] = strings.TrimSpace(fmt.Sprintf("%s %s %s", f.Name, number(f.Value), f.Unit))
			}
			p.row(choose(c.Status == Failed, "**failed**", string(c.Status)), c.Subject, strings.Join(figures, ", "))
		}
		p.line("")
	}
}

func (p *page) engines(e *Evidence) {
	if len(e.Engines) == 0 {
		return
	}
	p.line("## Engines\n")
	p.table("TensorRT", "model", "SHA-256 of the model", " model", " engine", " layers", " parse, ms", " build, ms", " with timing cache, ms")
	for _, r := range e.Engines {
		p.row(r.TensorRT, r.Name, fmt.Sprintf("%.16s…", r.Model.SHA256), humanize.Bytes(uint64(r.Model.Bytes)), humanize.Bytes(uint64(r.PlanBytes)),
			strconv.Itoa(r.Layers), number(r.ParseMs), number(r.BuildMs), number(r.CachedMs))
	}
	p.line("")
	warned := false
	for _, r := range e.Engines {
		for _, w := range r.Warnings {
			p.line("- %s, %s: %s", r.TensorRT, r.Name, strings.ReplaceAll(w, "\n", " "))
			warned = true
		}
	}
	if warned {
		p.line("")
	}
}

func (p *page) rounds(e *Evidence) {
	for _, r := range e.Rounds {
		p.line("## Rounds of TensorRT %s, %s\n\nMedians of runs of %s ms, in ms; %s.\n", r.TensorRT, r.Engine, number(float64(r.Length)), r.Order)
		titles := []string{"run"}
		for i := range r.Series[0].Values {
			titles = append(titles, fmt.Sprintf(" %d", i+1))
		}
		p.table(titles...)
		for _, s := range r.Series {
			cells := []string{s.Name}
			for _, v := range s.Values {
				cells = append(cells, number(v))
			}
			p.row(cells...)
		}
		p.line("")
	}
}

func (p *page) runs(e *Evidence) {
	if len(e.Runs) == 0 {
		return
	}
	p.line("## Runs\n\n<details><summary>All %d runs; times are medians in ms</summary>\n", len(e.Runs))
	p.table("TensorRT", "model", "batch", "mode", " inferences", " inferences/s", " SPS", " latency", " p99", " enqueue", " h2d", " compute", " d2h")
	for _, r := range e.Runs {
		cells := []string{r.TensorRT, r.Engine, strconv.Itoa(r.Batch), r.Mode.String(), strconv.Itoa(r.Inferences)}
		for _, v := range []float64{r.Throughput, r.SPS, r.LatencyMs, r.P99Ms, r.EnqueueMs, r.H2DMs, r.ComputeMs, r.D2HMs} {
			cells = append(cells, number(v))
		}
		p.row(cells...)
	}
	p.line("\n</details>")
}

// sentence begins with a capital.
func sentence(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(first)) + text[size:]
}

// number writes a number with four significant digits, large and whole ones in full.
func number(x float64) string {
	if x == float64(int64(x)) || math.Abs(x) >= 1000 {
		return strconv.FormatFloat(x, 'f', 0, 64)
	}
	return strconv.FormatFloat(x, 'g', 4, 64)
}
