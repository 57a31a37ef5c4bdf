package inputs

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/record"
	"github.com/trtbench/trtbench/tensor"
)

func input(name, typ string, shape ...int) record.Tensor {
	return record.Tensor{Name: name, Input: true, Type: typ, Shape: append([]int{}, shape...)}
}

func given(typ string, shape []int, bytes int) map[string]tensor.Values {
	return map[string]tensor.Values{"x": {Tensor: record.Tensor{Type: typ, Shape: shape}, Data: make([]byte, bytes)}}
}

func filled(t *testing.T, s Source, in record.Tensor, bytes int) []byte {
	t.Helper()
	into := tensor.Values{Tensor: in, Data: make([]byte, bytes)}
	require.NoError(t, s.Fill(&into))
	return into.Data
}

func TestFill(t *testing.T) {
	x := input("x", "float32", 2)
	random := filled(t, Source{}, x, 8)
	assert.Equal(t, []byte{0xf9, 0xfe, 0x7f, 0xbf, 0x14, 0xa7, 0x3c, 0xbf}, random, "as trtexec")
	assert.Equal(t, random, filled(t, Source{Seed: 1, Seeds: map[string]uint32{"y": 9}}, x, 8))
	assert.Equal(t, filled(t, Source{Seed: 9}, x, 8), filled(t, Source{Seed: 7, Seeds: map[string]uint32{"x": 9}}, x, 8))
	assert.NotEqual(t, random, filled(t, Source{Seed: 9}, x, 8))
	assert.Equal(t, make([]byte, 8), filled(t, Source{Zero: []string{"*"}}, x, 8))
	seven := filled(t, Source{Ranges: map[string]Range{"x*": {Min: 7, Max: 7}}}, input("x", "int32", 2), 8)
	assert.Equal(t, []byte{7, 0, 0, 0, 7, 0, 0, 0}, seven)
	assert.Equal(t, bytes.Repeat([]byte{1}, 8), filled(t, Source{
		Values: map[string]tensor.Values{"x": {Data: bytes.Repeat([]byte{1}, 8)}},
		Zero:   []string{"x"},
	}, x, 8), "given values go first")
}

// trtexec aborts at these types.
func TestFillOfSmallTypes(t *testing.T) {
	for _, typ := range []string{"float4", "float8e8m0"} {
		into := filled(t, Source{}, input("x", typ, 64), 32)
		assert.NotEqual(t, make([]byte, 32), into, typ)
		if typ == "float8e8m0" {
			for _, b := range into {
				assert.True(t, 120 <= b && b <= 134)
			}
		}
	}
}

func TestFillRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		source Source
		in     record.Tensor
		want   string
	}{
		"size":      {Source{Values: given("", nil, 9)}, input("x", "int32", 2), "values of x: 9 bytes were given, the input takes 8 for 2 of int32"},
		"twice":     {Source{Values: given("", nil, 16)}, input("x", "int32", 2), "twice as many as 2 of int32 need, of which trtexec would take the first half"},
		"type":      {Source{Values: given("int64", []int{1}, 8)}, input("x", "float64", 1), "elements of type int64 were given, the input takes float64"},
		"shape":     {Source{Values: given("int32", []int{2, 1}, 8)}, input("x", "int32", 1, 2), "shape 2x1 was given, the input is run with 1x2"},
		"elements":  {Source{Values: given("", []int{2}, 6)}, input("x", "int32", 2), "6 bytes do not hold 2 of int32"},
		"range":     {Source{Ranges: map[string]Range{"x": {Min: 0, Max: 300}}}, input("x", "uint8", 8), "values of x: fill: range 0 to 300 for uint8"},
		"no random": {Source{}, input("x", "string", 8), `values of x: fill: no random values for type "string"`},
	} {
		t.Run(name, func(t *testing.T) {
			assert.ErrorContains(t, c.source.Fill(&tensor.Values{Tensor: c.in, Data: make([]byte, 8)}), c.want)
		})
	}
}

// Values whose shape is known go where the layout of the input wants them.
func TestFillInALayout(t *testing.T) {
	columnsFirst := tensor.Values{Tensor: input("x", "int8", 2, 3), Data: make([]byte, 6), Layout: tensor.Layout{Strides: []int{1, 2}}}
	array := tensor.Values{Tensor: record.Tensor{Type: "int8", Shape: []int{2, 3}}, Data: []byte{1, 2, 3, 4, 5, 6}}
	s := Source{Values: map[string]tensor.Values{"x": array}}
	require.NoError(t, s.Fill(&columnsFirst))
	assert.Equal(t, []byte{1, 4, 2, 5, 3, 6}, columnsFirst.Data)

	array.Tensor = record.Tensor{}
	s.Values["x"] = array
	require.NoError(t, s.Fill(&columnsFirst))
	assert.Equal(t, array.Data, columnsFirst.Data, "plain bytes are laid out already")
}

// Programs without a type save it as unsigned integers of its size.
func TestTypesThatStandForOthers(t *testing.T) {
	for wanted, standIn := range map[string]string{
		"bfloat16": "uint16", "float8": "uint8", "float8e8m0": "uint8", "bool": "uint8", "float32": "float32", "float16": "",
	} {
		assert.NoError(t, (&Source{Values: given(standIn, []int{8}, 8*tensor.Bits(wanted)/8)}).Fill(&tensor.Values{Tensor: input("x", wanted, 8), Data: make([]byte, 8*tensor.Bits(wanted)/8)}), wanted)
	}
	assert.Error(t, (&Source{Values: given("int16", []int{4}, 8)}).Fill(&tensor.Values{Tensor: input("x", "float16", 4), Data: make([]byte, 8)}))
}

func TestShape(t *testing.T) {
	s := Source{Values: map[string]tensor.Values{
		"x*": {Tensor: record.Tensor{Shape: []int{2, 3}}}, "scalar": {Tensor: record.Tensor{Shape: []int{}}}, "raw": {},
	}}
	for name, want := range map[string][]int64{"x1": {2, 3}, "scalar": {}} {
		shape, known := s.Shape(name)
		assert.True(t, known, name)
		assert.Equal(t, want, shape, name)
	}
	for _, name := range []string{"raw", "other"} {
		_, known := s.Shape(name)
		assert.False(t, known, name)
	}
}

func TestUnknown(t *testing.T) {
	s := Source{Values: given("", nil, 0), Zero: []string{"st*"}, Seeds: map[string]uint32{"y": 1}, Ranges: map[string]Range{"signol": {}}}
	assert.EqualError(t, s.Unknown([]string{"signal", "state"}), "ranges: no input is named signol; the inputs are signal, state; did you mean \"signal\"?\n"+
		"seeds: no input is named y; the inputs are signal, state\nvalues: no input is named x; the inputs are signal, state")
	assert.NoError(t, (&Source{}).Unknown(nil))
}

func TestWarnings(t *testing.T) {
	for name, warned := range map[string]bool{
		"input_ids": true, "attention_mask": true, "seqLength": true, "lengths": true, "len": true, "pos.x": true, "tokenIDs": true,
		"token_ids2": true, "past/offset": true, "signal": false, "valid": false, "width": false, "image": false, "position_ids": true, "idx": true,
	} {
		for _, typ := range []string{"int32", "int64"} {
			assert.Equal(t, warned, len((&Source{}).Warnings([]record.Tensor{input(name, typ)})) == 1, "%s %s", name, typ)
		}
	}
	ids := []record.Tensor{input("ids", "int64")}
	assert.Equal(t, []string{"input ids (int64) is named like an index, a length or a mask and gets random values from -128 to 127, " +
		"which the model may not be made for; give it values or a range"}, (&Source{}).Warnings(ids))
	for name, s := range map[string]Source{
		"range": {Ranges: map[string]Range{"*": {}}}, "zero": {Zero: []string{"ids"}}, "values": {Values: map[string]tensor.Values{"ids": {}}},
	} {
		assert.Empty(t, s.Warnings(ids), name)
	}
	assert.Empty(t, (&Source{}).Warnings([]record.Tensor{input("ids", "float32")}), "floats are no indices")
}

func TestParseRanges(t *testing.T) {
	got, err := ParseRanges("ids:0:9,'a:b':-1.5:2e3,x*:3:3,a:b:1:2")
	require.NoError(t, err)
	assert.Equal(t, map[string]Range{"ids": {Min: 0, Max: 9}, "a:b": {Min: 1, Max: 2}, "x*": {Min: 3, Max: 3}}, got, "the last counts")
	got, err = ParseRanges("")
	require.NoError(t, err)
	assert.Empty(t, got)
	for text, want := range map[string]string{
		"ids:1": "expected name:min:max", "ids:1:": `"" is no finite number`, "ids:a:2": `ids: "a" is no finite number`, "ids:0:Inf": "no finite number",
		"ids:NaN:2": "no finite number", "ids:2:1": "the lower end 2 is above the upper one 1", ":1:2": "expected a name",
	} {
		_, err := ParseRanges(text)
		assert.ErrorContains(t, err, want, text)
		assert.ErrorContains(t, err, "inputs: parse ranges")
	}
}

func TestParseSeeds(t *testing.T) {
	got, err := ParseSeeds("x:1,a:b:4294967295")
	require.NoError(t, err)
	assert.Equal(t, map[string]uint32{"x": 1, "a:b": 4294967295}, got)
	got, err = ParseSeeds("")
	require.NoError(t, err)
	assert.Empty(t, got)
	for text, want := range map[string]string{
		"x": "expected name:seed", "x:-1": `"-1" is no seed`, "x:4294967296": "expected a whole number from 0 to 4294967295", "x:": `"" is no seed`,
	} {
		_, err := ParseSeeds(text)
		assert.ErrorContains(t, err, want, text)
	}
}

func TestLoad(t *testing.T) {
	folder := t.TempDir()
	raw := filepath.Join(folder, "raw.bin")
	require.NoError(t, os.WriteFile(raw, []byte{1, 2, 3}, 0o600))
	got, err := Load("x:" + raw + ",'a:b':../tensor/npy/testdata/rows.npy")
	require.NoError(t, err)
	assert.Equal(t, tensor.Values{Tensor: record.Tensor{Name: "x"}, Data: []byte{1, 2, 3}}, got["x"])
	array := got["a:b"]
	assert.Equal(t, record.Tensor{Name: "a:b", Type: "float32", Shape: []int{2, 3}}, array.Tensor)
	assert.Len(t, array.Data, 24)

	none, err := Load("")
	require.NoError(t, err)
	assert.Empty(t, none)
}

func TestLoadRefuses(t *testing.T) {
	folder := t.TempDir()
	fake, cut := filepath.Join(folder, "fake.npy"), filepath.Join(folder, "cut.bin")
	require.NoError(t, os.WriteFile(fake, []byte{1, 2, 3}, 0o600))
	array, err := os.ReadFile("../tensor/npy/testdata/rows.npy")
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(cut, array[:len(array)-1], 0o600))
	for text, want := range map[string]string{
		"x":                    `inputs: parse files "x": expected name:file, found "x"`,
		"x:":                   "x: no file after the colon",
		"x:" + folder:          folder + " is no regular file (d",
		"x:/dev/zero":          "/dev/zero is no regular file (D",
		"x:" + fake:            fake + ": npy: not a file of NumPy",
		"x:" + cut:             "is the file cut short?",
		"x:missing,y:missing2": "inputs: file of x: stat missing: no such file or directory\ninputs: file of y: stat missing2",
	} {
		_, err := Load(text)
		assert.ErrorContains(t, err, want, text)
	}
}

// Whatever the text is: no crash, and a range that is read has a name and is in order.
func FuzzParseRanges(f *testing.F) {
	for _, text := range []string{"x:0:1", "'a,b:c':-1:2e9,y:0:0", "x:1:", "'", ":::", "*:1:2,*:3:4"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		ranges, err := ParseRanges(text)
		if err != nil {
			require.Nil(t, ranges)
			return
		}
		for name, r := range ranges {
			require.NotEmpty(t, name)
			require.LessOrEqual(t, r.Min, r.Max)
		}
	})
}
