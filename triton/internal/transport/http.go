package transport

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"google.golang.org/grpc/codes"
)

// HTTPCode returns the code of gRPC that says what a status of HTTP says.
func HTTPCode(status int) codes.Code {
	switch status {
	case http.StatusOK:
		return codes.OK
	case http.StatusBadRequest, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType:
		return codes.InvalidArgument
	case http.StatusUnauthorized:
		return codes.Unauthenticated
	case http.StatusForbidden:
		return codes.PermissionDenied
	case http.StatusNotFound, http.StatusMethodNotAllowed:
		return codes.NotFound
	case http.StatusTooManyRequests:
		return codes.ResourceExhausted
	case http.StatusNotImplemented:
		return codes.Unimplemented
	case http.StatusBadGateway, http.StatusServiceUnavailable:
		return codes.Unavailable
	case http.StatusGatewayTimeout, http.StatusRequestTimeout:
		return codes.DeadlineExceeded
	}
	if status/100 == 5 {
		return codes.Internal
	}
	return codes.Unknown
}

// HTTPError returns the text of an answer that is an error: the member error of a JSON object, else the beginning of the text.
func HTTPError(status int, body []byte) string {
	var answer struct{ Error string }
	if json.Unmarshal(body, &answer) == nil && answer.Error != "" {
		return answer.Error
	}
	text := strings.Join(strings.Fields(string(body[:min(len(body), 300)])), " ")
	return strings.TrimSpace(fmt.Sprintf("HTTP %d %s: %s", status, http.StatusText(status), text))
}
