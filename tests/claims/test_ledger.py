import json

import numpy as np
import pytest

from dropoutlab.claims import TABLES, Bound, Claim, Table, __main__, judge_table, pick_tables
from dropoutlab.claims.ledger import gap, of, ratio
from dropoutlab.samples import Sample, samples_of


def table(name="t", chapter="c", shift=1.0, **claim_names):
    def experiment(seeds):
        noise = np.random.default_rng(0).random(10_000)
        return Sample("arm", "measure", seeds, shift + noise[list(seeds)])

    bounds = claim_names or {"up": Bound(low=0.5)}
    made = tuple(Claim(k, f"It is {k}.", lambda found: found, b) for k, b in bounds.items())
    return Table(chapter, name, experiment, 8, made)


def test_a_table_is_judged_on_its_own_seeds_or_on_others():
    (row,) = judge_table(table())
    assert row.verdict.word == "holds" and row.verdict.seeds == 8
    (row,) = judge_table(table(), range(50, 70))
    assert row.verdict.seeds == 20
    for bad in ([1], [1, 1], [-1, 2]):
        with pytest.raises(ValueError, match="seeds"):
            judge_table(table(), bad)


GOOD = {
    "name": "up",
    "sentence": "It is.",
    "quantity": len,
    "bound": Bound(low=0.0),
    "unit": "nats",
}
WHOLE = {"chapter": "c", "name": "t", "experiment": list, "seeds": 2, "claims": (Claim(**GOOD),)}
NO_TEXT = [None, 3, b"up"]


@pytest.mark.parametrize(
    ("kind", "good", "name", "bad"),
    [
        (kind, good, name, bad)
        for kind, good, of_kind in (
            (Claim, GOOD, {"name": [*NO_TEXT, ""], "sentence": [*NO_TEXT, ""], "unit": NO_TEXT,
                           "quantity": [None, "up"], "bound": [None, (0, 1), 0.0]}),
            (Table, WHOLE, {"chapter": NO_TEXT, "name": NO_TEXT, "experiment": [None, [1]],
                            "seeds": [1, 0, True, 2.0, "8", range(8), None],
                            "claims": [None, (), "up", ["up"], GOOD, WHOLE["claims"] * 2]}),
        )
        for name, values in of_kind.items()
        for bad in values
    ],
)  # fmt: skip
def test_a_claim_or_table_that_is_none_is_refused_by_name(kind, good, name, bad):
    kind(**good)
    with pytest.raises((TypeError, ValueError), match=rf"\b{name}\b.* must .*; got "):
        kind(**{**good, name: bad})


def test_tables_are_picked_by_claim_table_or_chapter():
    tables = [table("a", "one", x=Bound(low=0.0)), table("b", "two", y=Bound(low=0.0))]
    for names in (["x"], ["a"], ["one"]):
        assert pick_tables(tables, names) == tables[:1]
    assert pick_tables(tables, ["y", "x"]) == tables
    with pytest.raises(ValueError, match="names must be claims"):
        pick_tables(tables, ["z"])
    for bad in (None, "x", [], [None], table()):
        with pytest.raises((TypeError, ValueError), match=r"tables must be .*; got "):
            pick_tables(bad, ["x"])


def test_every_claim_has_a_name_of_its_own_and_a_sentence():
    made = [claim for part in TABLES for claim in part.claims]
    assert len({claim.name for claim in made}) == len(made) > 0
    assert len({claim.sentence for claim in made}) == len(made)
    assert all(claim.sentence.endswith(".") for claim in made)


@pytest.mark.parametrize(("low", "status"), [(0.5, 0), (1.5, 0), (3.0, 1)])
def test_the_command_prints_and_fails_only_if_a_claim_does(monkeypatch, capsys, low, status):
    monkeypatch.setattr(__main__, "TABLES", (table(up=Bound(low=low)),))
    assert __main__.main(["--seeds", "100:104"]) == status
    printed = capsys.readouterr().out
    assert "up: It is up." in printed and "(4 seeds)" in printed
    assert __main__.main(["--seeds", "100:", "--json", "--only", "up"]) == status
    (entry,) = json.loads(capsys.readouterr().out)
    assert entry["seeds"] == 8 and entry["bound"] == {"low": low, "high": None}
    assert entry["word"] == {0.5: "holds", 1.5: "not settled", 3.0: "fails"}[low]


@pytest.mark.parametrize("seeds", ["5", "5:6", "a:b", "-3:9", ""])
def test_bad_seeds_and_names_are_refused(seeds, capsys):
    with pytest.raises(SystemExit):
        __main__.main([f"--seeds={seeds}"])
    with pytest.raises(SystemExit):
        __main__.main(["--only", "nothing of this name"])
    assert "names must be claims" in capsys.readouterr().err


def test_quantities_are_values_differences_and_ratios_seed_by_seed():
    found = [
        *samples_of("none", {"p": 1}, (0, 1), {"error": [8.0, 6.0], "loss": [1.0, 2.0]}),
        *samples_of("dropout", {"p": 1}, (0, 1), {"error": [5.0, 4.0]}),
        *samples_of("dropout", {"p": 2}, (0, 1), {"error": [1.0, 2.0]}),
    ]
    one, other = of("error", "dropout", p=1), of("error", "dropout", p=2)
    assert one(found).values.tolist() == [5, 4]
    assert of("error", "none", "dropout", p=1)(found).values.tolist() == [3, 2]
    assert gap(one, other)(found).values.tolist() == [4, 2]
    assert ratio(one, other)(found).values.tolist() == [5, 2]
    study = type("Study", (), {"samples": found})
    assert of("loss", "none")(study).values.tolist() == [1, 2]


def test_ratios_are_paired_by_seed_and_divide_by_finite_numbers_other_than_zero():
    one = Sample("a", "m", (0, 1), [1.0, 2.0])
    found = ratio(lambda _: one, lambda _: Sample("b", "m", (1, 0), [10.0, 20.0]))(None)
    assert found.values.tolist() == [0.05, 0.2] and found.seeds == (0, 1)
    for seeds, below, message in (
        ((0, 2), [1.0, 1.0], r"seeds must be the same to divide .*; 'm' of 'a' got \(0, 1\)"),
        ((0, 1), [1.0, 0.0], "other must have finite values that are not 0.*; 'm' of 'b' got"),
        ((0, 1), [1.0, np.inf], "other must have finite values"),
    ):
        with pytest.raises(ValueError, match=message):
            ratio(lambda _: one, lambda _, s=seeds, v=below: Sample("b", "m", s, v))(None)
