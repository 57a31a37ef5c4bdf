package tritontest

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strconv"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// headerLength is the HTTP header that says where the JSON ends and the binary tensors begin.
const headerLength = "Inference-Header-Content-Length"

// restRequest is the JSON of an inference request.
type restRequest struct {
	ID         string         `json:"id"`
	Parameters map[string]any `json:"parameters"`
	Inputs     []restTensor   `json:"inputs"`
	Outputs    []restTensor   `json:"outputs"`
}

// restResponse is the JSON of its answer.
type restResponse struct {
	ModelName    string       `json:"model_name"`
	ModelVersion string       `json:"model_version"`
	ID           string       `json:"id,omitempty"`
	Outputs      []restTensor `json:"outputs"`
}

type restTensor struct {
	Name       string         `json:"name"`
	Datatype   string         `json:"datatype,omitempty"`
	Shape      []int64        `json:"shape,omitempty"`
	Parameters map[string]any `json:"parameters,omitempty"`
	Data       any            `json:"data,omitempty"`
}

// inferREST answers a single request over HTTP.
func (m *Mock) inferREST(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // the client has gone
	}
	form, request, err := parseREST(body, r.Header.Get(headerLength))
	if err != nil {
		writeJSON(w, nil, err)
		return
	}
	request.Model = r.PathValue("model")
	if s := m.stations[request.Model]; s != nil && s.read().Config.GetModelTransactionPolicy().GetDecoupled() {
		writeJSON(w, nil, status.Error(codes.Unimplemented, "HTTP end point doesn't support models with decoupled transaction policy"))
		return
	}
	a, cut, err := m.infer(r.Context(), request)
	if cut {
		m.cutConnection(r.RemoteAddr)
		return
	}
	if err != nil {
		writeJSON(w, nil, err)
		return
	}
	form.write(w, &a)
}

// parseREST reads JSON and the binary tensors after it.
func parseREST(body []byte, length string) (*restRequest, *Request, error) {
	invalid := func(format string, arguments ...any) (*restRequest, *Request, error) {
		return nil, nil, status.Errorf(codes.InvalidArgument, "mock: "+format, arguments...)
	}
	text, binaries := body, []byte(nil)
	if length != "" {
		n, err := strconv.Atoi(length)
		if err != nil || n < 0 || n > len(body) {
			return invalid("%s is %q, the body has %d bytes", headerLength, length, len(body))
		}
		text, binaries = body[:n], body[n:]
	}
	var form restRequest
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(&form); err != nil {
		return invalid("failed to parse the request JSON buffer: %v", err)
	}
	request := &Request{ID: form.ID}
	for name, value := range form.Parameters {
		request.setParameter(name, jsonUint(value))
	}
	for _, in := range form.Inputs {
		tensor := Tensor{Name: in.Name, Type: in.Datatype, Shape: in.Shape}
		if size, ok := in.Parameters["binary_data_size"]; ok {
			n := jsonUint(size)
			if n > uint64(len(binaries)) {
				return invalid("input %q has %v bytes, %d are left", in.Name, size, len(binaries))
			}
			tensor.Data, binaries = binaries[:n], binaries[n:]
		} else {
			var err error
			if tensor.Data, err = appendElements(nil, in.Datatype, in.Data); err != nil {
				return invalid("input %q: %v", in.Name, err)
			}
		}
		request.Inputs = append(request.Inputs, tensor)
	}
	for _, out := range form.Outputs {
		request.Outputs = append(request.Outputs, out.Name)
	}
	return &form, request, nil
}

// binary says whether an output is wanted in binary form.
func (f *restRequest) binary(output string) bool {
	all, _ := f.Parameters["binary_data_output"].(bool)
	at := slices.IndexFunc(f.Outputs, func(t restTensor) bool { return t.Name == output })
	if at >= 0 {
		if one, ok := f.Outputs[at].Parameters["binary_data"].(bool); ok {
			return one
		}
	}
	return all
}

// write writes the answer in the form that was asked for.
func (f *restRequest) write(w http.ResponseWriter, a *answer) {
	response := restResponse{ModelName: a.model, ModelVersion: "1", ID: a.id, Outputs: []restTensor{}}
	var binaries []byte
	for _, tensor := range a.outputs {
		out := restTensor{Name: tensor.Name, Datatype: tensor.Type, Shape: tensor.Shape}
		if f.binary(tensor.Name) {
			out.Parameters = map[string]any{"binary_data_size": len(tensor.Data)}
			binaries = append(binaries, tensor.Data...)
		} else {
			elements, err := elements(tensor.Type, tensor.Data)
			if err != nil {
				writeJSON(w, nil, status.Errorf(codes.InvalidArgument, "mock: output %q: %v", tensor.Name, err))
				return
			}
			out.Data = elements
		}
		response.Outputs = append(response.Outputs, out)
	}
	text, err := json.Marshal(response)
	if err != nil {
		writeJSON(w, nil, status.Errorf(codes.Internal, "mock: %v", err)) // NaN has no JSON
		return
	}
	if binaries != nil {
		w.Header().Set("Content-Type", "application/octet-stream")
		w.Header().Set(headerLength, strconv.Itoa(len(text)))
	} else {
		w.Header().Set("Content-Type", "application/json")
	}
	_, _ = w.Write(append(text, binaries...)) // the client may have gone
}

// jsonUint is a JSON number, or a JSON truth as 0 or 1.
func jsonUint(value any) uint64 {
	switch v := value.(type) {
	case bool:
		if v {
			return 1
		}
	case json.Number:
		n, _ := strconv.ParseUint(v.String(), 10, 64)
		return n
	}
	return 0
}

// appendElements appends numbers, nested in arrays as they may be, in the binary form of the type.
func appendElements(b []byte, datatype string, value any) ([]byte, error) {
	switch v := value.(type) {
	case []any:
		for _, element := range v {
			var err error
			if b, err = appendElements(b, datatype, element); err != nil {
				return nil, err
			}
		}
		return b, nil
	case json.Number:
		return appendNumber(b, datatype, v)
	}
	return nil, status.Errorf(codes.Unimplemented, "%s element %v: the mock reads numbers only", datatype, value)
}

func appendNumber(b []byte, datatype string, number json.Number) ([]byte, error) {
	kind, ok := numberTypes[datatype]
	if !ok {
		return nil, status.Errorf(codes.Unimplemented, "%s has no JSON form here", datatype)
	}
	value, err := kind.parse(number.String())
	if err != nil {
		return nil, err
	}
	return binary.Append(b, binary.LittleEndian, value)
}

// elements are numbers as JSON has them.
func elements(datatype string, data []byte) (any, error) {
	kind, ok := numberTypes[datatype]
	if !ok {
		return nil, status.Errorf(codes.Unimplemented, "%s has no JSON form here", datatype)
	}
	return kind.decode(data), nil
}
