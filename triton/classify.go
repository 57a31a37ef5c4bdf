package triton

import (
	"errors"
	"regexp"
	"strings"

	"google.golang.org/grpc/codes"

	"github.com/trtbench/trtbench/load"
	"github.com/trtbench/trtbench/triton/internal/transport"
)

// phrases tell what kind of failure a text of Triton's is. Answers on a stream have no code, only a text.
var phrases = []struct {
	part   string
	status load.Status
}{
	{"Exceeds maximum queue size", load.StatusRejected},
	{"Request timeout expired", load.StatusRejected},
	{"exceeds the rate limit", load.StatusRejected},
	{"is not ready", load.StatusUnavailable},
	{"has no available versions", load.StatusUnavailable},
	{"unknown model", load.StatusUnavailable},
	{"Request for unknown", load.StatusUnavailable},
	{"Server is stopping", load.StatusUnavailable},
	{"is not found", load.StatusUnavailable},
	{"unexpected inference", load.StatusInvalid},
	{"unexpected shape", load.StatusInvalid},
	{"unexpected datatype", load.StatusInvalid},
	{"unexpected total byte size", load.StatusInvalid},
	{"unexpected size", load.StatusInvalid},
	{"inputs but got", load.StatusInvalid},
	{"batch-size must be", load.StatusInvalid},
	{"START flag on the first request", load.StatusInvalid},
	{"must specify a non-zero", load.StatusInvalid},
	{"doesn't support", load.StatusInvalid},
	{"Invalid argument", load.StatusInvalid},
	{"deadline exceeded", load.StatusDeadline},
}

// statusOf says how a request ended whose call did not end well.
func statusOf(err error) load.Status {
	var answer *transport.StatusError
	if !errors.As(err, &answer) {
		return load.StatusLost
	}
	for _, p := range phrases {
		if strings.Contains(answer.Text, p.part) {
			return p.status
		}
	}
	switch answer.Code {
	case codes.DeadlineExceeded:
		return load.StatusDeadline
	case codes.ResourceExhausted:
		return load.StatusRejected
	case codes.Unavailable, codes.NotFound:
		return load.StatusUnavailable
	case codes.InvalidArgument, codes.OutOfRange, codes.FailedPrecondition, codes.Unimplemented,
		codes.PermissionDenied, codes.Unauthenticated:
		return load.StatusInvalid
	}
	return load.StatusFailed
}

// requestMark is what Triton puts before texts, and what makes each of them different.
var requestMark = regexp.MustCompile(`\[request id: [^\]]*\] ?`)

// plain returns an error that is the same for all requests that fail alike.
func plain(err error) error {
	var answer *transport.StatusError
	if !errors.As(err, &answer) || !requestMark.MatchString(answer.Text) {
		return err
	}
	return &transport.StatusError{Code: answer.Code, Text: requestMark.ReplaceAllString(answer.Text, "")}
}
