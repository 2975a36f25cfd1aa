# make setup   install everything the hub needs into .venv
# make run     setup, then start the whole hub; Ctrl-C stops it
# make test    setup, then run every test
# make lint    check style and types
# make faults  break everything round whole hubs while people file (about 15 minutes; SIZE="…" for less)
# make simulation  let chance play against deliveries: 500 seeds, half a minute
# make security  attack the hub: every address with everybody, canaries, smuggling, scanners (ten minutes)
# make mutants MODULES=hub/domain/clock.py   see which changes of the law no test notices
# make clean   remove what can be made again (never the state folder)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup run test lint faults simulation security mutants clean

PYTHON ?= $(firstword $(foreach name,python3 python3.14 python3.13 python3.12 python3.11,\
	$(shell $(name) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $(name))))
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input install --quiet
SCANNERS := .venv-security
WAPITI := .venv-wapiti
TEST_PROCESSES ?= 2
MODULES ?= $(wildcard hub/domain/*.py)
CATALOGUES := $(wildcard hub/translations/*/LC_MESSAGES/*.po)
SOURCES := config.py $(shell find hub workers -name '*.py')

help:
	@sed -n 's/^# //p' Makefile

setup: $(VENV)/.ready $(VENV)/.translated $(VENV)/.compiled

run: setup
	@$(BIN)/rights-hub up

test: setup $(VENV)/.test-ready
	$(BIN)/pytest -n $(TEST_PROCESSES) --dist loadfile --no-loadscope-reorder $(ARGS)

lint: setup $(VENV)/.test-ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

faults: setup $(VENV)/.test-ready
	$(BIN)/python -m tests.faults $(SIZE)

simulation: setup $(VENV)/.test-ready
	RIGHTS_HUB_SEEDS=500 RIGHTS_HUB_TEST_ENGINES=sqlite $(BIN)/pytest tests/simulation

security: setup $(VENV)/.test-ready $(SCANNERS)/.ready $(WAPITI)/.ready
	$(BIN)/python -m tests.security.program $(PARTS)

mutants: setup $(VENV)/.test-ready
	$(BIN)/python -m tests.mutation $(MODULES)

clean:
	rm -rf $(VENV) $(SCANNERS) $(WAPITI) build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find hub -name '*.mo' -delete
	find . -name __pycache__ -type d -not -path './var/*' -prune -exec rm -rf {} +

$(VENV)/.made:
	@test -n "$(PYTHON)" || { echo "The hub needs Python 3.11 or later, and none was found." \
		"Install one, or name it: make PYTHON=/path/to/python3"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "The hub needs Python 3.11 or later: $(PYTHON) is older or does not start." \
		"Name another: make PYTHON=/path/to/python3"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "Python's venv module is missing." \
		"On Debian or Ubuntu: apt install python3-venv. Then run make again."; exit 1; }
	@$(PYTHON) -m venv --clear $(VENV)
	@touch $@

$(VENV)/.ready: $(VENV)/.made requirements-build.txt requirements.txt pyproject.toml
	@echo "Installing the hub's libraries into $(VENV) (about a minute the first time)…"
	@$(PIP) --require-hashes -r requirements-build.txt
	@$(PIP) --require-hashes --no-build-isolation -r requirements.txt
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.test-ready: $(VENV)/.ready requirements-test.txt
	@echo "Installing what the tests need…"
	@$(PIP) --require-hashes --no-build-isolation -r requirements-test.txt
	@touch $@

# What scans the hub is never beside what it is made of: each has libraries of its own.
$(SCANNERS)/.ready: requirements-security.txt
$(WAPITI)/.ready: requirements-security-wapiti.txt
$(SCANNERS)/.ready $(WAPITI)/.ready: $(VENV)/.made
	@echo "Installing what scans the hub into $(@D) (a minute or two the first time)…"
	@$(PYTHON) -m venv --clear $(@D)
	@$(@D)/bin/python -m pip --disable-pip-version-check --no-input install --quiet --require-hashes -r $(filter %.txt,$^)
	@touch $@

$(VENV)/.translated: $(VENV)/.ready $(CATALOGUES)
	@$(BIN)/rights-hub translations
	@touch $@

# Where Python keeps no bytecode by itself, each start would compile it all.
$(VENV)/.compiled: $(VENV)/.ready $(SOURCES)
	@$(BIN)/python -m compileall -q config.py hub workers
	@touch $@
