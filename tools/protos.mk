# The Go code of the wire protocol is committed; this makes it anew from triton/kserve/*.proto with pinned generators.

PROTOC     := .deps/protoc/.complete
PROTO_TOOLS := .deps/bin/protoc-gen-go .deps/bin/protoc-gen-go-grpc
PROTO_FILES := triton/kserve/config.proto triton/kserve/service.proto

.PHONY: protos verify-protos

$(PROTOC): tools/pins/protoc.txt
	@command -v python3 >/dev/null || { echo 'python3 is missing; it fetches protoc. Install it: apt install python3 python3-pip' >&2; exit 1; }
	@head -n 1 $< | sed 's/^# /fetch /'
	@rm -rf $(@D)
	@PIP_REQUIRE_VIRTUALENV=0 python3 -m pip install --quiet --disable-pip-version-check --root-user-action=ignore --no-deps \
		--only-binary=:all: --require-hashes --target $(@D) -r $<
	@touch $@

.deps/bin/protoc-gen-%: tools/protos/go.mod
	@$(GO) -C tools/protos build -o $(CURDIR)/$@ $$($(GO) -C tools/protos list tool | grep '/protoc-gen-$*$$')
	@touch $@

protos: $(PROTOC) $(PROTO_TOOLS) ## make the stubs of the server's protocol anew
	@PATH="$(CURDIR)/.deps/bin:$$PATH" PYTHONPATH=.deps/protoc python3 -m grpc_tools.protoc --proto_path=. \
		--go_out=. --go_opt=paths=source_relative --go-grpc_out=. --go-grpc_opt=paths=source_relative $(PROTO_FILES)

verify-protos: protos ## the committed stubs are what the generators make
	@git diff --exit-code --stat -- triton/kserve || { echo 'triton/kserve: the stubs differ from what make protos made of the .proto files; commit them' >&2; exit 1; }
