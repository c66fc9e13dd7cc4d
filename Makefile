# make book · test · test-full · test-all · quick · lab · read · pdf · handout · dist · claims · frameworks · bench · mutate ·
#   mutate-script · reproduce · lock · font · clean
PYTHON ?= python3
BIN := .venv/bin
export DROPOUTLAB_RESULTS ?= $(CURDIR)/_build/results

# What a build depends on, by names and contents: a date says too little of what was moved or deleted.
checksum = $(shell find $(1) -type f ! -name '*.pyc' ! -path '*/.*' $(2) -exec cksum {} + | \
  LC_ALL=C sort | cksum | tr ' ' -)
LOCK := $(call checksum,requirements.txt)
SOURCES := $(call checksum,src requirements.txt,! -path '*/static/*')
PAGES := $(call checksum,src requirements.txt chapters _static _config.yml _toc.yml references.bib)
READY := .venv/ready.$(LOCK)

.PHONY: book test test-full test-all quick lint lab read pdf handout dist claims frameworks bench mutate mutate-script reproduce lock font clean

book: $(READY) _build/pages.$(PAGES)
	@echo "The book is at $(CURDIR)/_build/html/index.html"

# A file is named after what it was built from: if it is there, there is nothing to do.
# A notebook knows when it has changed, not when the package has: then everything starts over, but
# for the results of experiments, which know the code that they are of.
_build/sources.$(SOURCES): | $(READY)
	@mkdir -p _build
	find _build -mindepth 1 -maxdepth 1 ! -name results -exec rm -rf {} +
	@touch $@

ifeq ($(wildcard _build/html/index.html),)
.PHONY: _build/pages.$(PAGES) # someone has removed the pages
endif

# Else the pages are written again; only the notebooks that changed are executed.
_build/pages.$(PAGES): | _build/sources.$(SOURCES)
	rm -rf _build/html _build/.doctrees _build/jupyter_execute _build/pages.*
	$(BIN)/jupyter-book build . -W -n --keep-going
	@touch $@

# Nearly every fault shows in `make test`; `make test-full` looks at all of what that samples.
test: lint book
	$(BIN)/pytest -n 2 --dist loadgroup -m "not full"

test-full: book
	$(BIN)/pytest -n 2 --dist loadgroup -m full

test-all: test test-full

quick: lint
	$(BIN)/pytest -n 2 --dist loadgroup -m "not (slow or browser or long or full)"

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

lab: $(READY)
	$(BIN)/jupyter lab chapters/index.ipynb

read: book
	@echo "The book is at http://localhost:8000/ (Ctrl-C stops)"
	$(BIN)/python -m http.server 8000 --bind localhost --directory _build/html

# The whole book on paper, the answers at the end of each chapter.
pdf: book
	$(BIN)/python -m dropoutlab.book.pdf _build/html _build/dropout.pdf

# The notebooks without their answers, to hand out.
handout: $(READY)
	rm -rf _build/handout
	$(BIN)/python -m dropoutlab.book.handout chapters _build/handout

# A zip for a machine without internet: the package, the lock and the notebooks. Beside it goes what
# `pip download -r requirements.txt -d wheels` fetches elsewhere; README says how.
dist: $(READY)
	rm -rf _build/dist
	mkdir -p _build/dist/dropout
	$(BIN)/python -m pip wheel --disable-pip-version-check -q --no-deps -w _build/dist/dropout .
	cp -R chapters README.md LICENSE references.bib _build/dist/dropout
	cd _build/dist/dropout && sed "s|^-e \.$$|./$$(ls *.whl)|" $(CURDIR)/requirements.txt > requirements.txt
	cd _build/dist && $(CURDIR)/$(BIN)/python -m zipfile -c dropout.zip dropout

$(READY):
	@$(PYTHON) -c "import sys; v = sys.version_info[:2]; sys.exit(None if (3, 11) <= v <= (3, 13) else \
	  'Python 3.11 to 3.13 is needed, this is %d.%d: say make PYTHON=python3.12, for example' % v)"
	$(PYTHON) -m venv --clear .venv
	$(BIN)/python -m pip install --disable-pip-version-check --progress-bar off -q -r requirements.txt
	@touch $@

# On seeds of today: make claims, or make claims SEEDS=5000:5032
SEEDS ?= $(shell date +%y%m%d)00:
claims: $(READY)
	$(BIN)/python -m dropoutlab.claims --seeds $(SEEDS)

# What PyTorch, Keras and Flax mean by dropout, asked again; fails if an answer has changed.
frameworks: $(READY)
	$(BIN)/python -m pip install --disable-pip-version-check --progress-bar off -q -e '.[frameworks]'
	$(BIN)/python -m dropoutlab.conventions --check
	$(BIN)/pytest tests/test_conventions.py

bench: $(READY)
	for file in benchmarks/bench_*.py; do $(BIN)/python $$file || exit 1; done

# make mutate MODULE=src/dropoutlab/masks.py, or every module without MODULE;
# SAMPLE=60 judges a module by at most 60 of its mutants
mutate: $(READY)
	$(BIN)/python tests/mutate.py $(if $(SAMPLE),--sample $(SAMPLE)) $(MODULE)

mutate-script: $(READY)
	$(BIN)/python -m tests.book.mutate_script

# Two builds, in different places, on different dates: every byte must be the same.
reproduce: $(READY)
	bash .ci/reproduce

# The exact versions for every platform and Python, from the direct dependencies in pyproject.toml.
# What is locked stays where it is; make lock UPGRADE=--upgrade asks for the newest of everything.
# The extra `frameworks` is left out: it is large, and only `make frameworks` asks for it.
# Without hashes: with one in the file pip wants one for each line, and `-e .` can have none.
lock:
	$(PYTHON) -m venv --clear .venv-lock
	.venv-lock/bin/python -m pip install --disable-pip-version-check -q uv
	.venv-lock/bin/uv pip compile -q --universal --python-version 3.11 --extra book --extra test $(UPGRADE) \
	  --no-header --no-annotate pyproject.toml -o requirements.txt
	printf '%s\n' \
	  '# Every package of the book and its tests, direct and transitive, with one exact version each,' \
	  '# for Linux, macOS and Windows and Python 3.11 to 3.13. Written by `make lock` from pyproject.toml.' \
	  "$$(cat requirements.txt)" '-e .' > requirements.txt.new
	mv requirements.txt.new requirements.txt
	rm -rf .venv-lock

# The stylesheet that carries the font of the pictures.
font: $(READY)
	$(BIN)/python -m dropoutlab.explore.font

clean:
	rm -rf .venv .venv-lock _build
