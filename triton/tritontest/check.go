package tritontest

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/trtbench/trtbench/triton/kserve"
)

// check compares a request with the configuration, as the real server does and in its words, and returns the batch size.
func (m *Model) check(r *Request) (int64, error) {
	name, batch := m.Config.GetName(), int64(1)
	for i := range r.Inputs {
		got := &r.Inputs[i]
		at := slices.IndexFunc(m.Config.GetInput(), func(want *kserve.ModelInput) bool { return want.GetName() == got.Name })
		if at < 0 {
			return 0, status.Errorf(codes.InvalidArgument, "unexpected inference input '%s' for model '%s'", got.Name, name)
		}
		if slices.ContainsFunc(r.Inputs[:i], func(earlier Tensor) bool { return earlier.Name == got.Name }) {
			return 0, r.invalid("input '%s' already exists in request", got.Name)
		}
	}
	for _, asked := range r.Outputs {
		if !slices.ContainsFunc(m.Config.GetOutput(), func(o *kserve.ModelOutput) bool { return o.GetName() == asked }) {
			return 0, status.Errorf(codes.InvalidArgument, "unexpected inference output '%s' for model '%s'", asked, name)
		}
	}
	if len(r.Inputs) != len(m.Config.GetInput()) {
		return 0, r.invalid("expected %d inputs but got %d inputs for model '%s'", len(m.Config.GetInput()), len(r.Inputs), name)
	}
	for i, want := range m.Config.GetInput() {
		rows, err := m.checkInput(r, want)
		if err != nil {
			return 0, err
		}
		if i > 0 && rows != batch {
			return 0, r.invalid("input '%s' batch size does not match other inputs for '%s'", want.GetName(), name)
		}
		batch = rows
	}
	return batch, nil
}

// checkInput returns the number of items in an input that the request has.
func (m *Model) checkInput(r *Request, want *kserve.ModelInput) (int64, error) {
	name, element := m.Config.GetName(), elementTypes[want.GetDataType()]
	got := r.input(want.GetName())
	if got.Type != element.name {
		return 0, r.invalid("inference input '%s' data-type is '%s', but model '%s' expects '%s'", got.Name, got.Type, name, element.name)
	}
	dims, batch := want.GetDims(), int64(1)
	if most := int64(m.Config.GetMaxBatchSize()); most > 0 {
		dims = append([]int64{-1}, dims...)
		if len(got.Shape) > 0 {
			batch = got.Shape[0]
		}
		if batch > most {
			return 0, r.invalid("inference request batch-size must be <= %d for '%s'", most, name)
		}
	}
	fits, bytes := len(got.Shape) == len(dims), element.size
	for i, dimension := range got.Shape {
		fits = fits && dimension >= 0 && (dims[i] == dimension || dims[i] < 0)
		bytes *= dimension
	}
	if !fits {
		return 0, r.invalid("unexpected shape for input '%s' for model '%s'. Expected %s, got %s", got.Name, name, shapeText(dims), shapeText(got.Shape))
	}
	if element.size > 0 && bytes != int64(len(got.Data)) {
		return 0, r.invalid("input byte size mismatch for input '%s' for model '%s'. Expected %d, got %d", got.Name, name, bytes, len(got.Data))
	}
	return batch, nil
}

// invalid is an error that names the request as the real server does.
func (r *Request) invalid(format string, arguments ...any) error {
	id := r.ID
	if id == "" {
		id = "<id_unknown>"
	}
	return status.Errorf(codes.InvalidArgument, "[request id: %s] %s", id, fmt.Sprintf(format, arguments...))
}

func shapeText(shape []int64) string {
	text := make([]string, len(shape))
	for i, dimension := range shape {
		text[i] = strconv.FormatInt(dimension, 10)
	}
	return "[" + strings.Join(text, ",") + "]"
}
