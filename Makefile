# The front door. `make` lists what there is; nothing here asks a question.

SHELL := /bin/sh
.DEFAULT_GOAL := help

PYTHON ?= python3
# What stands on a sandbox waits more than it computes: one more than there are cores.
WORKERS ?= 3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --quiet --no-input --disable-pip-version-check
CODE := operator tests benchmarks

# SANDBOX names a second sandbox, SANDBOX_AWS_ENDPOINT an emulator that already runs, SANDBOX_CONTEXT a cluster of the
# user's kubeconfig; the command reads all three.
export SANDBOX SANDBOX_AWS_ENDPOINT SANDBOX_CONTEXT

# One line that changes when the environment must be made again: what is installed, and where.
STAMP := $(VENV)/.installed
WANTED = $$(cat pyproject.toml requirements.lock | git hash-object --stdin) $(CURDIR)

# Imports whatever the command, the operator and the sandbox ever import, so that Python keeps it compiled. Else each
# start compiles it all again where PYTHONDONTWRITEBYTECODE is set, and the first one does anywhere.
IMPORT_ALL := from importlib import import_module; from pkgutil import walk_packages; import trueup; \
	[import_module(found.name) for found in walk_packages(trueup.__path__, "trueup.")]; \
	from trueup.sandbox.emulator.moto_bridge import Moto; Moto().warm()

.PHONY: help setup demo sandbox sandbox-down test lint fix gen bench lock control-plane

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' Makefile

setup: ## Make .venv with everything locked, and the command .venv/bin/trueup (PYTHON=python3.12 to choose)
	@if [ "$$(cat $(STAMP) 2>/dev/null)" = "$(WANTED)" ] && [ -x $(BIN)/trueup ]; then exit 0; fi; \
	set -e; \
	if ! $(BIN)/python -c 'import pip' 2>/dev/null || { [ -e $(STAMP) ] && [ "$$(cut -d' ' -f2- $(STAMP))" != "$(CURDIR)" ]; }; then \
		$(PYTHON) -c '' 2>/dev/null || { \
			echo "make setup: $(PYTHON) does not run; install Python 3.11 or newer, or name one: make setup PYTHON=/path/to/python3.12" >&2; exit 1; }; \
		$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
			echo "make setup: $(PYTHON) is $$($(PYTHON) --version 2>&1), but Python 3.11 or newer is needed; name one: make setup PYTHON=python3.12" >&2; exit 1; }; \
		$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
			echo "make setup: $(PYTHON) has no venv module; install it (Debian and Ubuntu: apt install python3-venv) and run make setup again" >&2; exit 1; }; \
		echo "setup: making $(VENV) with $$($(PYTHON) --version)" >&2; \
		$(PYTHON) -m venv --clear $(VENV); \
	fi; \
	rm -f $(STAMP); \
	echo "setup: installing $$(grep -c '^[a-zA-Z0-9].*==' requirements.lock) locked packages, hashes checked (a few minutes the first time)" >&2; \
	$(PIP) install --no-compile --require-hashes -r requirements.lock >&2; \
	$(PIP) install --no-deps --no-build-isolation -e . >&2; \
	PYTHONDONTWRITEBYTECODE= $(BIN)/python -c '$(IMPORT_ALL)'; \
	echo "$(WANTED)" > $(STAMP); \
	echo "setup: done; the command is $(BIN)/trueup" >&2

demo: setup ## Play the whole story in a sandbox, every step verified
	@$(BIN)/trueup sandbox demo

# Its last lines are the exports that a shell may evaluate: nothing may be printed after them.
sandbox: setup ## Bring up API server, AWS emulator and operator; print the environment to use them (SANDBOX=name for another)
	@$(BIN)/trueup sandbox up

sandbox-down: setup ## Stop the sandbox and leave nothing behind
	@$(BIN)/trueup sandbox down

test: setup lint control-plane ## Everything that can fail: lint, generated files, all tests with the real API server (ARGS="-k …")
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup --hypothesis-profile=ci $(ARGS)

lint: setup ## Format, rules, types, import contracts, generated files
	@echo "lint: format" && $(BIN)/ruff format --check --quiet $(CODE)
	@echo "lint: rules" && $(BIN)/ruff check --quiet $(CODE)
	@echo "lint: types" && $(BIN)/basedpyright
	@echo "lint: imports" && $(BIN)/lint-imports
	@echo "lint: generated files" && $(BIN)/trueup gen --check

fix: setup ## Format, and mend what ruff can mend
	@$(BIN)/ruff check --fix $(CODE); $(BIN)/ruff format $(CODE)

gen: setup ## Write the generated files anew: CRDs, RBAC, IAM, reference pages
	@$(BIN)/trueup gen

bench: setup ## Print the figures: reads per sweep, memory, time to ready
	@$(BIN)/python -m benchmarks $(ARGS)

lock: ## Write requirements.lock anew from pyproject.toml (needs uv on PATH)
	@uv pip compile pyproject.toml --extra sandbox --group dev --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url --no-header --quiet --upgrade -o requirements.lock

# Minutes the first time on a machine (its own progress is shown), nothing afterwards. Only the tests need helm
# and Argo CD, and those that need Argo CD are skipped where it cannot be built.
control-plane: setup
	@$(BIN)/python -m trueup.sandbox.controlplane
	@$(BIN)/trueup sandbox tools helm >/dev/null
	@$(BIN)/trueup sandbox tools argocd >/dev/null || echo "control-plane: the tests with Argo CD will be skipped" >&2
