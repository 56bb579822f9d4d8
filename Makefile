# passaparola: `make setup` prepares .venv, `make run` starts a demo, `make test` checks everything.
# Needs make and Python 3.11 or newer.

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input install --quiet
LOCK := $(BIN)/uv pip compile --quiet --generate-hashes --universal --python-version 3.11 \
	--no-header --no-annotate --no-emit-index-url $(if $(UPGRADE),--upgrade)
# The first Python that is new enough; PYTHON=/path/to/python chooses another.
PYTHON ?= $(firstword $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && command -v "$$python"; done))
# TypeScript reads the types in the comments of the widget. It is fetched once; where there is no npm or no network, that check is left out.
TSC = $(shell command -v npm >/dev/null && { [ -x $(VENV)/tsc/node_modules/.bin/tsc ] || npm install --silent --no-audit \
	--no-fund --ignore-scripts --prefix $(VENV)/tsc typescript@5.9.3; } >/dev/null 2>&1 && echo $(VENV)/tsc/node_modules/.bin/tsc)
PYTEST := $(BIN)/python -m pytest
# what was compiled is kept whatever the caller's shell says: hundreds of processes begin in a run of the tests
export PYTHONDONTWRITEBYTECODE :=
# two more than processors: a quarter of its time a test waits for a server, a kill, a lock
WORKERS ?= $(shell expr $$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2) + 2)

.DEFAULT_GOAL := help
.PHONY: help setup dev run shop lint ruff types tests test gauntlet bench docs messages screenshots vendor lock format clean

help:  ## say what can be made
	@sed -n 's/^\([a-z]*\):.*  ## \(.*\)/make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

setup: $(VENV)/runtime.stamp  ## prepare .venv with the `passaparola` command

dev: $(VENV)/dev.stamp  ## what tests, benches and checks need, too

run: setup  ## start passaparola with demo data
	exec $(BIN)/passaparola up --demo

shop: setup  ## show the widgets in a shop on another origin, while `make run` runs beside it
	exec $(BIN)/python examples/widget/serve.py --key "$$($(BIN)/passaparola apikey create --name 'Example shop' \
		--publishable --origin http://localhost:8001 --json | sed -n 's/.*"prefix": *"\([^"]*\)".*/\1/p')"

lint: ruff types

ruff: dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: dev
	PASSAPAROLA_DATA=.mypy_cache/settings $(BIN)/mypy
	@$(if $(TSC),$(TSC) --project jsconfig.json,echo "the types of the widget are not checked: npm brought no TypeScript")

tests: dev
	$(PYTEST) -n $(WORKERS) --maxprocesses 4 --dist worksteal

test: ruff  ## lint, types, and all tests on SQLite and PostgreSQL
	@$(MAKE) --no-print-directory --jobs=2 types tests

gauntlet: dev  ## the long runs: many more steps, races and kills
	HYPOTHESIS_PROFILE=gauntlet $(PYTEST) -m gauntlet

bench: dev  ## measure, and write docs/performance.md
	$(BIN)/python -m bench

docs: dev  ## write docs/programs-by-example.md from the schema and the shipped files
	$(BIN)/python -m docs.by_example

messages: dev  ## bring the catalogues of src/passaparola/locale up to what is said, and compile them
	$(BIN)/python -m docs.messages

screenshots: dev  ## take docs/screenshots from a demo (needs Chromium)
	$(BIN)/python -m docs.screenshots

vendor: dev  ## bring Tabler and Chart.js at their pinned versions (needs npm)
	$(BIN)/python -m docs.vendored

lock: dev  ## pin requirements/*.in with hashes; UPGRADE=1 takes newer versions
	$(LOCK) requirements/build.in --output-file requirements/build.txt
	$(LOCK) requirements/runtime.in --output-file requirements/runtime.txt
	$(LOCK) requirements/dev.in --constraints requirements/runtime.txt --output-file requirements/dev.txt

format: dev  ## put the code into shape
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

clean:  ## remove what was made, except data
	rm -rf $(VENV) build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -prune -exec rm -rf {} +

$(BIN)/python:
	@test -n "$(PYTHON)" || { \
		echo "passaparola needs Python 3.11 or newer, and none was found." \
			"Install it (Debian and Ubuntu: apt-get install python3 python3-venv) or say where it is:" \
			"make setup PYTHON=/path/to/python3" >&2; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "$(PYTHON) is older than Python 3.11, or does not run." >&2; exit 1; }
	@"$(PYTHON)" -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "$(PYTHON) comes without its venv module." \
			"Install it (Debian and Ubuntu: apt-get install python3-venv) and try again." >&2; exit 1; }
	@"$(PYTHON)" -m venv $(VENV)

$(VENV)/runtime.stamp: requirements/runtime.txt requirements/build.txt pyproject.toml | $(BIN)/python
	@$(PIP) --require-hashes --requirement requirements/build.txt --requirement requirements/runtime.txt
	@$(PIP) --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m compileall -q src  # as pip does with all that it installs, but not with what stays where it is
	@touch $@
	@echo "ready: $(BIN)/passaparola"

$(VENV)/dev.stamp: requirements/dev.txt $(VENV)/runtime.stamp
	@$(PIP) --require-hashes --requirement requirements/dev.txt
	@touch $@
