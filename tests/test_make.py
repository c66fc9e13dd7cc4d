"""What make would do, in a copy of the tree that pretends to be built: nothing is run."""

import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from itertools import product
from pathlib import Path

import pytest
from _pytest.mark.expression import Expression

ROOT = Path(__file__).parents[1]
COPIED = [
    "Makefile", "pyproject.toml", "requirements.txt", "_config.yml", "_toc.yml", "references.bib",
    "src", "chapters", "_static",
]  # fmt: skip
LOCK, SOURCES, PAGES = "pip install", "! -name results", "jupyter-book build"
MODULE = "src/dropoutlab/masks.py"
YEAR_2000 = 946_684_800


pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="no make here")


def script_of(tree, *targets):
    """What make would run; not as a part of the make that may run these tests."""
    alone = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    command = ["make", "-n", *(targets or ["book"])]
    return subprocess.run(
        command, cwd=tree, env=alone, capture_output=True, text=True, check=True
    ).stdout


def would_do(tree):
    script = script_of(tree)
    return [step for step in (LOCK, SOURCES, PAGES) if step in script]


@pytest.fixture
def tree(tmp_path):
    """A copy whose book is built, as far as make can tell."""
    for name in COPIED:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, tmp_path / name)
    script = script_of(tmp_path).splitlines()
    stamps = [line.split()[1] for line in script if line.startswith("touch ")]
    assert len(stamps) == 3
    for stamp in stamps:
        (tmp_path / stamp).parent.mkdir(exist_ok=True)
        (tmp_path / stamp).touch()
    (tmp_path / "_build/html").mkdir()
    (tmp_path / "_build/html/index.html").touch()
    return tmp_path


def moved(tree):
    (tree / MODULE).rename(tree / "src/dropoutlab/m2.py")


def deleted(tree):
    (tree / MODULE).unlink()


def replaced_by_an_older_copy(tree, name=MODULE, text="# other\n"):
    (tree / name).write_text(text)
    os.utime(tree / name, (YEAR_2000, YEAR_2000))


def added(tree):
    (tree / "src/dropoutlab/with a space.py").touch()


def script_changed(tree):
    replaced_by_an_older_copy(tree, "src/dropoutlab/explore/static/explore.js")


def style_changed(tree):
    replaced_by_an_older_copy(tree, "_static/book.css")


def style_deleted(tree):
    (tree / "_static/book.css").unlink()


def chapter_changed(tree):
    replaced_by_an_older_copy(tree, "chapters/notation.md")


def chapter_deleted(tree):
    (tree / "chapters/notation.md").unlink()


def settings_changed(tree):
    replaced_by_an_older_copy(tree, "_config.yml")


def lock_changed(tree):
    replaced_by_an_older_copy(tree, "requirements.txt")


def pages_deleted(tree):
    shutil.rmtree(tree / "_build/html")


def touched(tree):
    for path in [tree / MODULE, tree / "_static/book.css", tree / "requirements.txt"]:
        path.touch()


def compiled(tree):
    (tree / "src/dropoutlab/__pycache__").mkdir(exist_ok=True)
    (tree / "src/dropoutlab/__pycache__/new.cpython-311.pyc").touch()


@pytest.mark.parametrize(
    ("change", "steps"),
    [
        (touched, []),
        (compiled, []),
        (moved, [SOURCES, PAGES]),
        (deleted, [SOURCES, PAGES]),
        (replaced_by_an_older_copy, [SOURCES, PAGES]),
        (added, [SOURCES, PAGES]),
        (script_changed, [PAGES]),
        (style_changed, [PAGES]),
        (style_deleted, [PAGES]),
        (chapter_changed, [PAGES]),
        (chapter_deleted, [PAGES]),
        (settings_changed, [PAGES]),
        (pages_deleted, [PAGES]),
        (lock_changed, [LOCK, SOURCES, PAGES]),
    ],
)
def test_make_builds_again_what_a_change_concerns(tree, change, steps):
    assert would_do(tree) == []
    change(tree)
    assert would_do(tree) == steps


PYTEST = re.compile(r"^\S+/pytest (.*)$", re.MULTILINE)
MARKERS = tomllib.loads((ROOT / "pyproject.toml").read_text("utf8"))["tool"]["pytest"][
    "ini_options"
]["markers"]


def test_continuous_integration_runs_every_test_once():
    """Whatever its markers: one of its runs selects it, by markers and by nothing else."""
    targets = re.findall("^make (.*)$", (ROOT / ".ci/run").read_text("utf8"), re.MULTILINE)
    assert "test" in targets
    selections = []
    for command in PYTEST.findall(script_of(ROOT, *targets)):
        *options, name, selection = shlex.split(command)
        assert (options, name) == (["-n", "2", "--dist", "loadgroup"], "-m")
        selections.append(Expression.compile(selection))
    names = [marker.partition(":")[0] for marker in MARKERS]
    for there in product([True, False], repeat=len(names)):
        has = dict(zip(names, there, strict=True))
        assert sum(one.evaluate(lambda name, has=has: has[name]) for one in selections) == 1, has


def collected(hash_seed):
    found = subprocess.run(
        [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider"],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": hash_seed},
        capture_output=True,
        text=True,
        check=True,
    )
    return [line for line in found.stdout.splitlines() if "::" in line]


@pytest.mark.slow
@pytest.mark.full
def test_tests_stand_in_one_order_whatever_the_process():
    """Cases from a set come in another order in each worker, and then none runs."""
    one, other = collected("1"), collected("2")
    assert len(one) > 6000 and one == other
