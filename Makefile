# The commands people rely on. Each builds the environment it needs and no more.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip
INSTALL := $(PIP) install -qq --disable-pip-version-check --no-input
PACKAGES := eldercare solver api seed_data benchmarks
MODE ?= short
BENCH_ARGS ?=
PYTEST_ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help demo serve test kernels soak check bench format lock clean
.DELETE_ON_ERROR:

help:  ## show this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 16

demo: .venv/.runtime.stamp  ## seed a district, plan a day, print roster and coverage
	@$(BIN)/eldercare demo

serve: .venv/.runtime.stamp  ## console, phone page and API on http://127.0.0.1:8000
	@$(BIN)/eldercare serve

check: .venv/.dev.stamp  ## lint, format, types, import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

# Types and machine code take a minute each and one core each.
test: .venv/.runtime.stamp  ## everything: check, then unit, property, API, PostgreSQL and browser tests
	@$(MAKE) --no-print-directory --jobs=2 --output-sync=target check kernels
	$(BIN)/python -m pytest -n 2 --dist loadgroup $(PYTEST_ARGS)

kernels: .venv/.runtime.stamp  ## compile the search, once for an installation
	$(BIN)/python -m solver compile

soak: .venv/.dev.stamp  ## the long bounded proofs
	$(BIN)/python -m pytest -m soak -n 2 $(PYTEST_ARGS)

bench: .venv/.bench.stamp  ## the performance table: a sample in minutes, MODE=full for everything
	$(BIN)/python -m benchmarks --mode $(MODE) $(BENCH_ARGS)

format: .venv/.dev.stamp  ## let ruff order imports and lay out the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:  ## remove the environment and caches, never var/
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

# A pip that failed half-way leaves no stamp, so the next make goes on where it stopped.
.venv/.python.stamp:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed; name one: make PYTHON=python3.12 ..." >&2; exit 1; }
	@$(PYTHON) -m venv --clear .venv || \
		{ echo "No virtual environment could be made; on Debian: apt-get install python3-venv" >&2; exit 1; }
	@touch $@

.venv/.runtime.stamp: .venv/.python.stamp requirements.lock pyproject.toml
	@echo "Setting up .venv (about a minute, once)" >&2
	@$(INSTALL) --require-hashes --only-binary :all: -r requirements.lock
	@$(INSTALL) --no-deps --no-build-isolation -e .
	@touch $@

.venv/.dev.stamp: .venv/.runtime.stamp requirements-dev.lock
	@echo "Adding the development tools to .venv" >&2
	@$(INSTALL) --require-hashes --only-binary :all: -r requirements-dev.lock
	@touch $@

# The solvers that the table compares with are no part of the product, so they are not locked.
.venv/.bench.stamp: .venv/.dev.stamp pyproject.toml
	@$(PYTHON) -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["dependency-groups"]["bench"], sep="\n")' > .venv/bench.txt
	@$(INSTALL) --only-binary :all: -r .venv/bench.txt
	@touch $@

# Neither lock names a package index; uv is fetched into a folder of its own when it is missing.
UV := $(shell command -v uv || echo .venv/uv/bin/uv)
COMPILE = $(UV) pip compile --quiet --universal --python-version 3.11 --only-binary :all: \
	--no-emit-index-url --no-header --no-annotate --generate-hashes pyproject.toml --group build

lock: .venv/.python.stamp  ## resolve both locks anew from pyproject.toml
	@command -v $(UV) >/dev/null || { $(PYTHON) -m venv .venv/uv && .venv/uv/bin/pip install --quiet uv; }
	$(COMPILE) -o requirements.lock
	$(COMPILE) --group dev -c requirements.lock -o requirements-dev.lock
