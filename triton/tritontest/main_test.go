package tritontest_test

import (
	"testing"

	"github.com/trtbench/trtbench/triton/tritontest"
)

func TestMain(m *testing.M) { tritontest.Main(m) }
