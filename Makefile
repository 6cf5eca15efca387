# Everything a checkout needs, from nothing but git, make and Python 3.11 or newer.
#
#   make demo    a private store, a replayed shift, the console on it
#   make test    the tests            make check   the tests, lint, types and architecture
#   make bench   the measurements that CONTRIBUTING.md quotes
#   make format  what make check would complain about, mended

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
# More than there are cores: many tests wait for deadlines to pass.
WORKERS ?= 4
# Tests start the program a few hundred times: without compiled modules each start costs twice as much.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test check lint types arch bench format snapshots clean

demo: $(VENV)/.run
	@$(BIN)/oncall demo

test: $(VENV)/.dev
	$(BIN)/python -m compileall -q console
	@# On a fresh checkout each worker would prepare every test module for itself; here it is done once.
	@find tests -name 'test_*.py' | xargs -P 2 -n 250 $(BIN)/python -m pytest -q --collect-only >/dev/null || true
	@# Some tests drive real programs and servers against the clock: what failed in the crowd is tried again alone.
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal || { echo "again, alone: what failed"; \
	  $(BIN)/python -m pytest --last-failed --last-failed-no-failures none; }

check: lint types arch test

lint: $(VENV)/.dev
	$(BIN)/ruff check console tests benchmarks
	$(BIN)/ruff format --check console tests benchmarks

types: $(VENV)/.dev
	$(BIN)/mypy

arch: $(VENV)/.dev
	$(BIN)/python -m pytest -q -p no:randomly tests/test_architecture.py

bench: $(VENV)/.dev
	$(BIN)/python -m benchmarks

format: $(VENV)/.dev
	$(BIN)/ruff check --fix console tests benchmarks
	$(BIN)/ruff format console tests benchmarks

# Pictures are drawn on one Python version only; look at each one before committing it.
snapshots: $(VENV)/.dev
	$(BIN)/python -m pytest -p no:randomly tests/ui/test_console_pictures.py --snapshot-update

$(VENV)/.run: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "oncall needs Python 3.11 or newer; name one with: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 2; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.run
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis dist build
