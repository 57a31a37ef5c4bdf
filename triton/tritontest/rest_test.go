package tritontest_test

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"

	"github.com/trtbench/trtbench/triton/tritontest"
)

// call makes an HTTP request and returns the status and the body.
func call(t *testing.T, method, url, body string, header ...string) (int, string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	require.NoError(t, err)
	for i := 0; i+1 < len(header); i += 2 {
		request.Header.Set(header[i], header[i+1])
	}
	response, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Do(request)
	require.NoError(t, err)
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return response.StatusCode, string(text)
}

const tinyJSON = `{"id":"a","inputs":[{"name":"x","datatype":"FP32","shape":[1,4],"data":[1,2,[3,4]]}]}`

// What both servers answer, and how much of it must be the same.
func TestRESTAsServer(t *testing.T) {
	server := tritontest.Start(t)
	model := tritontest.Tiny()
	model.Infer = func(r *tritontest.Request) ([][]byte, error) { // as the real one: y = x + 1
		values := float32s(r.Inputs[0].Data)
		for i := range values {
			values[i]++
		}
		return [][]byte{floats("", 1, values...).data}, nil
	}
	mock := tritontest.NewMock(t, tritontest.MockOptions{}, model, tritontest.Repeat())
	flat := strings.NewReplacer("[3,4]", "3,4").Replace(tinyJSON)
	for _, test := range []struct {
		method, path, body string
		same               bool // of the body, besides the status
	}{
		{http.MethodGet, "/v2/health/live", "", true},
		{http.MethodGet, "/v2/health/ready", "", true},
		{http.MethodGet, "/v2/models/tiny/ready", "", true},
		{http.MethodGet, "/v2/models/absent/ready", "", true},
		{http.MethodGet, "/v2/models/absent", "", true},
		{http.MethodGet, "/v2/models/tiny/versions/1", "", false},
		{http.MethodGet, "/v2/models/tiny/stats", "", false},
		{http.MethodPost, "/v2/models/tiny/infer", flat, true},
		{http.MethodPost, "/v2/models/tiny/versions/1/infer", flat, true},
		{http.MethodPost, "/v2/models/absent/infer", flat, true},
		{http.MethodPost, "/v2/models/tiny/infer", strings.Replace(flat, `"x"`, `"z"`, 1), true},
		{http.MethodPost, "/v2/models/tiny/infer", strings.Replace(flat, "FP32", "INT32", 1), true},
		{http.MethodPost, "/v2/models/repeat/infer", `{"inputs":[{"name":"count","datatype":"INT32","shape":[1],"data":[1]}]}`, true},
	} {
		t.Run(test.method+test.path, func(t *testing.T) {
			wantStatus, want := call(t, test.method, "http://"+server.HTTP+test.path, test.body)
			gotStatus, got := call(t, test.method, "http://"+mock.HTTPAddr()+test.path, test.body)
			assert.Equal(t, wantStatus, gotStatus, "%s", got)
			switch {
			case test.same && want != "":
				assert.JSONEq(t, want, got)
			case test.same:
				assert.Empty(t, got)
			default:
				assert.Equal(t, keys(t, want), keys(t, got))
			}
		})
	}
}

// keys are the names in a JSON object.
func keys(t *testing.T, text string) []string {
	t.Helper()
	var object map[string]any
	require.NoError(t, json.Unmarshal([]byte(text), &object), "%s", text)
	return fields(object)
}

func fields(value any) []string {
	var names []string
	switch v := value.(type) {
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(v)) {
			names = append(names, name)
			names = append(names, fields(v[name])...)
		}
	case []any:
		if len(v) > 0 {
			names = fields(v[0])
		}
	}
	return names
}

func TestRESTBinary(t *testing.T) {
	mock := tritontest.NewMock(t, tritontest.MockOptions{}, tritontest.Tiny())
	url := "http://" + mock.HTTPAddr() + "/v2/models/tiny/infer"
	header := `{"inputs":[{"name":"x","datatype":"FP32","shape":[1,4],"parameters":{"binary_data_size":16}}],` +
		`"parameters":{"binary_data_output":true}}`
	data := string(floats("x", 1, 1, 2, 3, 4).data)
	code, body := call(t, http.MethodPost, url, header+data, "Inference-Header-Content-Length", fmt.Sprint(len(header)))
	require.Equal(t, http.StatusOK, code, body)
	assert.True(t, strings.HasSuffix(body, data))
	assert.Contains(t, body, `"parameters":{"binary_data_size":16}`)

	for name, length := range map[string]string{"not a number": "x", "too long": "9999", "negative": "-1"} {
		code, body := call(t, http.MethodPost, url, header+data, "Inference-Header-Content-Length", length)
		assert.Equal(t, http.StatusBadRequest, code, name)
		assert.Contains(t, body, "Inference-Header-Content-Length", name)
	}
	code, body = call(t, http.MethodPost, url, header+data[:8], "Inference-Header-Content-Length", fmt.Sprint(len(header)))
	assert.Equal(t, http.StatusBadRequest, code, body)
	code, body = call(t, http.MethodPost, url, `{"inputs":`)
	assert.Equal(t, http.StatusBadRequest, code, body)
	code, body = call(t, http.MethodPost, url, strings.Replace(tinyJSON, "FP32", "FP16", 1))
	assert.Equal(t, http.StatusBadRequest, code, body)
}

func TestRESTRepository(t *testing.T) {
	mock := tritontest.NewMock(t, tritontest.MockOptions{}, tritontest.Tiny())
	url := "http://" + mock.HTTPAddr()
	code, _ := call(t, http.MethodPost, url+"/v2/repository/models/tiny/unload", "")
	assert.Equal(t, http.StatusOK, code)
	code, _ = call(t, http.MethodGet, url+"/v2/health/ready", "")
	assert.Equal(t, http.StatusBadRequest, code)
	_, body := call(t, http.MethodPost, url+"/v2/repository/index", "")
	assert.JSONEq(t, `[{"name":"tiny","version":"1","state":"UNAVAILABLE","reason":"unloaded"}]`, body)
	code, _ = call(t, http.MethodPost, url+"/v2/repository/models/tiny/load", "")
	assert.Equal(t, http.StatusOK, code)
	code, body = call(t, http.MethodPost, url+"/v2/models/tiny/infer", tinyJSON)
	assert.Equal(t, http.StatusOK, code, body)
	_, body = call(t, http.MethodGet, url+"/v2/models/tiny/config", "")
	assert.Contains(t, body, `"data_type":"TYPE_FP32","dims":[4]`)
	_, body = call(t, http.MethodGet, url+"/metrics", "")
	assert.Contains(t, body, `nv_inference_count{model="tiny",version="1"} 1`)
}

func TestRESTFaults(t *testing.T) {
	behaviour := tritontest.Behaviour{Fault: tritontest.Every(2, tritontest.Fault{Code: codes.Unavailable})}
	mock := tritontest.NewMock(t, tritontest.MockOptions{Metrics: func() string { return "nv_gpu_utilization 0.5\n" }}, with(behaviour))
	url := "http://" + mock.HTTPAddr()
	code, _ := call(t, http.MethodPost, url+"/v2/models/tiny/infer", tinyJSON)
	assert.Equal(t, http.StatusOK, code)
	code, body := call(t, http.MethodPost, url+"/v2/models/tiny/infer", tinyJSON)
	assert.Equal(t, http.StatusServiceUnavailable, code)
	assert.Contains(t, body, "error")
	_, body = call(t, http.MethodGet, url+"/metrics", "")
	assert.Equal(t, "nv_gpu_utilization 0.5\n", body)

	mock.Set("tiny", func(b *tritontest.Behaviour) {
		b.Fault = func(int64) tritontest.Fault { return tritontest.Fault{Reset: true} }
	})
	_, err := http.Post(url+"/v2/models/tiny/infer", "application/json", strings.NewReader(tinyJSON))
	require.Error(t, err)
}
