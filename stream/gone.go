package stream

import "errors"

// ErrServerGone is what an error of load.Server.Dial wraps when the server cannot be reached. That says nothing about a number of sessions
// and ends the run, where any other error says that the server takes no more sessions.
var ErrServerGone = errors.New("the server is gone")
