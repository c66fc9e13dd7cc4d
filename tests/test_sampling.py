"""What `make test` leaves to `make test-full`: nothing is left by mistake."""

from pathlib import Path

import pytest

from tests.conftest import ASKED_EVERY, pytest_collection_modifyitems

WHOLE = "\n".join(path.read_text(encoding="utf8") for path in Path(__file__).parent.rglob("*.py"))


class Item:
    def __init__(self, name):
        self.name, self.marks = name, []

    def add_marker(self, mark):
        self.marks.append(mark)


@pytest.mark.parametrize("name", ASKED_EVERY)
def test_what_is_sampled_is_a_test_with_parameters(name):
    before, _, _after = WHOLE.partition(f"\ndef {name}(")
    decorator = before.rpartition("\n\n\n")[2]
    assert WHOLE.count(f"\ndef {name}(") == 1
    assert "@pytest.mark.parametrize" in decorator or "@on" in decorator or "page)" in _after[:80]


def test_the_first_and_every_so_many_th_is_kept_and_all_others_have_the_mark():
    name, every = next(iter(ASKED_EVERY.items()))
    sampled, other = [Item(name) for _ in range(2 * every + 1)], [Item("test_else")] * 3
    pytest_collection_modifyitems([*sampled, *other])
    kept = [k for k, item in enumerate(sampled) if not item.marks]
    assert kept == [0, every, 2 * every]
    assert all(item.marks == ["full"] for item in sampled if item.marks)
    assert not any(item.marks for item in other)
