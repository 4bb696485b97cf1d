# What you can do here. `make` alone lists it.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ARGS ?=
# Bytecode is kept: without it every process compiles the whole house again.
unexport PYTHONDONTWRITEBYTECODE
PIP := $(BIN)/python -m pip --disable-pip-version-check install
PINNED := --quiet --require-hashes --only-binary :all:
# uv does in seconds what takes pip minutes; where it finds nothing, pip looks.
install = $(BIN)/uv pip install --system-certs $(PINNED) --python $(BIN)/python -r $(1) 2>/dev/null || $(PIP) $(PINNED) -r $(1)

.DEFAULT_GOAL := help
.PHONY: help demo test proof check style types imports migrations fix messages lock clean

help:  ## List what you can do here
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

demo: $(VENV)/.demo  ## Build a small living centre and serve it (ARGS="--no-serve --dir D")
	$(BIN)/python -m fairwitness demo $(ARGS)

test: $(VENV)/.dev  ## Run the tests, on SQLite and (where there is a server) on PostgreSQL
	$(BIN)/python tests/run.py $(ARGS)

proof: $(VENV)/.dev  ## Run the long proofs: crashes, faults, attackers (results: docs/proof.md)
	$(BIN)/python tests/run.py proof $(ARGS)

check: style types imports migrations  ## Everything else that must hold: style, types, floors, migrations

style: $(VENV)/.dev  ## Check the style, and that the packages fit together
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/python -m pip check

fix: $(VENV)/.dev  ## Let the tools mend what they can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: $(VENV)/.dev  ## Check the types
	$(BIN)/mypy src tests

imports: $(VENV)/.dev  ## Check the floors and walls
	$(BIN)/lint-imports

migrations: $(VENV)/.dev  ## Check that no migration is missing
	$(BIN)/python -m django makemigrations --check --dry-run --settings=fairwitness.settings

messages: $(VENV)/.dev  ## Gather what is to be translated, and compile it (needs GNU gettext)
	$(BIN)/python tests/messages.py

lock: $(VENV)/.dev  ## Pin every requirement by hash again
	$(BIN)/uv pip compile -q --upgrade --generate-hashes --no-header --no-annotate --python-version 3.11 pyproject.toml -o requirements/run.txt
	$(BIN)/uv pip compile -q --upgrade --generate-hashes --no-header --no-annotate --python-version 3.11 --extra figures --extra evidence --extra letters -c requirements/run.txt pyproject.toml -o requirements/demo.txt
	$(BIN)/uv pip compile -q --upgrade --generate-hashes --no-header --no-annotate --python-version 3.11 --extra figures --extra evidence --extra letters --extra esp --extra server --group dev -c requirements/demo.txt pyproject.toml -o requirements/dev.txt
	echo uv | $(BIN)/uv pip compile -q --generate-hashes --no-header --no-annotate --python-version 3.11 -c requirements/dev.txt - -o requirements/uv.txt

clean:  ## Remove what was built here
	rm -rf $(VENV) demo build dist

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(BIN)/uv: requirements/uv.txt | $(BIN)/python
	$(PIP) $(PINNED) -r requirements/uv.txt
	touch $@

$(VENV)/.demo: requirements/demo.txt pyproject.toml | $(BIN)/uv
	$(call install,requirements/demo.txt)
	@echo "$(CURDIR)/src" > "$$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/fairwitness.pth"
	touch $@

$(VENV)/.dev: requirements/dev.txt pyproject.toml | $(BIN)/uv
	$(call install,requirements/dev.txt)
	@echo "$(CURDIR)/src" > "$$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/fairwitness.pth"
	touch $@ $(VENV)/.demo
