# `make audit` and `make test` need python3 with venv, and make; they set up all the rest in .venv.
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
TARGETS ?= splitter detection capture archive bundle
CASE ?= sample_logs/optus_2023_shape

.PHONY: help audit test test-spark test-system matrix check lint types sql smoke snapshots mutate bench fuzz lock audit-deps clean

help: ## list the targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

audit: $(VENV)/ready ## set up, audit the sample case (CASE=... for another), and write its page
	@$(BIN)/auditor run $(CASE) --page; code=$$?; test $$code -le 1

test: $(VENV)/ready-dev ## set up, and run the tests
	$(BIN)/python -m pytest -q -n auto --dist worksteal -m "not system and not spark"

test-spark: $(VENV)/ready-spark ## the same figures by way of Spark (needs Java 17; installs Spark)
	$(BIN)/python -m pytest -q -rs -m spark tests/ingest/test_spark.py tests/spark

test-system: $(VENV)/ready-dev ## browser, terminal and fault tests (installs what they need, names what it left out)
	$(BIN)/python -m pytest -q -rs -m system

matrix: $(VENV)/ready-dev ## list every fault and property that is tested, with the tests that hold it
	@$(BIN)/python -m tests.matrix

check: lint types sql test test-system smoke ## the whole truth

lint: $(VENV)/ready-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/ready-dev
	$(BIN)/mypy

sql: $(VENV)/ready-dev
	$(BIN)/sqlfluff lint -q -p 2 $$(find sql -name '*.sql' -not -path '*/schema/*')

smoke: $(VENV)/ready-dev ## the built wheel, in an environment with runtime dependencies only
	rm -rf build/smoke && mkdir -p build/smoke
	$(BIN)/python -m hatchling build -t wheel -d build/smoke
	$(PYTHON) -m venv build/smoke/venv
	build/smoke/venv/bin/pip install -q --disable-pip-version-check --require-hashes -r requirements.txt
	build/smoke/venv/bin/pip install -q --disable-pip-version-check --no-deps build/smoke/*.whl
	cd build/smoke && venv/bin/auditor simulate case --seed 1 >/dev/null && { venv/bin/auditor run -q case > summary.txt; test $$? -le 1; } && test -s case/reports/audit.json && venv/bin/auditor rules show EC-001 >/dev/null

snapshots: $(VENV)/ready-dev ## write the snapshots of the reports anew; read the difference in review
	$(BIN)/python -m pytest -q tests/report --snapshot-update

mutate: $(VENV)/ready-dev ## take each condition out of each model step, rule and measure in turn, and name what no case notices (STEPS="110 ec_001")
	$(BIN)/python -m tests.mutate $(STEPS)

bench: $(VENV)/ready-bench ## measure speed and memory beside their peers (RECORDS=10000000)
	$(BIN)/python -m tests.benchmarks

fuzz: $(VENV)/ready-fuzz ## search for inputs that break the readers, round and round (TARGETS=capture; SECONDS=60: one round)
	@while :; do for target in $(TARGETS); do echo "$$target"; $(BIN)/python -m tests.fuzz.guided $$target $(or $(SECONDS),600) || exit 1; done; test -z "$(SECONDS)" || break; done

lock: ## resolve the dependencies anew (needs uv); the files carry hashes and no addresses
	uv lock --upgrade
	uv export -q --frozen --no-emit-project --no-dev --no-header --no-annotate -o requirements.txt
	uv export -q --frozen --no-emit-project --only-group build --no-header --no-annotate -o requirements-build.txt
	uv export -q --frozen --no-emit-project --no-header --no-annotate -o requirements-dev.txt
	uv export -q --frozen --no-emit-project --only-group bench --no-header --no-annotate -o requirements-bench.txt
	uv export -q --frozen --no-emit-project --only-group audit --no-header --no-annotate -o requirements-audit.txt
	uv export -q --frozen --no-emit-project --only-group fuzz --no-header --no-annotate -o requirements-fuzz.txt
	uv export -q --frozen --no-emit-project --only-group spark --no-header --no-annotate -o requirements-spark.txt

audit-deps: $(VENV)-audit/ready ## ask whether a locked dependency has a known vulnerability (needs a network)
	@for file in requirements*.txt; do echo "$$file"; $(VENV)-audit/bin/pip-audit -r $$file --require-hashes --disable-pip --strict --progress-spinner off || exit 1; done

clean: ## remove what the targets made
	rm -rf $(VENV) $(VENV)-audit build dist

$(VENV)/ready: requirements.txt requirements-build.txt pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements.txt -r requirements-build.txt
	$(BIN)/pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

$(VENV)/ready-dev: requirements-dev.txt $(VENV)/ready
	$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.txt
	touch $@

$(VENV)-audit/ready: requirements-audit.txt
	$(PYTHON) -m venv $(VENV)-audit
	$(VENV)-audit/bin/pip install -q --disable-pip-version-check --require-hashes -r requirements-audit.txt
	touch $@

$(VENV)/ready-bench: requirements-bench.txt $(VENV)/ready-dev
	$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements-bench.txt
	touch $@

$(VENV)/ready-spark: requirements-spark.txt $(VENV)/ready-dev
	$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements-spark.txt
	touch $@

$(VENV)/ready-fuzz: requirements-fuzz.txt $(VENV)/ready-dev
	$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements-fuzz.txt
	touch $@
