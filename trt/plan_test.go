package trt

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/csrc/sim"
)

// planBytes begins like an engine of the given version and goes on with size bytes in all.
func planBytes(size int, version ...byte) []byte {
	plan := make([]byte, max(size, planHeaderSize))
	copy(plan, "ftrt")
	copy(plan[planVersionAt:], version)
	return plan[:size]
}

func TestReadPlanHeader(t *testing.T) {
	tests := map[string]struct {
		content []byte
		want    PlanHeader
		fault   PlanFault
		text    string // part of the error
	}{
		"engine":              {content: planBytes(100, 10, 15, 1, 29), want: PlanHeader{Version: Version{10, 15, 1, 29}, Bytes: 100}},
		"header only":         {content: planBytes(28, 11, 2, 1, 3), want: PlanHeader{Version: Version{11, 2, 1, 3}, Bytes: 28}},
		"simulated":           {content: []byte(`{"trtbench_simulated_plan": 1}`), want: PlanHeader{Simulated: true, Bytes: 30}},
		"simulated, indented": {content: []byte("\n{\n \"trtbench_simulated_plan\": 1}"), want: PlanHeader{Simulated: true, Bytes: 33}},

		"empty":            {fault: PlanEmpty, text: "the file is empty"},
		"cut in magic":     {content: []byte("ft"), fault: PlanCutShort, text: "it has 2 bytes and a header takes 28"},
		"cut in header":    {content: planBytes(27), fault: PlanCutShort, text: "it has 27 bytes"},
		"unknown form":     {content: append([]byte("ftrt\x01"), make([]byte, 40)...), fault: PlanNotEngine, text: "form this program does not know (1)"},
		"mark not first":   {content: []byte(`{"a":1,"trtbench_simulated_plan":1}`), fault: PlanNotEngine, text: "no simulated plan"},
		"broken JSON":      {content: []byte(`{"a":`), fault: PlanNotEngine, text: "no simulated plan"},
		"zip":              {content: []byte("PK\x03\x04rest"), fault: PlanNotEngine, text: "zip archive"},
		"ONNX":             {content: []byte("\x08\x09\x12\x07pytorch"), fault: PlanNotEngine, text: "ONNX model"},
		"text":             {content: []byte("engine: none\nx"), fault: PlanNotEngine, text: `text that begins "engine: none"`},
		"long text":        {content: []byte(strings.Repeat("ä", 5000)), fault: PlanNotEngine, text: strings.Repeat("ä", 40) + "…"},
		"LFS pointer":      {content: []byte("version https://git-lfs.github.com/spec/v1\n"), fault: PlanNotEngine, text: "git lfs pull"},
		"zeros":            {content: make([]byte, 64), fault: PlanNotEngine, text: "full of zeros"},
		"HTML":             {content: []byte("<!DOCTYPE html>"), fault: PlanNotEngine, text: "HTML"},
		"random":           {content: []byte{0x93, 0x11, 0xfe}, fault: PlanNotEngine, text: "begins with bytes 93 11 fe"},
		"bytes of nothing": {content: []byte{0}, fault: PlanNotEngine, text: "full of zeros"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "model.plan")
			require.NoError(t, os.WriteFile(path, test.content, 0o600))
			got, err := ReadPlanHeader(path)
			if test.fault == "" {
				require.NoError(t, err)
				assert.Equal(t, test.want, got)
				return
			}
			var plan *PlanError
			require.ErrorAs(t, err, &plan)
			assert.Equal(t, test.fault, plan.Fault)
			assert.Equal(t, path, plan.Path)
			assert.ErrorContains(t, err, test.text)
		})
	}
}

func TestReadPlanHeaderOfWhatIsNoFile(t *testing.T) {
	folder := t.TempDir()
	secret := filepath.Join(folder, "secret")
	require.NoError(t, os.WriteFile(secret, planBytes(100), 0))
	tests := map[string]struct {
		path  string
		fault PlanFault
		is    error
	}{
		"missing":    {filepath.Join(folder, "none"), PlanMissing, fs.ErrNotExist},
		"folder":     {folder, PlanIsFolder, nil},
		"unreadable": {secret, PlanUnreadable, fs.ErrPermission},
		"device":     {"/dev/null", PlanNotEngine, nil},
		"below file": {filepath.Join(secret, "x"), PlanUnreadable, nil},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if name == "unreadable" && os.Geteuid() == 0 {
				t.Skip("root reads everything")
			}
			_, err := ReadPlanHeader(test.path)
			var plan *PlanError
			require.ErrorAs(t, err, &plan)
			assert.Equal(t, test.fault, plan.Fault)
			if test.is != nil {
				assert.ErrorIs(t, err, test.is)
			}
		})
	}
}

type failingReader struct{}

func (failingReader) Read([]byte) (int, error) { return 0, errors.New("disk on fire") }

func TestDecodePlanHeaderReadError(t *testing.T) {
	_, err := DecodePlanHeader(failingReader{}, "x", 100)
	var plan *PlanError
	require.ErrorAs(t, err, &plan)
	assert.Equal(t, PlanUnreadable, plan.Fault)
	assert.ErrorContains(t, err, "disk on fire")
}

func TestPlanHeaderCheck(t *testing.T) {
	library := Version{Major: 10, Minor: 15, Patch: 1, Build: 29}
	tests := map[string]struct {
		header    PlanHeader
		simulated bool
		fault     PlanFault
		texts     []string
	}{
		"same":           {header: PlanHeader{Version: library}},
		"other build":    {header: PlanHeader{Version: Version{10, 15, 1, 30}}},
		"simulated both": {header: PlanHeader{Simulated: true}, simulated: true},
		"other minor": {header: PlanHeader{Version: Version{10, 3, 0, 26}}, fault: PlanOtherVersion,
			texts: []string{"built by TensorRT 10.3.0, but 10.15.1 is loaded", "rebuild", "version-compatible"}},
		"other major":    {header: PlanHeader{Version: Version{11, 2, 1, 0}}, fault: PlanOtherVersion, texts: []string{"11.2.1"}},
		"simulated plan": {header: PlanHeader{Simulated: true}, fault: PlanIsSimulated, texts: []string{"real TensorRT 10.15.1"}},
		"real plan": {header: PlanHeader{Version: library}, simulated: true, fault: PlanIsReal,
			texts: []string{"simulated TensorRT 10.15.1", "trtbench_simulated_plan"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			err := test.header.Check("m.plan", library, test.simulated)
			if test.fault == "" {
				require.NoError(t, err)
				return
			}
			var plan *PlanError
			require.ErrorAs(t, err, &plan)
			assert.Equal(t, test.fault, plan.Fault)
			for _, text := range append(test.texts, "m.plan") {
				assert.ErrorContains(t, err, text)
			}
		})
	}
}

func FuzzDecodePlanHeader(f *testing.F) {
	f.Add(planBytes(40, 10, 15, 1, 0))
	f.Add([]byte(`{"trtbench_simulated_plan":1}`))
	f.Add([]byte(`{"a":[1,{"b":null}],"c":`))
	f.Add([]byte("\x08\x09\x12\x07pytorch"))
	f.Add([]byte("\xc3"))
	f.Fuzz(func(t *testing.T, content []byte) {
		header, err := DecodePlanHeader(bytes.NewReader(content), "fuzz", int64(len(content)))
		if err != nil {
			var plan *PlanError
			require.ErrorAs(t, err, &plan)
			require.NotContains(t, err.Error(), "%!")
			return
		}
		require.EqualValues(t, len(content), header.Bytes)
		require.Equal(t, sim.IsPlan(content), header.Simulated)
		require.True(t, header.Simulated || bytes.HasPrefix(content, []byte("ftrt")))
	})
}
