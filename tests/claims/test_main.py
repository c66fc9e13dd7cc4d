"""The command that judges the ledger: what it takes, what it prints, and how it ends."""

import json
from argparse import ArgumentTypeError

import numpy as np
import pytest

from dropoutlab.claims import Bound, Claim, Row, Table, Verdict, __main__
from dropoutlab.samples import Sample


def found(seeds):
    noise = np.random.default_rng(0).random(10_000)
    return Sample("arm", "measure", seeds, 1 + noise[list(seeds)])


def table(name="t", chapter="c", seeds=8, **bounds):
    claims = tuple(
        Claim(k, f"It is {k}.", lambda found: found, b, "nats") for k, b in bounds.items()
    )
    return Table(chapter, name, found, seeds, claims)


ABOVE = Bound(low=0.5)
HOLDS = Verdict("holds", ABOVE, 24, 1.23456, 1.1234, 1.3456, 0.25, 0.025)
FAILS = Verdict("fails", Bound(high=-2.0), 8, 1.0, 0.5, 1.5, 0.5, 0.05)
OPEN = Verdict("not settled", ABOVE, 8, 0.6, -0.25, 0.75, 0.2, 0.05)
OUTSIDE = Verdict("not settled", ABOVE, 8, 0.4, 0.25, 0.75, 0.2, 0.05)
ONE, OTHER = table(up=ABOVE, down=Bound(high=-2.0)), table("u", "d", open=ABOVE, outside=ABOVE)
ROWS = [
    Row(ONE, ONE.claims[0], HOLDS),
    Row(ONE, ONE.claims[1], FAILS),
    Row(OTHER, OTHER.claims[0], OPEN),
    Row(OTHER, OTHER.claims[1], OUTSIDE),
]
LINES = [
    "1.23 [1.12, 1.35] nats, claimed above 0.5: "
    "holds; other seeds overturn it with probability below 0.001",
    "1 [0.5, 1.5] nats, claimed below −2: fails; other seeds overturn it with probability 1",
    f"0.6 [−0.25, 0.75] nats, claimed above 0.5: not settled: about {OPEN.seeds_needed} seeds "
    "would do",
    "0.4 [0.25, 0.75] nats, claimed above 0.5: not settled: no number of seeds would do",
]


@pytest.mark.parametrize(("row", "line"), list(zip(ROWS, LINES, strict=True)))
def test_a_verdict_is_a_line(row, line):
    assert __main__.verdict_text(row) == line


def test_the_text_goes_table_by_table_and_counts():
    turned = [ROWS[2], ROWS[0], ROWS[3], ROWS[1]]  # mixed up: each stands below its table
    assert __main__._text(turned).splitlines() == [
        "",
        "d: u (8 seeds)",
        "  ? open: It is open.",
        f"      {LINES[2]}",
        "  ? outside: It is outside.",
        f"      {LINES[3]}",
        "",
        "c: t (24 seeds)",
        "  ✓ up: It is up.",
        f"      {LINES[0]}",
        "  ✗ down: It is down.",
        f"      {LINES[1]}",
        "",
        "1 holds, 1 fails, 2 not settled",
    ]


def test_an_entry_for_machines_has_all_that_was_found():
    entry = __main__._entry(ROWS[2])
    assert entry == {
        "name": "open",
        "chapter": "d",
        "table": "u",
        "sentence": "It is open.",
        "unit": "nats",
        "word": "not settled",
        "bound": {"low": 0.5, "high": None},
        "seeds": 8,
        "mean": 0.6,
        "low": -0.25,
        "high": 0.75,
        "spread": 0.2,
        "level": 0.05,
        "chance_to_turn": OPEN.turns,
        "seeds_needed": OPEN.seeds_needed,
    }
    assert 0.1 < OPEN.turns < 1 and OPEN.seeds_needed > 8


# --- the command

TABLES = (table(up=ABOVE), table("u", "d", seeds=4, mid=Bound(low=1.5), low=Bound(high=0.0)))


@pytest.fixture
def judged(monkeypatch, capsys):
    """Judge TABLES by the command, and return its exit status and what it prints."""
    monkeypatch.setattr(__main__, "TABLES", TABLES)

    def run(*arguments):
        status = __main__.main(arguments)
        return status, capsys.readouterr().out

    return run


@pytest.mark.parametrize(("name", "status"), [("up", 0), ("c", 0), ("t", 0), ("low", 1), ("d", 1)])
def test_the_command_fails_only_if_a_claim_does(judged, name, status):
    assert judged("--only", name)[0] == status


@pytest.mark.parametrize(
    ("given", "seeds"), [((), [8, 4]), (("--seeds", "100:"), [8, 4]), (("--seeds", "7:12"), [5, 5])]
)
def test_the_command_takes_the_seeds_it_is_given(judged, given, seeds):
    status, printed = judged(*given)
    assert status == 1
    assert _titles(printed) == [f"c: t ({seeds[0]} seeds)", f"d: u ({seeds[1]} seeds)"]
    first = int(given[1].partition(":")[0]) if given else 0
    _status, printed = judged(*given, "--json")
    entries = json.loads(printed)
    assert printed.startswith('[\n {\n  "name": "up",')
    assert [entry["seeds"] for entry in entries] == [seeds[0], seeds[1], seeds[1]]
    assert entries[0]["mean"] == found(range(first, first + seeds[0])).values.mean()


def _titles(printed):
    return [line for line in printed.splitlines() if line.endswith(" seeds)")]


def test_names_may_be_repeated(judged):
    assert _titles(judged("--only", "mid", "--only", "t")[1]) == [
        "c: t (8 seeds)",
        "d: u (4 seeds)",
    ]
    assert _titles(judged("--only", "mid")[1]) == ["d: u (4 seeds)"]


def test_a_bar_counts_the_tables(judged, monkeypatch):
    bars = []
    monkeypatch.setattr(__main__, "bar_of", lambda items, *said: bars.append(said) or items)
    judged()
    assert bars == [("tables", 2)]


def test_a_name_of_nothing_is_refused(judged, capsys):
    with pytest.raises(SystemExit) as end:
        judged("--only", "nothing of this name")
    assert end.value.code == 2
    assert (
        "error: names must be claims, tables or chapters; got 'nothing" in capsys.readouterr().err
    )


@pytest.mark.parametrize("text", ["5", "5:6", "9:5", "a:b", "1:b", "-3:9", "-1:", ":5", ""])
def test_what_are_no_seeds_is_refused(text, judged, capsys):
    said = f"seeds must be A:B, with B at least two above A, or A:; got {text!r}"
    with pytest.raises(ArgumentTypeError) as error:
        __main__._seeds(text)
    assert str(error.value) == said
    with pytest.raises(SystemExit):
        judged(f"--seeds={text}")
    assert f"argument --seeds: {said}" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "seeds"), [("5:7", range(5, 7)), ("0:40", range(40)), ("3:", range(3, 11))]
)
def test_seeds_are_a_range(text, seeds):
    assert __main__._seeds(text)(table(up=ABOVE)) == seeds


def test_the_help_is_the_text_of_the_module(judged, capsys):
    with pytest.raises(SystemExit):
        judged("--help")
    said = capsys.readouterr().out
    assert "usage: python -m dropoutlab.claims [-h] [--seeds A:B] [--only NAME] [--json]" in said
    assert __main__.__doc__.strip() in said
