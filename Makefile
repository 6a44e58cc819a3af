# Everything is done inside .venv, made from pyproject.toml: Python >= 3.11, make and a package index suffice.
PYTHON ?= python3
BIN := .venv/bin
JOBS ?= 2
MINUTES ?= 10

# Compiled modules are kept, whatever the surroundings say: the tests start the command some hundred times.
export PYTHONDONTWRITEBYTECODE :=

# Where one wrong line costs money: every line and branch is tested.
WHOLLY_COVERED := statements/model/money.py,statements/reference/iban.py,statements/formats/cfonb120/overpunch.py

.PHONY: demo test test-all clients check bench fuzz coverage mutate docs site wheel clean

.venv/.test: pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[dev]'
	touch $@

.venv/.run: pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	test -f .venv/.test || $(BIN)/pip install --quiet --disable-pip-version-check --editable .
	touch $@

demo: .venv/.run
	PATH="$(CURDIR)/$(BIN):$$PATH" sh fixtures/demo.sh

test: .venv/.test
	$(BIN)/python -m pytest -n $(JOBS) -m "not long"

# With the tests that take long or drive other programs: a browser, a database, other clients.
test-all: .venv/.test
	$(BIN)/python -m pytest -n $(JOBS)

# Two real clients whose licences are not free; nothing of the project needs them.
clients: .venv/.test
	$(BIN)/pip install --quiet --disable-pip-version-check fintech ebicsclient
	$(BIN)/python -m pytest tests/bank/test_optional_clients.py

check: .venv/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: .venv/.test
	$(BIN)/python -m benchmarks

fuzz: .venv/.test
	$(BIN)/python -m tests.fuzz --minutes $(MINUTES) --jobs $(JOBS)

coverage: .venv/.test
	HYPOTHESIS_PROFILE=quick $(BIN)/python -m pytest -n $(JOBS) --cov --cov-report=term-missing:skip-covered --cov-fail-under=95
	$(BIN)/coverage report --fail-under=100 --include=$(WHOLLY_COVERED)

# All mutants take hours: MUTANTS='statements.formats.cfonb120.*' takes one format, MUTANTS='*7' one in ten.
mutate: .venv/.test
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[mutate]'
	HYPOTHESIS_PROFILE=quick $(BIN)/python -m mutmut run --max-children $(JOBS) $(if $(MUTANTS),'$(MUTANTS)')
	$(BIN)/python -m mutmut results

docs: .venv/.test
	$(BIN)/python docs/generate.py

# Without network; a broken link ends it.
site: .venv/.site
	$(BIN)/python -m mkdocs build --strict --quiet

.venv/.site: .venv/.test
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[site]'
	touch $@

wheel: .venv/.test
	rm -rf dist
	$(BIN)/python -m build --wheel

clean:
	rm -rf .venv dist build site demo-output
