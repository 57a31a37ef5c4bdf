# A real Triton server and the real perf_analyzer, from PyPI, on the CPU. Fetched into .deps, never committed.

TRITON := $(DEPS)/triton
TRITON_SERVER := $(TRITON)/server/pytriton/tritonserver/bin/tritonserver
PERF_ANALYZER := $(DEPS)/perf_analyzer/perf_analyzer
PERF_ANALYZER_25 := $(DEPS)/perf_analyzer-25.06/perf_analyzer

.PHONY: triton triton-deps perf-analyzer perf-analyzer-25.06 compare-perf-analyzer

triton: triton-deps ## run a real Triton server on loopback, ports 8000 to 8002, with the models of testdata/triton
	@tools/triton_server.sh

triton-deps: $(TRITON)/venv/.complete $(TRITON_SERVER) ## fetch the Triton server for the tests against it, 105 MB

perf-analyzer: $(PERF_ANALYZER) ## fetch the real perf_analyzer, 12 MB

perf-analyzer-25.06: $(PERF_ANALYZER_25) ## fetch the newer perf_analyzer, 14 MB, where glibc is 2.38 or newer
	@$< --version

compare-perf-analyzer: build perf-analyzer ## our load generator and the real perf_analyzer on the same server, in turn
	@$(PYTHON) tools/compare_perf_analyzer.py

$(TRITON_SERVER): tools/pins/triton.txt
	$(NEED_PYTHON)
	@$(PYTHON) tools/triton_fetch.py $< $(TRITON)/server
	@touch $@

$(TRITON)/venv/.complete: tools/pins/triton-env.txt
	$(NEED_PYTHON)
	@head -n 1 $< | sed 's/^# /fetch /'
	@$(PYTHON) -m venv --clear $(@D)
	@$(@D)/bin/python -m pip install --quiet --disable-pip-version-check --only-binary=:all: --require-hashes -r $<
	@touch $@

# The two libraries that perf_analyzer wants come with the server.
$(PERF_ANALYZER): tools/pins/perf-analyzer.txt | triton-deps
	$(NEED_PYTHON)
	@$(PYTHON) tools/fetch_wheel.py $< $(@D) '*/bin/perf_analyzer'
	@cd $(@D) && ln -sf ../triton/server/nvidia_pytriton.libs/libb64-*.so.0d libb64.so.0d
	@cd $(@D) && ln -sf ../triton/server/nvidia_pytriton.libs/libcudart-*.so.12.* libcudart.so.12
	@chmod +x $@

$(PERF_ANALYZER_25): tools/pins/perf-analyzer-25.06.txt
	$(NEED_PYTHON)
	@$(PYTHON) tools/fetch_wheel.py $< $(@D) '*/bin/perf_analyzer'
	@chmod +x $@
