package tritontest_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc/codes"

	"github.com/trtbench/trtbench/triton/tritontest"
)

// One line gives a test the real server, where it was fetched.
func ExampleStart() {
	testClient := func(t *testing.T) {
		server := tritontest.Start(t)
		_ = server.GRPC // the address to give to the code under test
	}
	_ = testClient // as TestClient in a test file, go test runs it
}

// A server on which every second request fails, two are worked on at a time, and each takes 10 ms.
func ExampleOpenMock() {
	model := tritontest.Tiny()
	model.Behaviour = tritontest.Behaviour{
		Latency:     tritontest.Fixed(10 * time.Millisecond),
		Concurrency: 2,
		Fault:       tritontest.Every(2, tritontest.Fault{Code: codes.Unavailable}),
	}
	mock, err := tritontest.OpenMock(tritontest.MockOptions{}, model)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer mock.Close()
	for range 2 {
		response, err := http.Post("http://"+mock.HTTPAddr()+"/v2/models/tiny/infer", "application/json",
			strings.NewReader(`{"inputs": [{"name": "x", "datatype": "FP32", "shape": [1, 4], "data": [1, 2, 3, 4]}]}`))
		if err != nil {
			fmt.Println(err)
			return
		}
		response.Body.Close()
		fmt.Println(response.Status)
	}
	// Output:
	// 200 OK
	// 503 Service Unavailable
}
