"""What is often said of dropout and is wrong: each with a check that refutes it.

    print(report("lost-plus"))

An `Entry` has the statement as it is found and as it should read, and a check of either. The check
of the statement as it is found must fail, the other must pass; `ENTRIES` are all of them, by group.
Formulas are decided by sympy, what concerns chances by counting every mask, and what concerns
trained networks by the ledger of claims.
"""

from dropoutlab._names import known_name, public_dir
from dropoutlab._progress import bar
from dropoutlab.errata import _formulas, _often_said, _papers, _test_time
from dropoutlab.errata._entry import Entry, Outcome
from dropoutlab.errata._measured import found_text, judged

__dir__ = public_dir(__name__)

GROUPS: dict[str, tuple[Entry, ...]] = {
    "often said": _often_said.ENTRIES,
    "at test time": _test_time.ENTRIES,
    "in papers": _papers.ENTRIES,
    "slips in formulas": _formulas.ENTRIES,
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
    lines = [f"{wrong.what}:", str(wrong), f"{right.what}:", str(right)]
    if entry.besides:
        lines.append(entry.besides())
    for row in map(judged, entry.claims):
        claim, seeds = row.claim.sentence, f"{row.verdict.seeds} seeds"
        if entry.measured:  # the checks have said what was found
            lines.append(f"In the ledger: {claim} ({seeds})")
        else:
            lines.append(f"Related: {claim} {found_text(row)}, {seeds}")
    return "\n".join(dict.fromkeys(lines))
