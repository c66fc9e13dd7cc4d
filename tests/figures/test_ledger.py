import re

import numpy as np
import pytest

from dropoutlab.claims import Bound, Claim, Row, Table, judge_table
from dropoutlab.claims.judging import Verdict, chance_text
from dropoutlab.figures.ledger import claims_table, count_claims
from dropoutlab.samples import Sample


def test_a_row_can_be_named_and_says_what_was_found():
    values = np.array([1.0, 1.2, 0.8, 1.1])
    table = Table("c", "t", lambda seeds: Sample("a", "m", seeds, values), 4, (
        Claim("up-it-goes", "It is < 2 & up.", lambda found: found, Bound(low=0.5), "points"),
        Claim("far", "It is far.", lambda found: found, Bound(low=1.0), "points"),
    ))  # fmt: skip
    html = claims_table(judge_table(table)).data
    row = f"<tr id='up-it-goes' data-mean='{float(values.mean())!r}'>"
    assert f"{row}<th scope='row'>It is &lt; 2 &amp; up.</th>" in html
    assert ">above 0.5</td><td data-head='verdict'>holds, 4 seeds</td>" in html and "1.02 (" in html
    assert "<td data-head='verdict'>not settled, 4 seeds; about " in html
    assert html.count("<td data-head='chance that other seeds overturn it'></td></tr>") == 1
    assert html.count("</td></tr><tr id='far' data-mean=") == 1  # the rows follow each other


def test_what_is_0_for_every_seed_is_called_exact():
    values = np.array([0.0, 1e-16, -1e-16])
    table = Table("c", "t", lambda seeds: Sample("a", "m", seeds, values), 3, (
        Claim("none", "It is none.", lambda found: found, Bound(high=1e-9), "probability"),
    ))  # fmt: skip
    html = claims_table(judge_table(table)).data
    assert "<td data-head='found'>0, exact up to rounding</td>" in html
    assert ">holds, 3 seeds</td><td data-head='chance that other seeds overturn it'></td>" in html


def test_claims_tables_and_seeds_are_counted():
    def claim(name):
        return Claim(name, f"It is {name}.", lambda found: found, Bound(low=0.0))

    tables = [
        Table("c", "one", lambda seeds: None, 4, (claim("a"), claim("b"))),
        Table("c", "two", lambda seeds: None, 32, (claim("d"),)),
    ]
    assert count_claims(tables).data == (
        "There are 3 claims in 2 tables, one table for each experiment; a table is judged on 4 to "
        "32 seeds."
    )


def test_the_claims_of_an_experiment_stand_under_its_name():
    def claim(name):
        return Claim(name, f"It is {name}.", lambda found: found, Bound(low=0.0))

    found = Sample("a", "m", range(4), [1.0, 1.1, 0.9, 1.0])
    tables = [
        Table("c", "early, late", lambda seeds: found, 4, (claim("a"), claim("b"))),
        Table("c", "MNIST-1D", lambda seeds: found, 4, (claim("d"),)),
    ]
    html = claims_table([row for table in tables for row in judge_table(table)]).data
    groups = re.findall(r"<tbody>(.*?)</tbody>", html)
    heads = [re.findall(r"<th scope='rowgroup' colspan='5'>(.*?)</th>", group) for group in groups]
    assert heads == [["Early, late"], ["MNIST-1D"]]
    assert [re.findall(r"<tr id='(\w)'", group) for group in groups] == [["a", "b"], ["d"]]


HEAD = ["claim", "found", "claimed", "verdict", "chance that other seeds overturn it"]
ABOVE = Bound(low=0.5)


def cells(word, mean, low, high, bound=ABOVE, spread=0.1):
    claim = Claim("a<b", "It is so.", lambda found: found, bound, "points")
    verdict = Verdict(word, bound, 4, mean, low, high, spread, 0.05)
    html = claims_table(
        [Row(Table("c", "it & so", lambda _: None, 4, (claim,)), claim, verdict)]
    ).data
    head, body = re.fullmatch(
        r"<table class='claims'><thead><tr>(.*)</tr></thead><tbody><tr class='experiment'>"
        r"<th scope='rowgroup' colspan='5'>It &amp; so</th></tr>(.*)</tbody></table>",
        html,
    ).groups()
    assert re.findall(r"<th scope='col'>(.*?)</th>", head) == HEAD
    exact = 0.0 if abs(mean) < 1e-9 else mean
    row = f"<tr id='a&lt;b' data-mean='{exact!r}'><th scope='row'>It is so.</th>"
    assert body.startswith(f"{row}<td data-head='found'>")
    found = re.findall(r"<td data-head='(.*?)'>(.*?)</td>", body)
    assert [name for name, _text in found] == HEAD[1:] and "XX" not in html
    return [text for _name, text in found], verdict


@pytest.mark.parametrize(
    ("mean", "low", "high", "found"),
    [
        (1.0, -2.0, 4.0, "1 (−2 to 4) points"), (-1.2345, -2, 1e-10, "−1.23 (−2 to 0) points"),
        (2e-9, -2e-10, 1e-9, "2e−09 (0 to 1e−09) points"),
    ],
)  # fmt: skip
def test_what_is_nearer_to_0_than_rounding_is_0(mean, low, high, found):
    assert cells("fails", mean, low, high)[0] == [found, "above 0.5", "fails, 4 seeds", ""]


def test_only_what_holds_has_a_chance_to_turn_and_only_what_is_not_settled_needs_seeds():
    texts, verdict = cells("holds", 1.0, 0.9, 1.1)
    assert texts[2:] == ["holds, 4 seeds", chance_text(verdict.turns)]
    texts, verdict = cells("not settled", 0.6, 0.4, 0.8, spread=1.0)
    needed = verdict.seeds_needed
    assert texts[2:] == [f"not settled, 4 seeds; about {needed} would do", ""]
    assert cells("not settled", 0.4, 0.2, 0.8)[0][2:] == ["not settled, 4 seeds", ""]
    texts, _ = cells("holds", 0.0, 0.0, 0.0, Bound(high=1e-9), 0.0)
    assert texts == ["0, exact up to rounding", "below 1e−09", "holds, 4 seeds", ""]
