# make install   build .venv from requirements.lock
# make demo      load a real data set and turn three sentences into published tables
# make test      lint, types, import contracts, tests
# make test-long what make test leaves out: all cases on classic Spark, long end-to-end runs, large samples
PYTHON ?= python3
BIN := .venv/bin

.PHONY: install demo test tests test-long lint lock clean

install: .venv/installed

.venv/installed: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("DataMorph needs Python 3.11 or newer, this is " + sys.version.split()[0] + ". Try: make PYTHON=python3.12")'
	@echo "Building .venv from requirements.lock (2.5 GB, about three minutes) ..."
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --no-compile --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

demo: install
	@$(BIN)/datamorph demo

lint: install
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/pyright
	$(BIN)/lint-imports

# Side by side: the type checker takes a minute on one core.
test: install
	@$(MAKE) --no-print-directory --jobs 2 lint tests

tests: install
	$(BIN)/pytest -n 4 --dist loadfile --no-loadscope-reorder -m "not long"

test-long: install
	$(BIN)/pytest -n 2 --dist loadfile -m long
	DATAMORPH_EXAMPLES=1000 $(BIN)/pytest -n 2 --dist loadfile tests/core/test_laws.py tests/core/test_row_facts.py tests/core/test_engine_laws.py

lock:
	uv pip compile pyproject.toml --extra demo --extra quality --extra sources --extra oidc --extra bench --extra dev --universal --generate-hashes --python-version 3.11 --no-header --no-annotate --output-file requirements.lock

clean:
	rm -rf .venv .pytest_cache .ruff_cache .hypothesis .import_linter_cache
