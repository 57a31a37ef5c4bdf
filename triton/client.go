package triton

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"github.com/trtbench/trtbench/internal/suggest"
	"github.com/trtbench/trtbench/triton/kserve"
)

// Client asks a server about itself and its models. It is safe for concurrent use. Each question has Options.Timeout to be answered.
type Client struct {
	endpoint *endpoint
	api      kserve.GRPCInferenceServiceClient // over HTTP as well, see restConn
	close    func() error
	server   *kserve.ServerMetadataResponse
}

// Connect reaches a server and asks for its name. The caller closes the client. The error says what seems wrong: nothing answers, a
// server of the other protocol, encryption on one side only.
func Connect(ctx context.Context, o Options) (*Client, error) {
	e, err := o.resolve()
	if err != nil {
		return nil, err
	}
	c := &Client{endpoint: e}
	if e.Protocol == GRPC {
		conn, err := grpc.NewClient("passthrough:///"+e.address, grpc.WithTransportCredentials(grpcCredentials(e.tls)), grpc.WithNoProxy(),
			grpc.WithDisableServiceConfig(), grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(math.MaxInt32)))
		if err != nil {
			return nil, fmt.Errorf("triton: connect to %s: %w", e.address, err)
		}
		c.api, c.close = kserve.NewGRPCInferenceServiceClient(conn), conn.Close
	} else {
		conn := newRESTConn(e)
		c.api, c.close = kserve.NewGRPCInferenceServiceClient(conn), conn.Close
	}
	if err := c.call(ctx, func(ctx context.Context) (err error) {
		c.server, err = c.api.ServerMetadata(ctx, &kserve.ServerMetadataRequest{})
		return err
	}); err != nil {
		err = diagnose(ctx, e, err)
		return nil, fmt.Errorf("triton: connect to %s over %s: %w", e.address, e.Protocol, errors.Join(err, c.close()))
	}
	return c, nil
}

func grpcCredentials(config *tls.Config) credentials.TransportCredentials {
	if config == nil {
		return insecure.NewCredentials()
	}
	return credentials.NewTLS(config)
}

// Close ends the connection.
func (c *Client) Close() error { return c.close() }

// Address returns host and port of the server.
func (c *Client) Address() string { return c.endpoint.address }

// Server returns the server's name, version and extensions, as it told them when the client connected.
func (c *Client) Server() *kserve.ServerMetadataResponse { return c.server }

// Has reports whether the server says that it has an extension, as in "statistics".
func (c *Client) Has(extension string) bool {
	return slices.Contains(c.server.GetExtensions(), extension)
}

// call asks one question within the timeout, and turns the error into one for people.
func (c *Client) call(ctx context.Context, ask func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, c.endpoint.Timeout)
	defer cancel()
	for name, value := range c.endpoint.Header {
		ctx = metadata.AppendToOutgoingContext(ctx, name, value)
	}
	err := ask(ctx)
	if status.Code(err) == codes.DeadlineExceeded && ctx.Err() != nil {
		return &AnswerError{Code: codes.DeadlineExceeded, Text: fmt.Sprintf("no answer within %s", c.endpoint.Timeout)}
	}
	if s, ok := status.FromError(err); ok && err != nil {
		return &AnswerError{Code: s.Code(), Text: s.Message()}
	}
	return err
}

// AnswerError is what a server answered instead of what was asked, or why there is no answer.
type AnswerError struct {
	Code codes.Code
	Text string
}

// Error returns the text, after the name of its code.
func (e *AnswerError) Error() string { return fmt.Sprintf("%s: %s", e.Code, e.Text) }

// codeOf returns the code of an AnswerError, else Unknown.
func codeOf(err error) codes.Code {
	var answer *AnswerError
	if errors.As(err, &answer) {
		return answer.Code
	}
	return codes.Unknown
}

// Live reports whether the server runs, Ready whether it and all its models take requests.
func (c *Client) Live(ctx context.Context) (live bool, err error) {
	err = c.call(ctx, func(ctx context.Context) error {
		answer, err := c.api.ServerLive(ctx, &kserve.ServerLiveRequest{})
		live = answer.GetLive()
		return err
	})
	return live, wrap("health", err)
}

// Ready reports whether the server and all its models take requests.
func (c *Client) Ready(ctx context.Context) (ready bool, err error) {
	err = c.call(ctx, func(ctx context.Context) error {
		answer, err := c.api.ServerReady(ctx, &kserve.ServerReadyRequest{})
		ready = answer.GetReady()
		return err
	})
	return ready, wrap("health", err)
}

// ModelReady reports whether a model takes requests; version "" stands for any.
func (c *Client) ModelReady(ctx context.Context, model, version string) (ready bool, err error) {
	err = c.call(ctx, func(ctx context.Context) error {
		answer, err := c.api.ModelReady(ctx, &kserve.ModelReadyRequest{Name: model, Version: version})
		ready = answer.GetReady()
		return err
	})
	if code := codeOf(err); code == codes.NotFound || code == codes.InvalidArgument || code == codes.Unavailable {
		return false, nil // that is how servers say no
	}
	return ready, wrap("health of model "+model, err)
}

// Config returns the configuration of a model; version "" stands for the newest.
func (c *Client) Config(ctx context.Context, model, version string) (config *kserve.ModelConfig, err error) {
	err = c.call(ctx, func(ctx context.Context) error {
		answer, err := c.api.ModelConfig(ctx, &kserve.ModelConfigRequest{Name: model, Version: version})
		config = answer.GetConfig()
		return err
	})
	return config, wrap("configuration of model "+model, err)
}

// Statistics returns what the server has counted since it started, for each version of a model; "" stands for all models, or all
// versions.
func (c *Client) Statistics(ctx context.Context, model, version string) (all []*kserve.ModelStatistics, err error) {
	err = c.call(ctx, func(ctx context.Context) error {
		answer, err := c.api.ModelStatistics(ctx, &kserve.ModelStatisticsRequest{Name: model, Version: version})
		all = answer.GetModelStats()
		return err
	})
	return all, wrap("statistics", err)
}

// Index returns the models in the server's repository, ready or not.
func (c *Client) Index(ctx context.Context) (models []*kserve.RepositoryIndexResponse_ModelIndex, err error) {
	err = c.call(ctx, func(ctx context.Context) error {
		answer, err := c.api.RepositoryIndex(ctx, &kserve.RepositoryIndexRequest{})
		models = answer.GetModels()
		return err
	})
	return models, wrap("repository", err)
}

// Load makes the server load a model anew, where it allows that.
func (c *Client) Load(ctx context.Context, model string) error {
	return wrap("load model "+model, c.call(ctx, func(ctx context.Context) error {
		_, err := c.api.RepositoryModelLoad(ctx, &kserve.RepositoryModelLoadRequest{ModelName: model})
		return err
	}))
}

// Unload makes the server unload a model, where it allows that.
func (c *Client) Unload(ctx context.Context, model string) error {
	return wrap("unload model "+model, c.call(ctx, func(ctx context.Context) error {
		_, err := c.api.RepositoryModelUnload(ctx, &kserve.RepositoryModelUnloadRequest{ModelName: model})
		return err
	}))
}

// Model describes a model; version "" leaves the choice to the server. When the model or the version is not ready, the error says
// why, and which are.
func (c *Client) Model(ctx context.Context, model, version string) (*Model, error) {
	if model == "" {
		return nil, errors.New("triton: no model was named")
	}
	var about *kserve.ModelMetadataResponse
	err := c.call(ctx, func(ctx context.Context) (err error) {
		about, err = c.api.ModelMetadata(ctx, &kserve.ModelMetadataRequest{Name: model, Version: version})
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("triton: model %s: %w", model, c.explain(ctx, model, version, err))
	}
	config, err := c.Config(ctx, model, version)
	if code := codeOf(err); err != nil && code != codes.Unimplemented && code != codes.NotFound {
		return nil, err
	}
	m := modelOf(version, about, config)
	if !m.Sequences {
		m.Sequences = c.composesSequences(ctx, m.Composing, map[string]bool{model: true})
	}
	return m, nil
}

// composesSequences reports whether one of the models of an ensemble keeps sequences, at any depth.
func (c *Client) composesSequences(ctx context.Context, models []string, seen map[string]bool) bool {
	for _, name := range models {
		if seen[name] {
			continue
		}
		seen[name] = true
		config, err := c.Config(ctx, name, "")
		if err != nil {
			continue // the server does not tell about parts of an ensemble
		}
		var deeper []string
		for _, step := range config.GetEnsembleScheduling().GetStep() {
			deeper = append(deeper, step.GetModelName())
		}
		if config.GetSequenceBatching() != nil || c.composesSequences(ctx, deeper, seen) {
			return true
		}
	}
	return false
}

// explain adds to the error about a model what the repository says.
func (c *Client) explain(ctx context.Context, model, version string, cause error) error {
	index, err := c.Index(ctx)
	if err != nil {
		return cause // nothing more is known
	}
	var ready, versions, reasons []string
	for _, m := range index {
		if m.GetState() == "READY" && !slices.Contains(ready, m.GetName()) {
			ready = append(ready, m.GetName())
		}
		if m.GetName() != model {
			continue
		}
		if m.GetState() == "READY" {
			versions = append(versions, m.GetVersion())
		} else if m.GetReason() != "" {
			reasons = append(reasons, fmt.Sprintf("version %s: %s", m.GetVersion(), m.GetReason()))
		}
	}
	switch {
	case len(versions) > 0 && version != "" && !slices.Contains(versions, version):
		return fmt.Errorf("version %s is not ready; ready are %s: %w", version, strings.Join(versions, ", "), cause)
	case len(reasons) > 0:
		return fmt.Errorf("it is not ready (%s); ready are %q: %w", strings.Join(reasons, "; "), ready, cause)
	}
	return fmt.Errorf("ready are %q%s: %w", ready, suggest.Hint(model, ready), cause)
}

func wrap(operation string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("triton: %s: %w", operation, err)
}
