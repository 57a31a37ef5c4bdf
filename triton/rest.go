package triton

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"github.com/trtbench/trtbench/triton/internal/transport"
	"github.com/trtbench/trtbench/triton/kserve"
)

// restConn carries the calls of the protocol over HTTP, so that one generated client serves both. It knows the calls that ask about
// the server; it has no streams, and inference does not go through it.
type restConn struct {
	endpoint *endpoint
	client   *http.Client
	base     string
}

func newRESTConn(e *endpoint) *restConn {
	scheme := "http://"
	if e.tls != nil {
		scheme = "https://"
	}
	return &restConn{endpoint: e, client: &http.Client{Transport: &http.Transport{TLSClientConfig: e.tls}}, base: scheme + e.address + "/"}
}

// Close drops the connections.
func (r *restConn) Close() error {
	r.client.CloseIdleConnections()
	return nil
}

// NewStream is an error: HTTP has no streams.
func (r *restConn) NewStream(context.Context, *grpc.StreamDesc, string, ...grpc.CallOption) (grpc.ClientStream, error) {
	return nil, status.Error(codes.Unimplemented, "streams need gRPC")
}

// Invoke makes an HTTP request of a call and the reply of its answer. Errors are those of gRPC.
func (r *restConn) Invoke(ctx context.Context, _ string, args, reply any, _ ...grpc.CallOption) error {
	route, err := routeOf(args)
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, route.verb, r.base+route.path, bytes.NewReader(route.body))
	if err != nil {
		return status.Error(codes.InvalidArgument, err.Error())
	}
	for name, value := range r.endpoint.Header {
		request.Header.Set(name, value)
	}
	answer, err := r.client.Do(request)
	if err != nil {
		if ctx.Err() != nil {
			return status.FromContextError(ctx.Err()).Err()
		}
		return status.Error(codes.Unavailable, err.Error())
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(io.LimitReader(answer.Body, maxAnswer))
	if err != nil {
		return status.Error(codes.Unavailable, err.Error())
	}
	if answer.StatusCode != http.StatusOK {
		return status.Error(transport.HTTPCode(answer.StatusCode), transport.HTTPError(answer.StatusCode, body))
	}
	if body, err = route.decoded(body); err == nil {
		err = protojson.UnmarshalOptions{DiscardUnknown: true}.Unmarshal(body, reply.(proto.Message))
	}
	if err != nil {
		return status.Error(codes.Internal, fmt.Sprintf("GET /%s: not the JSON that was expected: %v", route.path, err))
	}
	return nil
}

// maxAnswer bounds the text of an answer about a server.
const maxAnswer = 1 << 28

// route is the HTTP form of a call.
type route struct {
	verb, path string
	body       []byte
	decode     func([]byte) ([]byte, error) // makes the JSON of the reply from that of the answer; nil: they are the same
}

func (r *route) decoded(body []byte) ([]byte, error) {
	if r.decode == nil {
		return body, nil
	}
	return r.decode(body)
}

// routeOf returns the HTTP form of a call with this argument.
func routeOf(args any) (*route, error) {
	switch a := args.(type) {
	case *kserve.ServerLiveRequest:
		return get("v2/health/live").fixed(`{"live":true}`), nil
	case *kserve.ServerReadyRequest:
		return get("v2/health/ready").fixed(`{"ready":true}`), nil
	case *kserve.ModelReadyRequest:
		return get(modelPath(a.GetName(), a.GetVersion()) + "/ready").fixed(`{"ready":true}`), nil
	case *kserve.ServerMetadataRequest:
		return get("v2"), nil
	case *kserve.ModelMetadataRequest:
		return get(modelPath(a.GetName(), a.GetVersion())), nil
	case *kserve.ModelConfigRequest:
		return get(modelPath(a.GetName(), a.GetVersion()) + "/config").member("config"), nil
	case *kserve.ModelStatisticsRequest:
		return get(modelPath(a.GetName(), a.GetVersion()) + "/stats"), nil
	case *kserve.RepositoryIndexRequest:
		return post("v2/repository/index", nil).member("models"), nil
	case *kserve.RepositoryModelLoadRequest:
		return post("v2/repository/models/"+url.PathEscape(a.GetModelName())+"/load", nil).fixed("{}"), nil
	case *kserve.RepositoryModelUnloadRequest:
		return post("v2/repository/models/"+url.PathEscape(a.GetModelName())+"/unload", nil).fixed("{}"), nil
	case *kserve.SystemSharedMemoryStatusRequest:
		return get("v2/systemsharedmemory/status").regions(), nil
	case *kserve.SystemSharedMemoryRegisterRequest:
		return post("v2/systemsharedmemory/region/"+url.PathEscape(a.GetName())+"/register", map[string]any{
			"key": a.GetKey(), "offset": a.GetOffset(), "byte_size": a.GetByteSize()}).fixed("{}"), nil
	case *kserve.SystemSharedMemoryUnregisterRequest:
		return post("v2/systemsharedmemory/region/"+url.PathEscape(a.GetName())+"/unregister", nil).fixed("{}"), nil
	case *kserve.CudaSharedMemoryStatusRequest:
		return get("v2/cudasharedmemory/status").regions(), nil
	case *kserve.CudaSharedMemoryRegisterRequest:
		return post("v2/cudasharedmemory/region/"+url.PathEscape(a.GetName())+"/register", map[string]any{
			"raw_handle": map[string]any{"b64": a.GetRawHandle()}, "device_id": a.GetDeviceId(), "byte_size": a.GetByteSize()}).fixed("{}"), nil
	case *kserve.CudaSharedMemoryUnregisterRequest:
		return post("v2/cudasharedmemory/region/"+url.PathEscape(a.GetName())+"/unregister", nil).fixed("{}"), nil
	}
	return nil, status.Errorf(codes.Unimplemented, "%T has no form over HTTP", args)
}

// modelPath returns the path of a model, or of all models.
func modelPath(model, version string) string {
	path := "v2/models"
	if model != "" {
		path += "/" + url.PathEscape(model)
	}
	if version != "" {
		path += "/versions/" + url.PathEscape(version)
	}
	return path
}

func get(path string) *route { return &route{verb: http.MethodGet, path: path} }

func post(path string, body map[string]any) *route {
	r := &route{verb: http.MethodPost, path: path}
	if body != nil {
		r.body, _ = json.Marshal(body) // strings, numbers and bytes always can be written
	}
	return r
}

// fixed takes the reply for granted when the answer is a good one.
func (r *route) fixed(reply string) *route {
	r.decode = func([]byte) ([]byte, error) { return []byte(reply), nil }
	return r
}

// member makes the answer a member of the reply.
func (r *route) member(name string) *route {
	r.decode = func(body []byte) ([]byte, error) { return fmt.Appendf(nil, "{%q:%s}", name, body), nil }
	return r
}

// regions makes a map by name of a list of regions.
func (r *route) regions() *route {
	r.decode = func(body []byte) ([]byte, error) {
		var list []map[string]any
		if err := json.Unmarshal(body, &list); err != nil {
			return nil, err
		}
		regions := map[string]any{}
		for _, region := range list {
			regions[fmt.Sprint(region["name"])] = region
		}
		return json.Marshal(map[string]any{"regions": regions})
	}
	return r
}
