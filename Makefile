# make demo   sets up and measures the reference model: on ONNX Runtime (CPU), with streams of speech, then a simulated TensorRT engine
# make test   sets up and runs every check: format, lint, race tests, fuzz smoke, sanitizers, the ABI check
# make help   lists the rest

GO       := go
STATICCHECK := .deps/bin/staticcheck
FUZZTIME := 2s
MODEL    := testdata/models/streaming_acoustic.onnx
PLAN     := testdata/plans/streaming_acoustic.sim.json

.DEFAULT_GOAL := build
.PHONY: help build sim demo test lint plain race fuzz sanitize bench verify-abi gpu-verify gpu-verify-sanitize capacity-table screenshot clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

build: ## bin/trtbench
	@$(GO) build -buildvcs=auto -o bin/trtbench ./cmd/trtbench

sim: build ## compile the simulated CUDA and TensorRT libraries into the user's cache
	@bin/trtbench doctor --simulated

demo: deps build ## measure the reference streaming model: ONNX Runtime on this CPU, how many speakers it holds, then a simulated TensorRT engine
	@printf '\n--- 1 of 3: ONNX Runtime on this CPU: true figures of this machine ---\n\n'
	bin/trtbench run --onnx=$(MODEL) --chunk-duration=300ms --duration=3 --avgRuns=2000
	@printf '\n--- 2 of 3: how many people can speak to it at once, a short search: true figures of this machine ---\n\n'
	bin/trtbench stream --onnx=$(MODEL) --find-max --search-start=64 --duration=3 --resolution=10 --repeats=1
	@printf '\n--- 3 of 3: a simulated TensorRT engine: the whole path of a GPU host, with invented times ---\n\n'
	bin/trtbench run --loadEngine=$(PLAN) --shapes=signal:8x2400x1,state:8x219729 --chunk-duration=300ms --duration=3 --avgRuns=500

test: deps triton-deps lint plain fuzz sanitize verify-abi verify-protos race ## everything that can be checked without a GPU

$(STATICCHECK): tools/lint/go.mod
	@$(GO) -C tools/lint build -o $(CURDIR)/$@ honnef.co/go/tools/cmd/staticcheck

lint: $(STATICCHECK) ## format, vet and staticcheck
	@files=$$(gofmt -l $$(git ls-files '*.go')); test -z "$$files" || { echo "not formatted, run gofmt -w: $$files" >&2; exit 1; }
	$(GO) vet ./...
	$(STATICCHECK) ./...

plain: ## the packages that must build without cgo
	CGO_ENABLED=0 $(GO) build ./accuracy/... ./audio/... ./bench/... ./compare/... ./inputs/... ./inspect/... ./load/... ./onnx/... ./profile/... ./record/... \
		./report/... ./serve/... ./stat/... ./stream/... ./telemetry ./tensor/... ./triton/... ./trt/enginecache/... ./internal/filehash/... ./internal/filekind/... ./internal/library/...

race: sim ## all tests, with the race detector, and what was skipped
	@tools/test.sh

fuzz: ## every fuzz target for FUZZTIME
	@tools/fuzz.sh $(FUZZTIME)

sanitize: ## the C++ part under ASan, UBSan and valgrind, on the simulated device
	@csrc/check/sanitize.sh

bench: deps ## the benchmarks of the project, for benchstat
	$(GO) test -run='^$$' -bench=. -benchmem ./...

verify-abi: ## compare the table of TensorRT's methods with official headers: TENSORRT_INCLUDE=dir, else those of a crate
	@csrc/check/verify-abi.sh $(TENSORRT_INCLUDE)

# Folders of the TensorRT that is verified come first; the CUDA runtime and ONNX Runtime are found where trtbench always looks.
OUT ?= $(if $(SIMULATED),bin/evidence,docs/evidence)
QUICK ?= $(SIMULATED)
gpu-verify: build ## on a GPU host: prove the real engine path: TENSORRT=folder, OUT=folder, QUICK=1, SANITIZE=1, SIMULATED=1
	@bin/trtbench verify --onnx=$(MODEL) --out=$(OUT) $(if $(TENSORRT),--library-path=$(TENSORRT)/lib --library-path=$(TENSORRT)) \
		$(if $(QUICK),--quick) $(if $(SANITIZE),--sanitize) $(if $(SIMULATED),--simulated)

gpu-verify-sanitize: ## the same under NVIDIA's compute-sanitizer
	@$(MAKE) --no-print-directory gpu-verify SANITIZE=1

capacity-table: build deps triton-deps ## streams on bare ONNX Runtime and on a real Triton server in one table: OUT=folder, CAPACITY=options
	@tools/capacity_table.sh bin/trtbench $(CAPACITY)

screenshot: ## what a browser without network shows of PAGE, as PICTURE
	@tools/screenshot.sh $(PAGE) $(PICTURE)

clean: ## remove what was built; fetched parts stay in .deps
	rm -rf bin

include tools/deps.mk
include tools/triton.mk
include tools/protos.mk
