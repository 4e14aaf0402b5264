# The verbs of this project. CI runs `make test` and nothing else.

BIN := .venv/bin
PYTHON ?= $(shell command -v python3.11 || command -v python3)
WORKERS ?= 2

export PIP_DISABLE_PIP_VERSION_CHECK := 1

FUZZ ?= 20000
SOAK ?= 200

.PHONY: install check test prove rehearse bench fuzz soak build clean

install: .venv/.installed

.venv/.installed: pyproject.toml requirements/dev.lock
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/dev.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	touch $@

check: install
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/generale docs --check

test: check
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

prove: install
	$(BIN)/generale prove --out docs/reference/prove.json

rehearse: install
	$(BIN)/generale rehearse $(ARGS)

bench: install
	$(BIN)/python bench/run.py $(BENCH_ARGS)

# Ends with 1 where bytes break a parser; tests/fuzz/README.md says how to meet a finding again.
fuzz: install
	PYTHONPATH=. $(BIN)/python -m tests.fuzz.run --inputs $(FUZZ) $(FUZZ_ARGS)
	PYTHONPATH=. $(BIN)/python -m tests.fuzz.every_byte

# Ends with a trace where a message that was acknowledged is lost, or found twice.
soak: install
	PYTHONPATH=. $(BIN)/python -m tests.process.soak --rounds $(SOAK) $(SOAK_ARGS)

# An sdist, and the wheel from that sdist: what is missing in the first is missing in the second.
build: install
	rm -rf dist
	$(BIN)/python -m build --no-isolation

# The environment stays: delete .venv to start over.
clean:
	rm -rf dist build .coverage .coverage.* .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name .venv -prune -o -name __pycache__ -prune -exec rm -rf {} +
