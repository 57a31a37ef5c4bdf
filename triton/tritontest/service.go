package tritontest

import (
	"context"
	"slices"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	"github.com/trtbench/trtbench/triton/kserve"
)

// version and extensions are those of the real server that the mock stands for.
const version = "2.51.0"

var extensions = []string{"sequence", "model_repository", "model_configuration", "binary_tensor_data", "parameters", "statistics"}

// service is everything of the gRPC service but inference.
type service struct {
	kserve.UnimplementedGRPCInferenceServiceServer
	mock *Mock
}

// serviceDesc is the generated description with inference on undecoded messages.
func (m *Mock) serviceDesc() *grpc.ServiceDesc {
	desc := kserve.GRPCInferenceService_ServiceDesc
	desc.Methods, desc.Streams = slices.Clone(desc.Methods), slices.Clone(desc.Streams)
	for i := range desc.Methods {
		if desc.Methods[i].MethodName == "ModelInfer" {
			desc.Methods[i].Handler = func(_ any, ctx context.Context, decode func(any) error, _ grpc.UnaryServerInterceptor) (any, error) {
				in := &frame{}
				if err := decode(in); err != nil {
					return nil, err
				}
				return m.inferUnary(ctx, in)
			}
		}
	}
	for i := range desc.Streams {
		if desc.Streams[i].StreamName == "ModelStreamInfer" {
			desc.Streams[i].Handler = func(_ any, stream grpc.ServerStream) error { return m.inferStream(stream) }
		}
	}
	return &desc
}

// ServerLive says that the server runs.
func (s service) ServerLive(context.Context, *kserve.ServerLiveRequest) (*kserve.ServerLiveResponse, error) {
	return &kserve.ServerLiveResponse{Live: true}, nil
}

// ServerReady says whether all models are ready.
func (s service) ServerReady(context.Context, *kserve.ServerReadyRequest) (*kserve.ServerReadyResponse, error) {
	return &kserve.ServerReadyResponse{Ready: s.mock.ready()}, nil
}

// ModelReady says whether a model is ready.
func (s service) ModelReady(_ context.Context, in *kserve.ModelReadyRequest) (*kserve.ModelReadyResponse, error) {
	model, err := s.mock.find(in.GetName(), in.GetVersion())
	return &kserve.ModelReadyResponse{Ready: err == nil && !model.Behaviour.NotReady}, nil
}

// ServerMetadata describes the server.
func (s service) ServerMetadata(context.Context, *kserve.ServerMetadataRequest) (*kserve.ServerMetadataResponse, error) {
	return &kserve.ServerMetadataResponse{Name: "mock", Version: version, Extensions: extensions}, nil
}

// ModelMetadata describes a model.
func (s service) ModelMetadata(_ context.Context, in *kserve.ModelMetadataRequest) (*kserve.ModelMetadataResponse, error) {
	model, err := s.mock.findReady(in.GetName(), in.GetVersion())
	if err != nil {
		return nil, err
	}
	return model.metadata(), nil
}

// ModelConfig describes how the server runs a model.
func (s service) ModelConfig(_ context.Context, in *kserve.ModelConfigRequest) (*kserve.ModelConfigResponse, error) {
	model, err := s.mock.findReady(in.GetName(), in.GetVersion())
	if err != nil {
		return nil, err
	}
	return &kserve.ModelConfigResponse{Config: proto.CloneOf(model.Config)}, nil
}

// ModelStatistics returns the counters of a model, or of all.
func (s service) ModelStatistics(_ context.Context, in *kserve.ModelStatisticsRequest) (*kserve.ModelStatisticsResponse, error) {
	names := s.mock.names
	if in.GetName() != "" {
		if _, err := s.mock.findReady(in.GetName(), in.GetVersion()); err != nil {
			return nil, err
		}
		names = []string{in.GetName()}
	}
	out := &kserve.ModelStatisticsResponse{}
	for _, name := range names {
		out.ModelStats = append(out.ModelStats, s.mock.Statistics(name))
	}
	return out, nil
}

// RepositoryIndex lists the models.
func (s service) RepositoryIndex(_ context.Context, in *kserve.RepositoryIndexRequest) (*kserve.RepositoryIndexResponse, error) {
	out := &kserve.RepositoryIndexResponse{}
	for _, name := range s.mock.names {
		entry := &kserve.RepositoryIndexResponse_ModelIndex{Name: name, Version: "1", State: "READY"}
		if s.mock.stations[name].read().Behaviour.NotReady {
			if in.GetReady() {
				continue
			}
			entry.State, entry.Reason = "UNAVAILABLE", "unloaded"
		}
		out.Models = append(out.Models, entry)
	}
	return out, nil
}

// RepositoryModelLoad makes a model ready.
func (s service) RepositoryModelLoad(_ context.Context, in *kserve.RepositoryModelLoadRequest) (*kserve.RepositoryModelLoadResponse, error) {
	if _, err := s.mock.find(in.GetModelName(), ""); err != nil {
		return nil, status.Errorf(codes.Internal, "failed to load '%s', failed to poll from model repository", in.GetModelName())
	}
	s.mock.Set(in.GetModelName(), func(b *Behaviour) { b.NotReady = false })
	return &kserve.RepositoryModelLoadResponse{}, nil
}

// RepositoryModelUnload makes a model refuse requests.
func (s service) RepositoryModelUnload(_ context.Context, in *kserve.RepositoryModelUnloadRequest) (*kserve.RepositoryModelUnloadResponse, error) {
	if _, err := s.mock.find(in.GetModelName(), ""); err == nil {
		s.mock.Set(in.GetModelName(), func(b *Behaviour) { b.NotReady = true })
	}
	return &kserve.RepositoryModelUnloadResponse{}, nil
}

func (m *Mock) ready() bool {
	for _, s := range m.stations {
		if s.read().Behaviour.NotReady {
			return false
		}
	}
	return true
}

// find returns a model as it is now.
func (m *Mock) find(name, version string) (Model, error) {
	s := m.stations[name]
	if s == nil || version != "" && version != "1" {
		return Model{}, status.Errorf(codes.NotFound, "Request for unknown model: '%s' is not found", name)
	}
	return s.read(), nil
}

func (m *Mock) findReady(name, version string) (Model, error) {
	model, err := m.find(name, version)
	if err == nil && model.Behaviour.NotReady {
		err = status.Errorf(codes.NotFound, "Request for unknown model: '%s' has no available versions", name)
	}
	return model, err
}
