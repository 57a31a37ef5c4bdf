package data

import (
	"fmt"
	"math/rand/v2"

	"github.com/trtbench/trtbench/internal/named"
	"github.com/trtbench/trtbench/record"
	"github.com/trtbench/trtbench/tensor"
)

// letters are those that perf_analyzer makes strings of.
const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 .?!"

const defaultStringLength = 128

// generate makes streams of one step.
func (o *Options) generate(ins []Tensor) (*Set, error) {
	set := &Set{}
	for variant := range max(o.Variants, 1) {
		step := Step{}
		for i := range ins {
			value, err := o.value(&ins[i], uint32(variant))
			if err != nil {
				return nil, fmt.Errorf("input %q: %w", ins[i].Name, err)
			}
			step[ins[i].Name] = value
		}
		set.Streams = append(set.Streams, []Step{step})
	}
	return set, nil
}

func (o *Options) value(t *Tensor, variant uint32) (Value, error) {
	shape := t.Shape
	if given, known := o.Random.Shape(t.Name); known && !t.Fixed() && t.fits(given) {
		shape = given
	}
	count, err := elements(shape)
	if err != nil {
		return Value{}, fmt.Errorf("%w; choose its sizes, as in --shape %s:8,16", err, t.Name)
	}
	if t.Type == Bytes {
		return Value{shape, o.strings(count, variant)}, nil
	}
	v := Value{shape, make([]byte, count*Size(t.Type))}
	_, _, given := named.Lookup(o.Random.Values, t.Name)
	switch {
	case o.Kind == Zero && !given:
	case o.RawBytes && !given:
		fillRaw(v.Data, o.Random.Seed, variant)
	default:
		source := o.Random
		source.Seed = max(source.Seed, 1) + variant // 0 stands for 1
		err = source.Fill(&tensor.Values{Tensor: record.Tensor{Name: t.Name, Input: true, Type: ElementName(t.Type), Shape: ints(shape)}, Data: v.Data})
	}
	return v, err
}

func (o *Options) strings(count int, variant uint32) []byte {
	length := o.StringLength
	if length == 0 {
		length = defaultStringLength
	}
	random := rand.New(rand.NewPCG(uint64(o.Random.Seed), uint64(variant)))
	text := make([]byte, length)
	var data []byte
	for range count {
		s := o.StringData
		if s == "" {
			for i := range text {
				text[i] = letters[random.IntN(len(letters))]
			}
			s = string(text)
		}
		data = appendString(data, s)
	}
	return data
}

// fillRaw writes bytes of which every value is as likely.
func fillRaw(dst []byte, seed, variant uint32) {
	random := rand.New(rand.NewPCG(uint64(seed), uint64(variant)))
	for i := range dst {
		dst[i] = byte(random.Uint32())
	}
}

func ints(shape []int64) []int {
	sizes := make([]int, len(shape))
	for i, size := range shape {
		sizes[i] = int(size)
	}
	return sizes
}
