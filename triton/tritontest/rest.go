package tritontest

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/trtbench/trtbench/triton/kserve"
)

// newREST serves the HTTP form of the protocol from what the gRPC service answers.
func (m *Mock) newREST() http.Handler {
	s, mux := service{mock: m}, http.NewServeMux()
	handle := func(pattern string, answer func(*http.Request) (any, error)) {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			content, err := answer(r)
			writeJSON(w, content, err)
		})
	}
	handle("GET /v2", func(r *http.Request) (any, error) { return message(s.ServerMetadata(r.Context(), nil)) })
	handle("GET /v2/health/live", func(*http.Request) (any, error) { return nil, nil })
	handle("GET /v2/health/ready", func(*http.Request) (any, error) {
		return nil, readiness(m.ready(), "Server not ready")
	})
	handle("POST /v2/repository/index", func(r *http.Request) (any, error) {
		return member(message(s.RepositoryIndex(r.Context(), &kserve.RepositoryIndexRequest{})))("models")
	})
	handle("POST /v2/repository/models/{model}/load", func(r *http.Request) (any, error) {
		_, err := s.RepositoryModelLoad(r.Context(), &kserve.RepositoryModelLoadRequest{ModelName: r.PathValue("model")})
		return nil, err
	})
	handle("POST /v2/repository/models/{model}/unload", func(r *http.Request) (any, error) {
		_, err := s.RepositoryModelUnload(r.Context(), &kserve.RepositoryModelUnloadRequest{ModelName: r.PathValue("model")})
		return nil, err
	})
	handle("GET /v2/models/stats", func(r *http.Request) (any, error) {
		return message(s.ModelStatistics(r.Context(), &kserve.ModelStatisticsRequest{}))
	})
	for _, path := range []string{"/v2/models/{model}", "/v2/models/{model}/versions/{version}"} {
		handle("GET "+path, func(r *http.Request) (any, error) {
			return message(s.ModelMetadata(r.Context(), &kserve.ModelMetadataRequest{Name: r.PathValue("model"), Version: r.PathValue("version")}))
		})
		handle("GET "+path+"/ready", func(r *http.Request) (any, error) {
			model, err := m.find(r.PathValue("model"), r.PathValue("version"))
			return nil, readiness(err == nil && !model.Behaviour.NotReady, "Model version not ready")
		})
		handle("GET "+path+"/config", func(r *http.Request) (any, error) {
			return member(message(s.ModelConfig(r.Context(), &kserve.ModelConfigRequest{Name: r.PathValue("model"), Version: r.PathValue("version")})))("config")
		})
		handle("GET "+path+"/stats", func(r *http.Request) (any, error) {
			return message(s.ModelStatistics(r.Context(), &kserve.ModelStatisticsRequest{Name: r.PathValue("model"), Version: r.PathValue("version")}))
		})
		mux.HandleFunc("POST "+path+"/infer", m.inferREST)
	}
	mux.HandleFunc("GET /metrics", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, m.metrics()) })
	return mux
}

func readiness(ready bool, reason string) error {
	if !ready {
		return status.Error(codes.InvalidArgument, reason)
	}
	return nil
}

// writeJSON writes the content, or the error in the form of the protocol.
func writeJSON(w http.ResponseWriter, content any, err error) {
	w.Header().Set("Content-Type", "application/json")
	if err != nil {
		code, text := http.StatusInternalServerError, status.Convert(err)
		switch text.Code() {
		case codes.InvalidArgument, codes.OutOfRange, codes.FailedPrecondition:
			code = http.StatusBadRequest
		case codes.NotFound:
			code = http.StatusNotFound
		case codes.Unavailable:
			code = http.StatusServiceUnavailable
		case codes.Unimplemented:
			code = http.StatusNotImplemented
		}
		w.WriteHeader(code)
		content = map[string]string{"error": text.Message()}
	}
	if content != nil {
		_ = json.NewEncoder(w).Encode(content) // the client may have gone
	}
}

// message is a message as the real server writes it in JSON: all fields, with their names in the protocol and numbers as numbers.
func message[M proto.Message](m M, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	return jsonMessage(m.ProtoReflect()), nil
}

// member takes one field out of a message.
func member(content any, err error) func(name string) (any, error) {
	return func(name string) (any, error) {
		if err != nil {
			return nil, err
		}
		return content.(map[string]any)[name], nil
	}
}

func jsonMessage(m protoreflect.Message) map[string]any {
	content := map[string]any{}
	for i := range m.Descriptor().Fields().Len() {
		field := m.Descriptor().Fields().Get(i)
		if field.HasPresence() && !m.Has(field) {
			continue
		}
		content[string(field.Name())] = jsonField(field, m.Get(field))
	}
	return content
}

func jsonField(field protoreflect.FieldDescriptor, value protoreflect.Value) any {
	switch {
	case field.IsList():
		list := make([]any, value.List().Len())
		for i := range list {
			list[i] = jsonValue(field, value.List().Get(i))
		}
		return list
	case field.IsMap():
		content := map[string]any{}
		for key, entry := range value.Map().Range {
			content[key.String()] = jsonValue(field.MapValue(), entry)
		}
		return content
	}
	return jsonValue(field, value)
}

func jsonValue(field protoreflect.FieldDescriptor, value protoreflect.Value) any {
	switch field.Kind() {
	case protoreflect.MessageKind:
		return jsonMessage(value.Message())
	case protoreflect.EnumKind:
		return string(field.Enum().Values().ByNumber(value.Enum()).Name())
	}
	return value.Interface()
}

// metrics is the text for Prometheus, in the names of the real server.
func (m *Mock) metrics() string {
	if m.options.Metrics != nil {
		return m.options.Metrics()
	}
	var text strings.Builder
	counter := func(name, help string, value func(*kserve.ModelStatistics) uint64) {
		fmt.Fprintf(&text, "# HELP %s %s\n# TYPE %s counter\n", name, help, name)
		for _, model := range m.names {
			fmt.Fprintf(&text, "%s{model=%q,version=\"1\"} %d\n", name, model, value(m.Statistics(model)))
		}
	}
	counter("nv_inference_request_success", "Number of successful inference requests, all batch sizes",
		func(s *kserve.ModelStatistics) uint64 { return s.GetInferenceStats().GetSuccess().GetCount() })
	counter("nv_inference_count", "Number of inferences performed (does not include cached requests)",
		(*kserve.ModelStatistics).GetInferenceCount)
	counter("nv_inference_exec_count", "Number of model executions performed (does not include cached requests)",
		(*kserve.ModelStatistics).GetExecutionCount)
	return text.String()
}
