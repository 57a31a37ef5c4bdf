package onnxgen

import (
	"math"
	"strconv"

	"github.com/x448/float16"
)

// evaluation computes the model by the formula in the package's comment, in float64, one stream at a time.
type evaluation struct {
	d       dimensions
	weights map[string][]float64
}

func newEvaluation(o Options) *evaluation {
	e := &evaluation{o.dimensions(), map[string][]float64{}}
	n := e.d.network()
	for place, w := range n.weights {
		next := w.numbers(o.Seed, place)
		numbers := make([]float64, w.count())
		for i := range numbers {
			v := next()
			if e.d.half {
				v = float16.Fromfloat32(v).Float32()
			}
			numbers[i] = float64(v)
		}
		e.weights[w.name] = numbers
	}
	return e
}

// run takes the inputs of one stream.
func (e *evaluation) run(signal, state []float64) (probabilities, next []float64) {
	h := apply(math.Tanh, add(e.times(signal, "W"), e.weights["b"], e.times(state, "R")))
	for i := 1; i <= e.d.blocks; i++ {
		number := strconv.Itoa(i)
		wide := apply(relu, add(e.times(h, "U"+number), e.weights["c"+number]))
		change := apply(math.Tanh, add(e.times(wide, "V"+number), e.weights["d"+number]))
		h = apply(func(v float64) float64 { return v / 2 }, add(h, change))
	}
	return softmax(e.times(h, "O")), h
}

// times multiplies a row by a matrix.
func (e *evaluation) times(row []float64, matrix string) []float64 {
	m := e.weights[matrix]
	columns := len(m) / len(row)
	product := make([]float64, columns)
	for i, v := range row {
		for j := range product {
			product[j] += v * m[i*columns+j]
		}
	}
	return product
}

func add(rows ...[]float64) []float64 {
	sum := make([]float64, len(rows[0]))
	for _, row := range rows {
		for i, v := range row {
			sum[i] += v
		}
	}
	return sum
}

func apply(f func(float64) float64, row []float64) []float64 {
	for i, v := range row {
		row[i] = f(v)
	}
	return row
}

func relu(v float64) float64 { return max(v, 0) }

func softmax(row []float64) []float64 {
	sum := 0.0
	for i, v := range row {
		row[i] = math.Exp(v)
		sum += row[i]
	}
	return apply(func(v float64) float64 { return v / sum }, row)
}
