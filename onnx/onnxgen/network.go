package onnxgen

import "strconv"

// network is the model as a list of operators and weights.
type network struct {
	dimensions
	nodes   []node
	weights []weight
}

// node is an operator that is applied. Its only output has its name, or that of an output of the model.
type node struct {
	operator string
	inputs   []string
	output   string
	to       int // type that a Cast gives, in ONNX's numbers
}

// ONNX's numbers of types.
const (
	float32Type = 1
	float16Type = 10
)

func (d dimensions) network() *network {
	n := &network{dimensions: d}
	w := d.width
	signal, state := n.inside("signal"), n.inside("state")
	heard := n.add("Gemm", "heard", signal, n.weight("W", 2, Samples, w), n.weight("b", 1, w))
	remembered := n.add("MatMul", "remembered", state, n.weight("R", 1, w, w))
	h := n.add("Tanh", "h0", n.add("Add", "heard_and_remembered", heard, remembered))
	half := n.constant("half", 0.5)
	for i := range d.blocks {
		number := strconv.Itoa(i + 1)
		wide := n.add("MatMul", "wide"+number, h, n.weight("U"+number, 2, w, w))
		wide = n.add("Relu", "relu"+number, n.add("Add", "shifted"+number, wide, n.weight("c"+number, 1, w)))
		change := n.add("Gemm", "change"+number, wide, n.weight("V"+number, 2, w, w), n.weight("d"+number, 1, w))
		sum := n.add("Add", "sum"+number, h, n.add("Tanh", "bounded"+number, change))
		h = n.add("Mul", "h"+number, sum, half)
	}
	logits := n.add("MatMul", "logits", h, n.weight("O", 4, w, Tokens))
	n.outside("Softmax", "probabilities", logits)
	n.outside("Identity", "state_next", h)
	return n
}

// inside gives an input the type that is computed in.
func (n *network) inside(input string) string {
	if !n.half {
		return input
	}
	n.nodes = append(n.nodes, node{operator: "Cast", inputs: []string{input}, output: input + "_half", to: float16Type})
	return input + "_half"
}

// outside adds the operator that ends in an output, which is float32.
func (n *network) outside(operator, output, input string) {
	if n.half {
		input = n.add("Cast", output+"_single", input)
		n.nodes[len(n.nodes)-1].to = float32Type
	}
	n.add(operator, output, input)
}

func (n *network) add(operator, output string, inputs ...string) string {
	n.nodes = append(n.nodes, node{operator: operator, inputs: inputs, output: output})
	return output
}

func (n *network) weight(name string, gain float64, dims ...int) string {
	if len(dims) == 1 { // a bias: as small as one term of the sum that it is added to
		gain /= 2
	}
	n.weights = append(n.weights, weight{name: name, dims: dims, gain: gain})
	return name
}

func (n *network) constant(name string, v float32) string {
	n.weights = append(n.weights, weight{name: name, constant: v})
	return name
}
