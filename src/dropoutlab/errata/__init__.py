"""What is often said of dropout and is wrong: each with a check that refutes it.

    print(report("lost-plus"))

An `Entry` has the statement as it is found and as it should read, and a check of either. The check
of the statement as it is found must fail, the other must pass; `ENTRIES` are all of them, by group.
Formulas are decided by sympy, what concerns chances by counting every mask.
"""

from dropoutlab._names import known_name, public_dir
from dropoutlab._progress import bar
from dropoutlab.errata import _formulas, _test_time, _what_it_does, _what_it_is
from dropoutlab.errata._entry import Entry, Outcome

__dir__ = public_dir(__name__)

GROUPS: dict[str, tuple[Entry, ...]] = {
    "formulas": _formulas.ENTRIES,
    "test time": _test_time.ENTRIES,
    "what it is": _what_it_is.ENTRIES,
    "what it does": _what_it_does.ENTRIES,
}
ENTRIES: dict[str, Entry] = {entry.name: entry for entries in GROUPS.values() for entry in entries}

__all__ = ["ENTRIES", "GROUPS", "Entry", "Outcome", "report"]


def report(name: str) -> str:
    """Check one entry, as it is found and corrected, and return what was compared and came out.

    Args:
        name: of an entry, such as "lost-plus".

    Raises:
        TypeError: the name is not a string.
        ValueError: no entry has this name.
    """
    entry = ENTRIES[known_name("name", name, ENTRIES, "an entry")]
    with bar("check"):
        wrong, right = entry.wrong(), entry.right()
    lines = [wrong.what, f"  as found   {wrong}", right.what, f"  corrected  {right}"]
    return "\n".join(dict.fromkeys(lines))
