# What a contributor runs; every target makes its own environment in .venv first.
PYTHON ?= python3
BIN := .venv/bin
INSTALLED := .venv/installed
NATIVE := $(wildcard tensorgraph/native/*.[ch] tensorgraph/native/*/*.[ch])

.PHONY: demo test quick nightly lint format bench figures clean

demo: $(INSTALLED)
	$(BIN)/python examples/eight_schools.py

test: $(INSTALLED)
	$(BIN)/python -m pytest -n 2 --dist worksteal --doctest-modules tensorgraph tests

quick: $(INSTALLED)
	$(BIN)/python -m pytest -n 2 --dist worksteal -m "not slow" --doctest-modules tensorgraph tests

nightly: $(INSTALLED)
	PROGRAMS=10000 $(BIN)/python -m pytest -n 2 tests/laws/test_programs.py
	POINTS=1000000 $(BIN)/python -m pytest -n 2 tests/native/test_quadruple.py

lint: $(INSTALLED)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(INSTALLED)
	$(BIN)/ruff check --fix --select I .
	$(BIN)/ruff format .

bench: $(INSTALLED)
	$(BIN)/python benchmarks/table.py

figures: $(INSTALLED)
	$(BIN)/python benchmarks/table.py --json benchmarks/figures.json
	$(BIN)/python docs/refresh.py docs/performance.md

# The C parts are built by the installation, so it is repeated when they change.
$(INSTALLED): pyproject.toml setup.py $(NATIVE)
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --editable ".[test]"
	touch $@

clean:
	rm -rf .venv build
