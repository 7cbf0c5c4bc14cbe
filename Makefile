# Hidden Layers. `make help` lists the targets; the first use of any other makes .venv and installs the course into it.
# Works with GNU make 3.81 (macOS) and later; on Windows from Git Bash or cmd.

ifeq ($(OS),Windows_NT)
PYTHON ?= python
VENV_PYTHON := .venv/Scripts/python.exe
else
PYTHON ?= python3
VENV_PYTHON := .venv/bin/python
endif
# A learner needs none of the tools that pyproject.toml lists as extras; the targets for authors do.
EXTRAS :=
test notebooks release bench lock: EXTRAS := test instructor
grade slides book: EXTRAS := instructor

.PHONY: help lab demo edit test notebooks release grade slides figures book bench setup lock clean

help:
	@$(info Hidden Layers: make <target>)
	@$(info $()  lab        open your copy of the course in JupyterLab  LAB_ARGS="--no-browser --port 8899")
	@$(info $()  demo       draw a digit, and a network reads it    DEMO_ARGS="--port 8001 --no-browser")
	@$(info $()  edit       open the originals in code-units, to author)
	@$(info $()  test       ruff, codespell, then every test            PYTEST_ARGS="-k xor")
	@$(info $()  notebooks  run notebooks in full and store the outputs NOTEBOOKS="code-units/index.ipynb")
	@$(info $()  release    make exercises/ from solutions/)
	@$(info $()  grade      the instructor's side: what it can do       ARGS="grade ex3_manual-backprop")
	@$(info $()  slides     make decks for teaching in build/slides     NOTEBOOKS="code-units/…/4.1.1-….ipynb")
	@$(info $()  figures    export the figures as SVG to build/figures  NOTEBOOKS="code-units/…/4.1.1-….ipynb")
	@$(info $()  book       make the book in docs/_build, also as EPUB  SOLUTIONS=1 BOOK_ARGS="--kinds html")
	@$(info $()  bench      time the loaders, write docs/performance.md BENCH_ARGS="--rounds 3")
	@$(info $()  setup      make or update .venv (the others do it too) PYTHON=python3.12 TORCH_BACKEND=cpu EXTRAS=test)
	@$(info $()  lock       compile requirements/lock.txt               LOCK_ARGS=--upgrade)
	@$(info $()  clean      remove caches and build outputs, keep .venv)
	@$(info $()  help       show this list)
	@cd .

# Returns at once when .venv/.installed says that nothing has changed since the last installation.
setup:
	@$(PYTHON) tools/bootstrap.py $(EXTRAS)

# my-course/ is the learner's own: made and updated here, and nothing in it is ever overwritten that the learner wrote.
lab: setup
	@$(VENV_PYTHON) -m tools.my_course
	@$(VENV_PYTHON) tools/lab.py $(LAB_ARGS)

demo: setup
	@$(VENV_PYTHON) -m tools.demo $(DEMO_ARGS)

edit: setup
	@$(VENV_PYTHON) tools/lab.py --LabApp.default_url=/lab/workspaces/hidden-layers/tree/code-units/index.ipynb $(LAB_ARGS)

# The quick checks first; the first one that fails stops the run.
test: setup
	$(VENV_PYTHON) -m ruff check
	$(VENV_PYTHON) -m ruff format --check
	$(VENV_PYTHON) -m codespell_lib
	$(VENV_PYTHON) -m pytest -n auto $(PYTEST_ARGS)

notebooks: setup
	$(VENV_PYTHON) -m tools.notebooks $(NOTEBOOKS)

release: setup
	$(VENV_PYTHON) -m tools.release

grade: setup
	$(VENV_PYTHON) -m instructor $(or $(ARGS),--help)

slides: setup
	$(VENV_PYTHON) -m tools.slides $(NOTEBOOKS)

figures: setup
	$(VENV_PYTHON) -m tools.figures $(NOTEBOOKS)

book: setup
	$(VENV_PYTHON) -m tools.book $(BOOK_ARGS)

bench: setup
	$(VENV_PYTHON) -m benchmarks $(BENCH_ARGS)

# One lock for all extras, systems and Pythons; pins that still fit stay unless LOCK_ARGS asks for more.
lock: setup
	$(VENV_PYTHON) -m uv pip compile pyproject.toml --all-extras --universal --python-version 3.11 --quiet \
		--custom-compile-command "make lock" --output-file requirements/lock.txt $(LOCK_ARGS)

clean:
	@$(PYTHON) tools/clean.py
