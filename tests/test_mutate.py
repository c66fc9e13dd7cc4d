"""The mutation driver: which tests belong to a module, and reasons that fit today's code."""

import argparse
import tomllib
from types import FunctionType

import pytest

from dropoutlab.figures import words
from tests import mutate

REASONS = tomllib.loads((mutate.TESTS / "mutants.toml").read_text(encoding="utf8"))


MODULES = sorted(str(path.relative_to(mutate.PACKAGE)) for path in mutate.PACKAGE.rglob("*.py"))


@pytest.mark.parametrize("module", MODULES)
def test_every_module_has_tests_besides_the_error_contract(module):
    tests = mutate.tests_of(mutate.PACKAGE / module)
    assert module in ("__init__.py", "_checks.py") or any(
        "test_checks" not in path for path in tests
    )


def test_a_module_has_the_tests_that_are_named_after_it():
    found = mutate.tests_of(mutate.PACKAGE / "figures" / "style.py")
    assert "tests/figures/test_style.py" in found
    assert "tests/figures/test_words.py" not in found


def test_a_module_without_tests_of_its_name_has_those_of_its_users():
    found = mutate.tests_of(mutate.PACKAGE / "_minibatches.py")
    assert {"tests/test_training.py", "tests/test_recurrent.py"} <= set(found)
    assert "tests/test_make.py" not in found


@pytest.mark.parametrize("module", REASONS)
def test_a_reason_is_about_lines_that_are_there(module):
    source = {line.strip() for line in (mutate.PACKAGE / module).read_text("utf8").splitlines()}
    for entry in REASONS[module]:
        assert set(entry) == {"was", "now", "why"}
        assert set(entry["was"].splitlines()) <= source
        assert entry["now"] != entry["was"] and entry["why"]


def test_the_changed_lines_of_a_diff():
    diff = "--- a.py\n+++ b.py\n@@ -1,3 +1,3 @@\n def f(x):\n-    return -x\n+    return +x\n"
    assert mutate.changed_lines(diff, "-") == "return -x"
    assert mutate.changed_lines(diff, "+") == "return +x"


NAMES = [f"module.x_f__mutmut_{k}" for k in range(1, 30)]
LIVE = mutate.Survivor("f__mutmut_1 (survived)", "return x", "return -x", None)


def test_a_sample_is_the_same_for_a_seed():
    one = mutate.drawn(NAMES, 8, 0)
    assert one == mutate.drawn(NAMES[::-1], 8, 0)
    assert len(set(one)) == 8 and set(one) < set(NAMES)
    assert set(one) != set(mutate.drawn(NAMES, 8, 1))


@pytest.mark.parametrize("sample", [None, 29, 30])
def test_a_sample_of_as_many_as_there_are_is_all_of_them(sample):
    assert mutate.drawn(NAMES, sample, 0) == NAMES


def test_the_mutants_of_a_module_are_those_of_its_functions():
    assert mutate.mutants_of(mutate.PACKAGE / "__init__.py") == []
    names = mutate.mutants_of(mutate.PACKAGE / "figures" / "words.py")
    functions = {name.partition("__mutmut_")[0] for name in names}
    assert functions == {f"dropoutlab.figures.words.x_{name}" for name in WORDS}


WORDS = [
    name
    for name, value in vars(words).items()
    if isinstance(value, FunctionType) and value.__module__ == words.__name__
]


@pytest.mark.parametrize(
    ("sample", "living", "said", "enough"),
    [
        (None, 2, "27 of 29 killed (93%); 2 live, 0 explained, 4 timed out", True),
        (None, 3, "26 of 29 killed (90%); 3 live, 0 explained, 4 timed out", False),
        (
            10,
            1,
            "9 of 10 killed (90%), drawn from 29 with seed 5; 1 live, 0 explained, 4 timed out",
            True,
        ),
        (
            10,
            2,
            "8 of 10 killed (80%), drawn from 29 with seed 5; 2 live, 0 explained, 4 timed out",
            False,
        ),
    ],
)
def test_a_module_is_judged_by_what_was_drawn(monkeypatch, capsys, sample, living, said, enough):
    judged = []

    def judge(_, chosen, *__):
        judged.extend(chosen)
        return [LIVE] * living, 4

    monkeypatch.setattr(mutate, "mutants_of", lambda _: NAMES)
    monkeypatch.setattr(mutate, "judge", judge)
    options = argparse.Namespace(sample=sample, seed=5, jobs=1)
    assert mutate.mutate(mutate.PACKAGE / "masks.py", [], options) is enough
    assert judged == mutate.drawn(NAMES, sample, 5)
    printed = capsys.readouterr().out
    assert printed.startswith(f"src/dropoutlab/masks.py: {said}\n")
    assert printed.count("f__mutmut_1 (survived): NO REASON GIVEN\n    - return x") == living


def test_a_module_that_no_test_calls_fails_and_the_others_go_on(monkeypatch, capsys):
    def judge(*_):
        raise LookupError(mutate.UNTESTED)

    monkeypatch.setattr(mutate, "mutants_of", lambda _: NAMES)
    monkeypatch.setattr(mutate, "judge", judge)
    options = argparse.Namespace(sample=None, seed=5, jobs=1)
    assert mutate.mutate(mutate.PACKAGE / "masks.py", [], options) is False
    assert "none of 29 killed; no test that runs here calls it" in capsys.readouterr().out


def test_a_sample_of_none_is_refused(monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["mutate.py", "--sample", "0"])
    with pytest.raises(SystemExit):
        mutate.main()
    assert "--sample must be at least 1; got 0" in capsys.readouterr().err
