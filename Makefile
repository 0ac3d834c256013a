# Two commands are enough: `make run` and `make test`. Both make the environment first.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
EXPORTS ?=
LABELLED ?= ../shared/labelled
SAMPLES ?= ../shared/samples

.DEFAULT_GOAL := help

help:  ## show these targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; this is " + sys.version.split()[0] + ". Name one with: make PYTHON=python3.12 ...")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { echo "The environment could not be made: on Debian and Ubuntu, install python3-venv." >&2; rm -rf $(VENV); exit 1; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@

run: $(READY)  ## print the latest week and open the dashboard; EXPORTS="path path" imports those first
	@if [ -n "$(EXPORTS)" ]; then $(BIN)/watercooler import $(EXPORTS) || echo "What was refused above is not in; the rest is." >&2; fi
	@$(BIN)/watercooler dashboard --summary

test: $(READY)  ## run all tests
	$(BIN)/python -m pytest -n auto

check: $(READY)  ## lint, format, types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(READY)  ## importing, scoring, time and pages, each against a bare yardstick in the same run
	$(BIN)/python -m tests.benchmarks.bench_import
	$(BIN)/python -m tests.benchmarks.bench_scoring
	$(BIN)/python -m tests.benchmarks.bench_time
	$(BIN)/python -m tests.benchmarks.bench_pages

bench-large: $(READY)  ## memory and time of importing JSON and SQLite of 2 GB each (some minutes)
	$(BIN)/python -m tests.benchmarks.bench_large

evaluate: $(READY)  ## how the link-pusher rules and the time estimate do on real data, where it is there
	$(BIN)/python -m analytics.evaluate --labelled "$(LABELLED)"
	$(BIN)/python -m analytics.evaluate_time --samples "$(SAMPLES)"

sample: $(READY)  ## make the invented sample exports anew
	$(BIN)/python data/sample/make_sample.py

guide: $(READY)  ## write the table of sources and the guide to them into README.md
	$(BIN)/python -m analytics.write_guide README.md

screenshots: $(READY)  ## a picture of every page on the sample store, light, dark and narrow
	$(BIN)/python -m tests.browser.screenshots

test-oldest-duckdb: $(READY)  ## run all tests with the oldest supported DuckDB, in an environment of its own
	@test -x .venv-oldest/bin/python || $(PYTHON) -m venv .venv-oldest
	grep -v '^duckdb==' constraints.txt > .venv-oldest/constraints.txt
	.venv-oldest/bin/python -m pip install --quiet --disable-pip-version-check -c .venv-oldest/constraints.txt -e '.[dev]' duckdb==1.5.5
	.venv-oldest/bin/python -m pytest -n auto -m 'not browser'

clean:  ## remove the environments and caches
	rm -rf .venv .venv-oldest dist .pytest_cache .mypy_cache .ruff_cache .hypothesis

.PHONY: help run test check bench bench-large evaluate sample guide screenshots test-oldest-duckdb clean
