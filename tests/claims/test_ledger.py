from dataclasses import replace

import numpy as np
import pytest

from dropoutlab.claims import TABLES, Bound, Claim, Table, judge_table, pick_tables
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


ONE = Claim(**GOOD)


@pytest.mark.parametrize(
    ("kind", "change", "says"),
    [
        (Claim, {"name": 3}, "name must be of type str; got 3 of type int"),
        (Claim, {"sentence": 3}, "sentence must be of type str; got 3 of type int"),
        (Claim, {"unit": 3}, "unit must be of type str; got 3 of type int"),
        (Claim, {"name": ""}, "name and sentence must not be empty; got ''"),
        (Claim, {"sentence": ""}, "name and sentence must not be empty; got 'up'"),
        (Claim, {"quantity": 3}, "quantity must be of type Callable; got 3 of type int"),
        (Claim, {"bound": 3}, "bound must be of type Bound; got 3 of type int"),
        (Table, {"chapter": 3}, "chapter must be of type str; got 3 of type int"),
        (Table, {"name": 3}, "name must be of type str; got 3 of type int"),
        (Table, {"experiment": 3}, "experiment must be of type Callable; got 3 of type int"),
        (Table, {"seeds": 1},
         "seeds must be a whole number of at least 2 and below 2**31; got 1"),
        (Table, {"claims": (3,)}, "claims must be of type Claim; got 3 of type int"),
        (Table, {"claims": ()},
         "claims must be a sequence of 1 or more values, no two the same; got ()"),
        (Table, {"claims": (ONE, replace(ONE, unit="points"))},
         "claims must have names that differ; got ['up', 'up']"),
    ],
)  # fmt: skip
def test_a_refusal_says_what_must_be(kind, change, says):
    with pytest.raises((TypeError, ValueError)) as refusal:
        kind(**{**(GOOD if kind is Claim else WHOLE), **change})
    assert str(refusal.value) == says


def test_each_claim_is_judged_by_its_own_quantity_and_bound():
    asked = []

    def experiment(seeds):
        asked.append(seeds)
        return np.arange(len(seeds)) / 100

    claims = (
        Claim("up", "Up.", lambda found: Sample("a", "m", range(4), 1 + found), Bound(low=0.0)),
        Claim("down", "Down.", lambda found: Sample("a", "m", range(4), -found - 1), Bound(low=0)),
    )
    whole = Table("c", "t", experiment, 4, claims)
    rows = judge_table(whole)
    assert asked == [range(4)]
    assert [(row.table, row.claim) for row in rows] == [(whole, claims[0]), (whole, claims[1])]
    assert [row.verdict.word for row in rows] == ["holds", "fails"]
    assert [row.verdict.mean for row in rows] == pytest.approx([1.015, -1.015])
    judge_table(whole, [7, 5, 6, 9])
    assert list(asked[1]) == [7, 5, 6, 9]


@pytest.mark.parametrize(
    ("function", "given", "says"),
    [
        (judge_table, (3,), "table must be of type Table; got 3 of type int"),
        (judge_table, (Table(**WHOLE), [1]), "seeds must be a sequence of 2 or more values, no two "
         "the same, such as range(2); got [1]"),
        (pick_tables, (3, ["a"]), "tables must be a sequence of Table; got 3"),
        (pick_tables, ([3], ["a"]), "tables must be of type Table; got 3 of type int"),
        (pick_tables, ([Table(**WHOLE)], 3),
         "names must be a sequence of 1 or more values, no two the same; got 3 of type int"),
        (pick_tables, ([Table(**WHOLE)], [3]), "names must be of type str; got 3 of type int"),
        (pick_tables, ([Table(**WHOLE)], ["nowhere"]), "names must be claims, tables or chapters; "
         "got 'nowhere'; the page What this book claims has all names"),
        *((pick_tables, ([replace(Table(**WHOLE), name="table", chapter="chapter")], [name]),
           f"names must be claims, tables or chapters; got {name!r}; did you mean {hint!r}?")
          for name, hint in (("tabel", "table"), ("chaptre", "chapter"), ("upp", "up"))),
    ],
)  # fmt: skip
def test_what_cannot_be_judged_is_named(function, given, says):
    with pytest.raises((TypeError, ValueError)) as refusal:
        function(*given)
    assert str(refusal.value) == says


def test_tables_come_in_the_order_of_the_ledger_and_once():
    tables = [table(name, chapter, **{name + "-claim": Bound(low=0.0)}) for name, chapter in
              (("one", "a"), ("two", "b"), ("three", "a"))]  # fmt: skip
    assert pick_tables(tables, ["two", "a", "one-claim"]) == tables
    assert pick_tables(tables, ["a"]) == [tables[0], tables[2]]
    assert pick_tables(tables, ["three-claim", "one"]) == [tables[0], tables[2]]


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
    share = ratio(one, other)(found)
    assert (share.arm, share.measure, tuple(share.seeds)) == ("dropout", "ratio", (0, 1))
    study = type("Study", (), {"samples": found})
    assert of("loss", "none")(study).values.tolist() == [1, 2]


def test_tables_have_names_of_their_own():
    """A row is printed, and asked of fresh seeds, under the name of its table."""
    names = [table.name for table in TABLES]
    assert len(set(names)) == len(names)


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
