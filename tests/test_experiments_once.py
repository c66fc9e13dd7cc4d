"""Kept results: the same to the last bit, nothing without the variable, nothing of other code."""

import os
import re
import shutil
import subprocess
import sys
from contextlib import nullcontext
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


def test_a_result_lies_where_its_code_says_however_it_is_shown(tmp_path, monkeypatch):
    monkeypatch.setenv(_once.VARIABLE, str(tmp_path))
    shown = []
    monkeypatch.setattr(_once, "bar", lambda *of, **how: shown.append((of, how)) or nullcontext())

    def two_words(seeds, progress=True):
        CALLS.append(seeds)
        return sum(seeds)

    two_words.__module__ = ARMS
    kept = _once.once(two_words)
    assert [kept([1, 2], progress=on) for on in (True, False)] == [3, 3]
    assert kept([1, 4]) == 5
    assert CALLS == [[1, 2], [1, 4]]
    assert [path.name for path in tmp_path.iterdir()] == [_once.digest_of_code(ARMS, PACKAGE)]
    assert shown == [(("two words",), {"show": on}) for on in (True, False, True)]


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


ARMS = "dropoutlab.experiments.arms"
BELOW = ("arms", "_checks", "data", "training", "network", "_kernel", "_descent", "samples")


def change(path):
    path.write_text(path.read_text() + "\n# another line\n")


def test_the_key_is_of_what_the_code_says_wherever_it_stands(copied):
    assert _once.digest_of_code(ARMS, copied) == _once.digest_of_code(ARMS, PACKAGE)


@pytest.mark.parametrize(
    ("module", "function"),
    [(_once.platform, "python_version"), (_once.platform, "machine"), (_once, "version")],
)
def test_the_key_is_of_the_versions_that_are_used(monkeypatch, module, function):
    before = _once.digest_of_code(ARMS, PACKAGE)
    assert re.fullmatch("[0-9a-f]{16}", before)
    monkeypatch.setattr(module, function, lambda *_package: "another")
    assert _once.digest_of_code(ARMS, PACKAGE) != before


def test_the_key_is_of_the_version_of_each_package(monkeypatch):
    seen = []
    monkeypatch.setattr(_once, "version", lambda package: seen.append(package) or "1.0")
    _once.digest_of_code(ARMS, PACKAGE)
    assert seen == ["joblib", "numpy", "scikit-learn", "scipy"]


def test_code_that_an_experiment_runs_is_in_its_key(copied):
    sources = _once.sources_of(ARMS, copied)
    assert {path.stem for path in sources} >= set(BELOW)
    seen = {_once.digest_of_code(ARMS, copied)}
    for path in sources:
        change(path)
        seen.add(_once.digest_of_code(ARMS, copied))
    assert len(seen) == 1 + len(sources)
    (copied / "samples.py").rename(copied / "other.py")
    assert _once.digest_of_code(ARMS, copied) not in seen


def test_what_an_experiment_does_not_run_is_not_in_its_key(copied):
    before = _once.digest_of_code(ARMS, copied)
    others = set(copied.rglob("*.py")) - _once.sources_of(ARMS, copied)
    names = {path.relative_to(copied).as_posix() for path in others}
    unseen = {"figures/style.py", "claims/ledger.py", "experiments/scaling.py", "_progress.py"}
    assert unseen <= names
    for path in others:
        change(path)
    assert _once.digest_of_code(ARMS, copied) == before


@pytest.mark.long
def test_every_module_that_is_loaded_for_an_experiment_is_in_its_key():
    """What Python itself has imported, but for the packages' own lists of names."""
    script = f"""
import sys, types
for name in ("dropoutlab", "dropoutlab.experiments"):  # without what they only name again
    package = types.ModuleType(name)
    package.__path__ = [str({str(PACKAGE)!r} + name.removeprefix("dropoutlab").replace(".", "/"))]
    sys.modules[name] = package
import {ARMS}
found = [getattr(m, "__file__", None) for n, m in sys.modules.items() if "dropoutlab." in n]
print(*filter(None, found))
"""
    command = [sys.executable, "-c", script]
    loaded = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    shown = {PACKAGE / name for name in _once.SHOWN}
    assert {Path(path) for path in loaded} == _once.sources_of(ARMS, PACKAGE) | shown


def test_a_name_is_found_in_the_file_that_defines_it(copied):
    for name, file in (
        ("dropoutlab.network", "network.py"), ("dropoutlab.linear.descent.x", "linear/descent.py"),
        ("dropoutlab.linear.regularized_error", "linear/__init__.py"),
    ):  # fmt: skip
        assert _once._files([name], copied) == {copied / file}
    assert not _once._files(["numpy.linalg", "dropoutlab", "dropoutlab.not_there"], copied)
