# Two commands are all a newcomer needs: `make demo` and `make test`.
# Assumed on the machine: make, and a Python of at least 3.11. Everything else comes from uv.lock, into .venv.

UV_VERSION := 0.13.9
BIN := .venv/bin
READY := .venv/.ready
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help setup demo test check format sabotage clean

help:  ## Say what there is to make
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' Makefile

setup: $(READY)  ## Build .venv from the lock (the other targets do it by themselves)

demo: $(READY)  ## Play a month of one housing company, then stay up (ARGS=--once: print the story and end)
	@$(BIN)/kvar demo $(ARGS)

test: $(READY)  ## Run the whole suite on SQLite and PostgreSQL (ARGS="tests/policy -n0" for a part)
	@$(BIN)/pytest -n auto $(ARGS)

check: $(READY)  ## Lint, format, types, import directions, lock file, migrations
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	UV_PYTHON_DOWNLOADS=never $(BIN)/uv lock --check --quiet
	@scratch=$$(mktemp -d) && trap 'rm -rf "$$scratch"' EXIT && \
	export KVAR_DATABASE_URL="sqlite:///$$scratch/kvar.db" && \
	echo '$(BIN)/alembic upgrade head, check, downgrade base (a scratch SQLite)' && \
	$(BIN)/alembic upgrade head && $(BIN)/alembic check && $(BIN)/alembic downgrade base

format: $(READY)  ## Rewrite the code in the house format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

sabotage: $(READY)  ## Break the promises one at a time; each must turn a test red
	@$(BIN)/python -m tests.sabotage $(ARGS)

clean:  ## Remove .venv and every cache
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Once per change of the lock. A half-built .venv never carries the stamp, so the next run builds it anew.
$(READY): uv.lock pyproject.toml
	@python=''; \
	for candidate in $(PYTHON) python3 python3.14 python3.13 python3.12 python3.11 python; do \
	  if "$$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then \
	    python=$$candidate; break; \
	  fi; \
	done; \
	if [ -z "$$python" ]; then \
	  echo 'Kvar needs Python 3.11 or newer, and found none. Install one, or say where it is: make PYTHON=/path/to/python3.12 ...' >&2; \
	  exit 1; \
	fi; \
	if ! $(BIN)/python -c 'import pip, sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then \
	  echo "Building .venv with $$("$$python" --version) ..."; \
	  rm -rf .venv; \
	  "$$python" -m venv .venv || { \
	    rm -rf .venv; \
	    echo "$$python cannot make a virtual environment. On Debian and Ubuntu: apt install python3-venv" >&2; \
	    exit 1; \
	  }; \
	fi
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check 'uv==$(UV_VERSION)'
	@UV_PYTHON_DOWNLOADS=never UV_COMPILE_BYTECODE=1 UV_PROJECT_ENVIRONMENT=.venv $(BIN)/uv sync --frozen --quiet --compile-bytecode --python $(BIN)/python
	@touch $(READY)
