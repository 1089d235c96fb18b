# Creator ROI. `make` alone lists the verbs; the first that needs it sets everything up in .venv.
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
SPARK  := $(VENV)/.spark
COMPILE := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header

.PHONY: help setup report test quick check lab sample bench spark showcase docs lock clean

help: ## List the verbs
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-8s %s\n", $$1, $$2}'

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Creator ROI needs Python 3.11 or newer; say which one with: make PYTHON=python3.12 setup" >&2; exit 2; }
	@if command -v uv >/dev/null 2>&1; then \
	  uv venv --quiet --allow-existing --python $(PYTHON) $(VENV) && \
	  uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements.lock && \
	  uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .; \
	else \
	  echo "Setting up $(VENV) (about a minute the first time)" && \
	  $(PYTHON) -m venv $(VENV) && \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock && \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .; \
	fi
	@touch $@

setup: $(READY) ## Set up .venv from requirements.lock

report: $(READY) ## Make the report on the sample (ARGS='my.csv --client Acme' for your own files)
	@$(BIN)/creator-roi report $(ARGS)

test: $(READY) ## Run every test, with coverage
	$(BIN)/python -m pytest -n auto --dist worksteal --cov --cov-report=term:skip-covered $(ARGS)

quick: $(READY) ## Run the tests that take no time
	$(BIN)/python -m pytest -n auto -m "not slow" $(ARGS)

check: $(READY) ## Lint, format, types, notebook rules
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m analysis.reporting.lint notebooks

lab: $(READY) ## Open JupyterLab in notebooks/
	@$(BIN)/creator-roi lab

sample: $(READY) ## Write the synthetic sample and its planted truth to data/sample
	@$(BIN)/creator-roi sample data/sample

bench: $(READY) ## Measure the speed claims
	@for script in benchmarks/*.py; do echo "== $$script"; $(BIN)/python $$script || exit 1; done

$(SPARK): $(READY) requirements-spark.lock
	@if command -v uv >/dev/null 2>&1; then uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements-spark.lock; \
	else $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-spark.lock; fi
	@touch $@

spark: $(SPARK) ## Add Spark to .venv (needs Java 17)

showcase: $(READY) ## Make the committed sample pack and its pictures anew
	@rm -rf build/showcase && $(BIN)/creator-roi report --out build/showcase
	@mkdir -p reports/sample && find reports/sample -mindepth 1 ! -name 'preview*' -delete
	@for part in report.html report.pdf deck.pptx tables.xlsx findings.json run.json tables; do \
	  cp -R build/showcase/*/*/$$part reports/sample/; done
	@$(BIN)/python reports/previews.py build/showcase/*/* reports/sample
	@$(BIN)/python -m analysis.docs

docs: $(READY) ## Write the generated parts of the README and the data dictionary anew
	@$(BIN)/python -m analysis.docs

lock: ## Write the lock files anew (needs uv)
	$(COMPILE) --group dev pyproject.toml -o requirements.lock
	echo 'pyspark>=4.1' | $(COMPILE) --constraints requirements.lock - -o requirements-spark.lock

clean: ## Remove .venv and everything a command can make
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
