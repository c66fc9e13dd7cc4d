"""The mutation driver: which tests belong to a module, and reasons that fit today's code."""

import tomllib

import pytest

from tests import mutate

REASONS = tomllib.loads((mutate.TESTS / "mutants.toml").read_text(encoding="utf8"))


MODULES = sorted(str(path.relative_to(mutate.PACKAGE)) for path in mutate.PACKAGE.rglob("*.py"))


@pytest.mark.parametrize("module", MODULES)
def test_every_module_has_tests_besides_the_error_contract(module):
    tests = mutate.tests_of(mutate.PACKAGE / module)
    assert module == "_checks.py" or any("test_checks" not in path for path in tests)


def test_a_module_has_the_tests_that_are_named_after_it():
    found = mutate.tests_of(mutate.PACKAGE / "figures" / "style.py")
    assert "tests/figures/test_style.py" in found
    assert "tests/figures/test_words.py" not in found


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
