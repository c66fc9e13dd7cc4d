# make book · make test · make lab · make read · make bench · make lock · make clean
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/ready
SOURCES := $(shell find src -name '*.py')

.PHONY: book test lint lab read bench lock clean

book: $(READY) _build/sources _build/static
	$(BIN)/jupyter-book build . -W -n --keep-going
	@echo "The book is at $(CURDIR)/_build/html/index.html"

test: lint book
	$(BIN)/pytest

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

lab: $(READY)
	$(BIN)/jupyter lab chapters

read: book
	@echo "The book is at http://localhost:8000/ (Ctrl-C stops)"
	$(BIN)/python -m http.server 8000 --bind localhost --directory _build/html

$(READY): requirements.txt pyproject.toml
	@$(PYTHON) -c "import sys; v = sys.version_info[:2]; sys.exit(None if (3, 11) <= v <= (3, 13) else \
	  'Python 3.11 to 3.13 is needed, this is %d.%d: say make PYTHON=python3.12, for example' % v)"
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --disable-pip-version-check --progress-bar off -q -r requirements.txt
	@touch $@

# A build knows when a notebook has changed, not when the package has: then it starts over.
_build/sources: $(READY) $(SOURCES)
	rm -rf _build
	@mkdir -p _build
	@touch $@

# Nor does it notice a new stylesheet or script: then it writes the pages again, executing nothing.
_build/static: _build/sources $(wildcard _static/*)
	rm -rf _build/html _build/.doctrees
	@touch $@

bench: $(READY)
	for file in benchmarks/bench_*.py; do $(BIN)/python $$file || exit 1; done

# The exact versions for every platform and Python, from the direct dependencies in pyproject.toml.
lock:
	$(PYTHON) -m venv .venv-lock
	.venv-lock/bin/python -m pip install --disable-pip-version-check -q uv
	printf '%s\n%s\n' \
	  '# Every package of the book and its tests, direct and transitive, with one exact version each,' \
	  '# for Linux, macOS and Windows and Python 3.11 to 3.13. Written by `make lock` from pyproject.toml.' \
	  > requirements.txt
	.venv-lock/bin/uv pip compile -q --universal --python-version 3.11 --all-extras \
	  --no-header --no-annotate pyproject.toml >> requirements.txt
	echo '-e .' >> requirements.txt
	rm -rf .venv-lock

clean:
	rm -rf .venv .venv-lock _build
