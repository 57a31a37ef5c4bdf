# Real parts that are fetched, never committed. Each is pinned by SHA-256 in tools/pins, lands in .deps and is
# fetched once: the library itself is the target, so a second call finds it and does nothing. Remove .deps to start over.

DEPS   := .deps
PYTHON := python3

ORT_LIBRARY := $(DEPS)/lib/libonnxruntime.so.1.32.0
CUDART_LIBRARIES := $(DEPS)/lib/libcudart.so.13 $(DEPS)/lib/libcudart.so.12
TENSORRT_LIBRARIES := $(DEPS)/tensorrt-10.15/libnvinfer.so.10 $(DEPS)/tensorrt-11.2/libnvinfer.so.11

.PHONY: deps tensorrt tensorrt-builder python-env models

deps: $(ORT_LIBRARY) $(CUDART_LIBRARIES) ## fetch ONNX Runtime and the CUDA runtimes, 35 MB

tensorrt: $(TENSORRT_LIBRARIES) ## fetch TensorRT 10.15 and 11.2 for the tests against it, 1.1 GB

tensorrt-builder: $(DEPS)/tensorrt-10.15/.builder $(DEPS)/tensorrt-11.2/.builder ## unpack what building engines needs as well, 0.5 GB on disk

python-env: $(DEPS)/venv/.complete ## a Python environment to make the models in testdata, 100 MB

NEED_PYTHON = @command -v $(PYTHON) >/dev/null || { \
	echo '$(PYTHON) is missing; it fetches $@. Install it: apt install python3 python3-pip python3-venv' >&2; exit 1; }

$(ORT_LIBRARY): tools/pins/onnxruntime.txt
	$(NEED_PYTHON)
	@$(PYTHON) tools/fetch_wheel.py $< $(@D) '*/libonnxruntime.so.*'
	@ln -sfn $(@F) $(@D)/libonnxruntime.so

$(DEPS)/lib/libcudart.so.%: tools/pins/cudart-%.txt
	$(NEED_PYTHON)
	@$(PYTHON) tools/fetch_wheel.py $< $(@D) '*/$(@F)'

# libnvinfer comes last: when it is there, so is the rest.
TENSORRT_PARTS = 'libnvinfer_plugin.so.*' 'libnvinfer_vc_plugin.so.*' 'libnvonnxparser.so.*' 'libnvinfer.so.*'

$(DEPS)/tensorrt-10.15/libnvinfer.so.10: tools/pins/tensorrt-10.15.txt
	$(NEED_PYTHON)
	@$(PYTHON) tools/fetch_tensorrt.py $< $(@D) $(TENSORRT_PARTS)

$(DEPS)/tensorrt-11.2/libnvinfer.so.11: tools/pins/tensorrt-11.2.txt
	$(NEED_PYTHON)
	@$(PYTHON) tools/fetch_tensorrt.py $< $(@D) $(TENSORRT_PARTS)

$(DEPS)/tensorrt-%/.builder: tools/pins/tensorrt-%.txt | tensorrt
	$(NEED_PYTHON)
	@$(PYTHON) tools/fetch_tensorrt.py $< $(@D) 'libnvinfer_builder_resource*'
	@touch $@

$(DEPS)/venv/.complete: tools/pins/python-env.txt
	$(NEED_PYTHON)
	@head -n 1 $< | sed 's/^# /fetch /'
	@$(PYTHON) -m venv --clear $(@D)
	@$(@D)/bin/python -m pip install --quiet --disable-pip-version-check --only-binary=:all: --require-hashes -r $<
	@touch $@

# The committed models are made by these; making them again must change nothing.
models: python-env ## make the models in testdata anew and check them
	@$(DEPS)/venv/bin/python testdata/models/make_streaming_acoustic.py --check --out testdata/models/streaming_acoustic.onnx
	@$(DEPS)/venv/bin/python testdata/models/make_tiny.py --out testdata/models/tiny
	@cd testdata/models && sha256sum --check --quiet SHA256SUMS
