# jailtui: `make demo` tries it, `make test` tests it. Works with GNU make and FreeBSD's make.
PYTHON ?= python3
OLDEST ?= $(PYTHON)
TESTS ?= tests

.PHONY: help demo test test-oldest test-tools lint manual bench mutants fuzz screenshots wheel clean

help:
	@echo "make demo         open the console on the embedded FreeBSD host"
	@echo "make test         run all tests"
	@echo "make test-oldest  run all tests with the oldest libraries we promise"
	@echo "make lint         ruff, mypy, and mandoc for the manual"
	@echo "make manual       write the parts of the manual that are made from the code"
	@echo "make bench        measure, as ratios within one run"
	@echo "make mutants      make small changes to the code and see that tests notice them"
	@echo "make fuzz         give every reader 100,000 mutated texts"
	@echo "make screenshots  make screenshots/ anew from the embedded host"
	@echo "make wheel        build dist/*.whl"

demo: .venv/ready
	@if [ -t 0 ] && [ -t 1 ]; then .venv/bin/jailtui demo; else .venv/bin/jailtui show --host demo; fi

# How many tests run at a time: tests/conftest.py. Each worker compiles all tests unless that may be kept.
test: test-tools .venv/dev
	PYTHONDONTWRITEBYTECODE= .venv/bin/python -m pytest -n auto --dist worksteal $(TESTS)

test-oldest: test-tools .venv-oldest/dev
	PYTHONDONTWRITEBYTECODE= .venv-oldest/bin/python -m pytest -n auto --dist worksteal $(TESTS)

test-tools:
	@sh tests/setup.sh ssh ssh-keygen sshd pgrep patch tmux

lint: .venv/dev
	@sh tests/setup.sh mandoc
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	mandoc -T lint -W warning jailtui/man/jailtui.8

manual: .venv/dev
	.venv/bin/python -m tests.manual

bench: .venv/dev
	.venv/bin/python -m tests.bench

mutants: .venv/dev
	.venv/bin/python -m pip install -q -c tests/constraints.txt -e '.[mutants]'
	.venv/bin/python -m tests.mutants

fuzz: .venv/dev
	.venv/bin/python -m tests.fuzz

screenshots: .venv/dev
	.venv/bin/python -m tests.screenshots

wheel: .venv/dev
	.venv/bin/python -m pip wheel -q --no-deps -w dist .

.venv/ready: pyproject.toml tests/constraints.txt
	$(PYTHON) -m venv .venv
	.venv/bin/python -m pip install -q -c tests/constraints.txt -e .
	touch .venv/ready

.venv/dev: .venv/ready
	.venv/bin/python -m pip install -q -c tests/constraints.txt -e '.[dev]'
	touch .venv/dev

.venv-oldest/dev: pyproject.toml tests/constraints-oldest.txt
	$(OLDEST) -m venv .venv-oldest
	.venv-oldest/bin/python -m pip install -q -c tests/constraints-oldest.txt -e '.[dev]'
	touch .venv-oldest/dev

clean:
	rm -rf .venv .venv-oldest dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis
