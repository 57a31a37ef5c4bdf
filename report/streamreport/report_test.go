package streamreport

import (
	"bytes"
	"encoding/json"
	"errors"
	"image/color"
	"image/png"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/internal/golden"
	"github.com/trtbench/trtbench/record"
	"github.com/trtbench/trtbench/stream"
)

// one is the report of a curve.
func one() *Report { return whole(curve()) }

// three is the report of the bare model, of the same with states that travel on a simulated device, and of a server.
func three() *Report {
	bare := search()
	bare.Description.Simulated, bare.Description.Serving, bare.Description.Backend = false, record.ServedHere, "ONNX Runtime"
	bare.Points[2].Telemetry = nil
	return whole(bare, search(), served())
}

func TestGolden(t *testing.T) {
	for _, c := range []struct {
		file   string
		report func() *Report
		write  func(*Report, io.Writer) error
	}{
		{"curve.txt", one, (*Report).WriteText}, {"curve.svg", one, (*Report).WriteSVG}, {"curve.html", one, (*Report).WriteHTML},
		{"curve.json", one, func(r *Report, w io.Writer) error { return r.Document().Write(w) }},
		{"three.txt", three, (*Report).WriteText}, {"three.svg", three, (*Report).WriteSVG}, {"three.html", three, (*Report).WriteHTML},
	} {
		t.Run(c.file, func(t *testing.T) {
			var b bytes.Buffer
			require.NoError(t, c.write(c.report(), &b))
			golden.Check(t, c.file, b.Bytes())
		})
	}
}

func TestPNGIsTheSamePicture(t *testing.T) {
	var b bytes.Buffer
	require.NoError(t, three().WritePNG(&b))
	picture, err := png.Decode(&b)
	require.NoError(t, err)
	width, height := three().latency().size()
	assert.Equal(t, int(width.Points())*pngDPI/72, picture.Bounds().Dx())
	assert.InDelta(t, height.Points()*pngDPI/72, picture.Bounds().Dy(), 1)
	seen := map[color.Color]bool{}
	for y := range picture.Bounds().Dy() {
		for x := range picture.Bounds().Dx() {
			seen[color.NRGBAModel.Convert(picture.At(x, y))] = true
		}
	}
	for _, p := range []paint{ground, over, runPaints[0], runPaints[1], runPaints[2]} {
		assert.True(t, seen[p.light], "nothing is drawn in %s", p.name)
	}
}

func TestNothingIsNoReport(t *testing.T) {
	r := &Report{}
	for _, write := range []func(io.Writer) error{r.WriteHTML, r.WriteSVG, r.WritePNG} {
		require.ErrorIs(t, write(io.Discard), ErrNoFigures)
	}
	require.NoError(t, r.WriteText(io.Discard))
}

func TestEverythingIsEscaped(t *testing.T) {
	const bad = `<script>alert("&")</script>`
	recording := curve()
	recording.Description.Model.Path, recording.Description.Notes = bad, []string{bad, "note: " + bad}
	recording.Points[1].Evidence, recording.Environment.CPU = bad, bad
	r := whole(recording)
	r.Runs[0].Name = bad
	var page, svg bytes.Buffer
	require.NoError(t, r.WriteHTML(&page))
	require.NoError(t, r.WriteSVG(&svg))
	assert.NotContains(t, page.String(), "<script")
	assert.NotContains(t, svg.String(), "<script")
	checkPicture(t, r)
}

func TestColumnsThatNoRowHasAreLeftOut(t *testing.T) {
	titles := func(r *Report) string {
		var all []string
		for _, cell := range r.runs().Head {
			all = append(all, cell.Text)
		}
		return strings.Join(all, " ")
	}
	assert.Equal(t, "served by streams SPS p50 p95 p99 late batch lag p99 outcome", titles(whole(curve())))
	assert.Equal(t, "served by streams SPS p50 p95 p99 late batch GPU use J/audio h lag p99 outcome", titles(whole(curve(), search())))
	other := curve()
	other.Settings.Percentile = 90
	measure(other, 10, 20*time.Millisecond, stream.Holds)
	assert.Contains(t, titles(whole(other)), "p50 p90 p95 p99")
	assert.Equal(t, "served by streams outcome", titles(whole(recorded())))
}

func TestEvidenceIsSaidOnce(t *testing.T) {
	var b bytes.Buffer
	require.NoError(t, whole(curve()).WriteText(&b))
	assert.Equal(t, 1, strings.Count(b.String(), "the evidence of 300"))
	b.Reset()
	require.NoError(t, whole(curve(), curve()).WriteText(&b))
	assert.Equal(t, 1, strings.Count(b.String(), "a processor"), "what runs have in common is said once")
}

func TestDocumentHasAllPoints(t *testing.T) {
	var b bytes.Buffer
	require.NoError(t, whole(search(), recorded()).Document().Write(&b))
	var d struct {
		Schema string
		Runs   []struct {
			Best   int
			Points []struct{ Figures *struct{ Sessions int } }
		}
	}
	require.NoError(t, json.Unmarshal(b.Bytes(), &d))
	assert.Equal(t, Schema, d.Schema)
	assert.Equal(t, 2, d.Runs[0].Best)
	assert.Len(t, d.Runs[0].Points, 6)
	assert.Equal(t, 96, d.Runs[0].Points[2].Figures.Sessions)
	assert.Equal(t, -1, d.Runs[1].Best)
}

// failing is full from the beginning.
type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

func TestWriteErrorsAreReturned(t *testing.T) {
	full := errors.New("the disk is full")
	r := whole(curve())
	for _, write := range []func(io.Writer) error{r.WriteText, r.WriteTable, r.WriteHTML, r.WriteSVG, r.WritePNG, r.Document().Write} {
		require.ErrorIs(t, write(failing{full}), full)
	}
}
