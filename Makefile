# The commands of the project. `make` alone lists them.
# Needed on the machine: make and Python 3.11, 3.12 or 3.13. Works with GNU Make 3.81 and later.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

# The date of the kept example, 2026-11-01 00:00:00 UTC, so that it changes only when its content does.
EXAMPLE_DATE := 1793491200

# The locks hold for all these versions of Python, from the oldest on. The one for reports alone is a
# part of the other, version by version.
OLDEST_PYTHON := 3.11
REPORT_EXTRAS := reports plan clone
COMPILE = uv pip compile pyproject.toml --universal --python-version $(OLDEST_PYTHON) \
  --generate-hashes --no-emit-index-url --no-header --no-annotate --quiet

# What is compiled is kept, whatever else this machine does with bytecode: the tests start a hundred
# processes.
export PYTHONDONTWRITEBYTECODE :=

# Less of `make chaos`: CHAOS="--kills 3 --fills 4 --inputs 40 --applicants 100", or --seed of a run.
CHAOS ?=

# Tests run beside each other, each file's in one process; then those that bear none beside them,
# where there are any. $(1) is more options.
PYTEST := $(BIN)/python -m pytest
BESIDE := -n auto --dist loadfile --no-loadscope-reorder
all_tests = $(PYTEST) $(BESIDE) -m "not alone" $(1) && \
  alone=$$(grep -rl --include='test_*.py' 'mark\.alone' tests || :) && \
  { [ -z "$$alone" ] || $(PYTEST) -m alone $(1) $$alone; }

# Two installs into one environment do not go together, and tests run beside each other anyway.
.NOTPARALLEL:

# $(1) is "all" or "report", which holds less. An environment that has all serves for both.
install = PYTHON="$(PYTHON)" PYTHON_FROM="$(origin PYTHON)" VENV="$(VENV)" PACKAGES=$(1) sh scripts/install.sh

WHEEL = dist/imgstats-$(shell sed -n 's/^version = "\(.*\)"/\1/p' pyproject.toml)-py3-none-any.whl

.PHONY: help install report api test quick coverage chaos lint format lock wheel clean calibration benchmarks

help: ## list the commands
	@echo "make COMMAND, or make COMMAND PYTHON=/path/to/python3.12 to choose the Python"
	@echo
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  %-11s %s\n", $$1, $$2}' Makefile

install: ## make .venv from requirements.lock, or add to it (again only when something changed)
	@$(call install,all)

report: ## make the example report, reports/example/index.html; installs only what that needs
	@$(call install,report)
	@echo "==> report"
	@SOURCE_DATE_EPOCH=$(EXAMPLE_DATE) $(BIN)/imgstats report examples/applicant.yml --out reports/example

api: install ## write docs/api.md, the reference, from the docstrings
	@echo "==> api"
	@$(BIN)/python scripts/api.py

calibration: install ## run the study that decides the defaults: benchmarks/calibration (half an hour)
	@echo "==> calibration"
	@$(BIN)/python -m benchmarks.calibration.run
	@$(BIN)/python -m benchmarks.calibration.summary

test: lint ## run every check: what lint does, then all tests
	@echo "==> pytest"
	@$(call all_tests,--durations=10)

quick: lint ## run what lint does and the quick tests (two minutes)
	@echo "==> pytest, without slow tests"
	@$(PYTEST) $(BESIDE) -m "not slow and not alone"

coverage: install ## run all tests and print which branches of the package they take
	@echo "==> pytest with coverage"
	@rm -f .coverage .coverage.*
	@$(call all_tests,--cov --cov-append --cov-report=)
	@$(BIN)/python -m coverage report

chaos: install ## kill batches, fill disks and give hostile files, at random (half an hour)
	@echo "==> chaos"
	@$(BIN)/python -m tests.chaos $(CHAOS)

lint: install ## check style, format and types
	@echo "==> ruff check"
	@$(BIN)/ruff check
	@echo "==> ruff format --check"
	@$(BIN)/ruff format --check
	@echo "==> mypy"
	@$(BIN)/mypy

format: install ## mend style and format
	@$(BIN)/ruff check --fix --exit-zero --quiet
	@$(BIN)/ruff format

lock: ## write both lock files anew from pyproject.toml (needs uv)
	@command -v uv >/dev/null 2>&1 || { echo "make lock: no command uv; install uv, put it on PATH and run again" >&2; exit 1; }
	@$(COMPILE) --all-extras -o requirements.lock
	@$(COMPILE) $(REPORT_EXTRAS:%=--extra %) --constraint requirements.lock -o requirements-report.lock
	@echo "requirements.lock and requirements-report.lock are up to date; to take newer versions too, remove both first"

benchmarks: install ## time estimators, batch and score (nothing is asserted)
	@echo "==> benchmarks"
	@$(PYTEST) benchmarks --benchmark-columns=min,mean,rounds --benchmark-sort=name
	@echo "==> batch and score (some minutes)"
	@$(BIN)/python -m benchmarks.batch
	@$(BIN)/python -m benchmarks.score

wheel: install ## build the source archive and the wheel into dist/
	@echo "==> wheel"
	@$(BIN)/python -m build --no-isolation
	@echo "install it with one line, such as in a new environment:"
	@echo "  python3 -m pip install '$(CURDIR)/$(WHEEL)[plan]'"
	@echo "and with [plan,batch] for cohorts"

clean: ## remove caches and dist/ (.venv and reports stay)
	@rm -rf dist .mypy_cache .pytest_cache .ruff_cache .hypothesis .coverage .coverage.*
	@for folder in imgstats tests docs benchmarks; do \
	  if [ -d $$folder ]; then find $$folder -name __pycache__ -type d -prune -exec rm -rf {} +; fi; done
	@find . -path ./$(VENV) -prune -o -name .ipynb_checkpoints -type d -prune -exec rm -rf {} +
