"""Kept results: the same to the last bit, nothing without the variable, nothing of other code."""

import ast
import os
import shutil
from pathlib import Path

import numpy as np
import pytest

import dropoutlab
from dropoutlab.experiments import _once

PACKAGE = Path(dropoutlab.__file__).parent
CALLS = []


@_once.once
def noisy(seeds, *, scale=1.0, progress=True):
    CALLS.append(seeds)
    return {"drawn": scale * np.random.default_rng(seeds).random((3, 4)).T}


@pytest.fixture(autouse=True)
def no_calls(monkeypatch):
    monkeypatch.delenv(_once.VARIABLE, raising=False)
    CALLS.clear()


def test_without_the_variable_nothing_is_kept_or_written(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for value in (None, ""):
        if value is not None:
            monkeypatch.setenv(_once.VARIABLE, value)
        for _twice in range(2):
            noisy(range(3))
    assert len(CALLS) == 4 and not os.listdir(tmp_path)


def test_a_result_is_made_once_and_is_the_same_to_the_last_bit(tmp_path, monkeypatch):
    without = noisy(range(3))["drawn"]
    monkeypatch.setenv(_once.VARIABLE, str(tmp_path))
    first, again = (
        noisy(range(3))["drawn"],
        noisy(seeds=range(3), scale=1.0, progress=False)["drawn"],
    )
    assert len(CALLS) == 2
    for found in (first, again):
        assert found.tobytes() == without.tobytes() and found.dtype == without.dtype
    again[:] = 0  # a reader's own copy
    assert noisy(range(3))["drawn"].tobytes() == without.tobytes()


def test_other_arguments_are_another_result(tmp_path, monkeypatch):
    monkeypatch.setenv(_once.VARIABLE, str(tmp_path))
    assert noisy(range(3))["drawn"].sum() != noisy(range(4))["drawn"].sum()
    assert noisy(range(3), scale=2.0)["drawn"].sum() == 2 * noisy(range(3))["drawn"].sum()
    assert len(CALLS) == 3


def test_a_refusal_is_not_kept(tmp_path, monkeypatch):
    monkeypatch.setenv(_once.VARIABLE, str(tmp_path))
    for _twice in range(2):
        with pytest.raises(ValueError, match="non-negative"):
            noisy([-1])
    assert len(CALLS) == 2


# --- the key


@pytest.fixture
def copied(tmp_path):
    return Path(
        shutil.copytree(
            PACKAGE, tmp_path / "dropoutlab", ignore=shutil.ignore_patterns("__pycache__")
        )
    )


def in_key(package):
    return [
        path
        for path in package.rglob("*.py")
        if path.relative_to(package).parts[0] not in _once.NOT_BELOW
    ]


def change(path):
    path.write_text(path.read_text() + "\n# another line\n")


def test_the_key_is_of_what_the_code_says_wherever_it_stands(copied):
    assert _once.digest_of_code(copied) == _once.CODE


def test_code_that_experiments_run_is_in_the_key(copied):
    sources = in_key(copied)
    names = {p.stem for p in sources}
    assert {"samples", "data", "training", "coadaptation", "arms", "_once", "_checks"} <= names
    seen = {_once.CODE}
    for path in sources:
        change(path)
        seen.add(_once.digest_of_code(copied))
    assert len(seen) == 1 + len(sources)
    (copied / "samples.py").rename(copied / "other.py")
    assert _once.digest_of_code(copied) not in seen


def test_pictures_are_not_in_the_key(copied):
    for part in ("figures", "explore", "symbolic", "claims"):
        for path in (copied / part).glob("*.py"):
            change(path)
    assert _once.digest_of_code(copied) == _once.CODE


def imported(path):
    """The modules of the package that a file names in its imports."""
    for node in ast.walk(ast.parse(path.read_text())):
        if (
            isinstance(node, ast.ImportFrom)
            and node.module
            and node.module.startswith("dropoutlab")
        ):
            yield from (f"{node.module}.{name.name}" for name in node.names)
        elif isinstance(node, ast.Import):
            yield from (name.name for name in node.names if name.name.startswith("dropoutlab"))


def test_what_is_in_the_key_imports_nothing_that_is_not():
    found = {name for path in in_key(PACKAGE) for name in imported(path)}
    assert "dropoutlab.experiments.arms.train_arm" in found
    assert not [name for name in found if name.split(".")[1] in _once.NOT_BELOW]
