# Everything a fresh machine needs is Python 3.11+ and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RUNS := $(VENV)/.runs-$(shell cat requirements.txt pyproject.toml | cksum | cut -d' ' -f1)
READY := $(VENV)/.ready-$(shell cat requirements-dev.txt pyproject.toml | cksum | cut -d' ' -f1)
BENCH_VENV := .venv-bench
BENCH_READY := $(BENCH_VENV)/.ready-$(shell cksum < requirements-bench.txt | cut -d' ' -f1)
# A Superset, by which `make test-bi` tries the dashboard.
BI_VENV := .venv-bi
BI_READY := $(BI_VENV)/.ready-$(shell cksum < requirements-bi.txt | cut -d' ' -f1)
READERS_VENV := .venv-readers
READERS_READY := $(READERS_VENV)/.ready-$(shell cksum < requirements-readers.txt | cut -d' ' -f1)
# What the benchmark measures guoban with: what users install, without test tools.
PLAIN_VENV := .venv-plain
PLAIN_READY := $(PLAIN_VENV)/.ready-$(shell cat requirements.txt pyproject.toml | cksum | cut -d' ' -f1)

# A single test at night may take longer than one that stands still is given.
UNBOUNDED := -o faulthandler_timeout=0

.PHONY: setup refresh test test-quick nightly mutants soak fuzz test-bi readers check format bench samples docs pin kit site-assets
setup: $(READY)

# Hash-checked installation of a complete list (so no resolver runs: --no-deps).
# $(call install,<folder>,<list>)
define install
$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "guoban needs Python 3.11 or newer")'
test -x $(1)/bin/python || $(PYTHON) -m venv $(1)
$(1)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r $(2)
endef

# The project itself is linked, not copied: guoban runs from its checkout.
define link
$(1)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --config-settings editable_mode=compat --editable .
endef

$(RUNS):
	$(call install,$(VENV),requirements.txt)
	$(call link,$(VENV))
	rm -f $(VENV)/.runs-*
	touch $@

$(READY): $(RUNS)
	$(call install,$(VENV),requirements-dev.txt)
	rm -f $(VENV)/.ready-*
	touch $@

$(PLAIN_READY):
	$(call install,$(PLAIN_VENV),requirements.txt)
	$(call link,$(PLAIN_VENV))
	rm -f $(PLAIN_VENV)/.ready-*
	touch $@

# What the benchmark measures with stays out of .venv: pyarrow imports pandas wherever it is installed.
$(BENCH_READY):
	$(call install,$(BENCH_VENV),requirements-bench.txt)
	rm -f $(BENCH_VENV)/.ready-*
	touch $@

$(BI_READY):
	$(call install,$(BI_VENV),requirements-bi.txt)
	rm -f $(BI_VENV)/.ready-*
	touch $@

# Neither do pandas and frictionless, which read what is published as other people do.
$(READERS_READY):
	$(call install,$(READERS_VENV),requirements-readers.txt)
	rm -f $(READERS_VENV)/.ready-*
	touch $@

refresh: $(RUNS) ## read what is new in data/raw and publish
	$(BIN)/guoban refresh

# Rooms and files whose tests prove a fourth of their histories in make test, and all at night.
PROVED := tests/answer/test_ended.py tests/end_to_end/test_history.py tests/month tests/publish \
	tests/receive/test_known_bytes.py tests/settle

# Planning queries is allocating: with jemalloc, where it is there, refreshes within tests take a sixth less.
# Processes that tests start have what users have (tests/conftest.py).
FASTER := LD_PRELOAD=$(firstword $(wildcard /usr/lib/*/libjemalloc.so.2))

test: check ## everything CI runs
	$(FASTER) $(BIN)/pytest -n auto -m "not nightly"

test-quick: setup ## under two minutes
	$(FASTER) $(BIN)/pytest -n auto -m "not slow and not nightly"

# MUTANTS=all plants every fault, which takes hours; by default a sample, the same one each time.
mutants: setup ## plant small faults, list those that no test sees
	nice -n 15 $(BIN)/python -m scripts.mutants

# SOAK refreshes (500), drawn by SOAK_SEED, all processes together in SOAK_MIB of memory (2048).
soak: setup ## hundreds of refreshes, and between them whatever can happen
	PYTHONPATH=tests $(BIN)/python -m scripts.soak

# FUZZ=n tries so many, FUZZ_SEED=n others; python -m fuzz --seed n --one m tries one of them again.
fuzz: setup ## damaged files through reading to typing: nothing breaks, nothing changes unsaid
	PYTHONPATH=tests nice -n 15 $(BIN)/python -m fuzz

test-bi: setup $(BI_READY) ## the dashboard of deploy/superset in a real Superset, and the guide's pandas
	$(BIN)/pytest $(UNBOUNDED) -s -m nightly tests/bi

# READERS holds options: make readers READERS="--releases 20 --readers 10 --postgres postgresql://…".
readers: setup ## fifty readers while release follows release
	PYTHONPATH=tests $(BIN)/python -m scripts.readers $(READERS)

nightly: mutants soak fuzz test-bi readers $(READERS_READY) ## what takes too long for every change: mutants, the long history, formats, BI
	HISTORY=nightly $(BIN)/pytest $(UNBOUNDED) -n auto tests/end_to_end/test_history_machine.py
	PROOFS=all $(BIN)/pytest $(UNBOUNDED) -n auto -m nightly --ignore tests/bi
	PROOFS=all $(BIN)/pytest $(UNBOUNDED) -n auto -m "not nightly" $(PROVED)
	PAIRS=1000 $(BIN)/pytest $(UNBOUNDED) -n auto tests/read/test_round_trip.py
	SPELLINGS=2000 $(BIN)/pytest $(UNBOUNDED) -n auto tests/read/test_spelling.py

check: setup ## formatter, linter, types, SQL
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python scripts/check_sql.py

format: setup
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# BENCH holds options: make bench BENCH="--only A,C --rounds 5" (see BENCHMARKS.md).
bench: setup $(BENCH_READY) $(PLAIN_READY) ## guoban beside its rivals, into BENCHMARKS.md; reading and replies
	$(BENCH_VENV)/bin/python -m benchmarks $(BENCH)
	$(BIN)/python benchmarks/reading.py
	$(BIN)/python benchmarks/replies.py

samples: setup ## write data/raw anew from tests/golden
	$(BIN)/python scripts/write_samples.py

docs: setup ## write the generated pages in docs/ anew
	$(BIN)/python scripts/write_docs.py
	$(BIN)/python -m scripts.superset
	$(BIN)/python -m scripts.write_captures

kit: $(RUNS) ## all that a machine without a network needs, as one archive in dist/
	$(BIN)/python scripts/kit.py

site-assets: setup ## make the page's ECharts anew from npm, of the releases that scripts/site_assets.py pins
	$(BIN)/python -m scripts.site_assets

pin: setup ## renew requirements*.txt (needs uv)
	scripts/pin.sh
