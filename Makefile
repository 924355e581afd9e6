# The commands a person has to remember. Each prepares what it needs: packages into .venv, system libraries through apt
# where we may, and where we may not it says what to install.

PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin/python
READY := $(VENV)/.ready
BENCHES := $(patsubst benchmarks/%.py,bench-%,$(subst _,-,$(filter-out benchmarks/_%,$(wildcard benchmarks/*.py))))

.PHONY: demo test check soak bench docs system help

help:
	@echo "make demo    the demo conference: a server and three windows on it (pictures in build/demo where there is no screen)"
	@echo "make test    the test suite"
	@echo "make check   format, lint, types and the walls between rooms"
	@echo "make soak    the long runs: hundreds of kills, long recordings"
	@echo "make bench   every figure, or one: make bench-start"

demo: $(READY) system
	@$(RUN) tools/demo.py

test: $(READY) system
	@$(RUN) -m pytest -m "not soak" -n 2 --dist loadfile

check: $(READY)
	@$(RUN) -m ruff format --check .
	@$(RUN) -m ruff check .
	@$(RUN) -m mypy
	@$(VENV)/bin/lint-imports --no-logo

soak: $(READY) system
	@$(RUN) -m pytest -m soak --timeout=3600

bench: $(BENCHES)

bench-%: $(READY) system
	@PYTHONPATH=. $(RUN) benchmarks/$(subst -,_,$*).py

system:
	@sh tools/system_libraries.sh

$(READY): requirements/lock.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed, and $(PYTHON) is older: install it, or say make PYTHON=python3.12" >&2; exit 2; }
	@$(PYTHON) -m venv --clear $(VENV) || \
	  { echo "Python cannot make an environment here: apt-get install -y python3-venv, then make again" >&2; exit 2; }
	@echo "Installing the locked packages into $(VENV) ..."
	@$(VENV)/bin/pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements/lock.txt
	@touch $(READY)
