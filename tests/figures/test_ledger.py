import numpy as np

from dropoutlab.claims import Bound, Claim, Table, judge_table
from dropoutlab.figures.ledger import claims_table, count_claims
from dropoutlab.samples import Sample


def test_a_row_can_be_named_and_says_what_was_found():
    values = np.array([1.0, 1.2, 0.8, 1.1])
    table = Table("c", "t", lambda seeds: Sample("a", "m", seeds, values), 4, (
        Claim("up-it-goes", "It is < 2 & up.", lambda found: found, Bound(low=0.5), "points"),
        Claim("far", "It is far.", lambda found: found, Bound(low=1.0), "points"),
    ))  # fmt: skip
    html = claims_table(judge_table(table)).data
    assert "<tr id='up-it-goes'><th scope='row'>It is &lt; 2 &amp; up.</th>" in html
    assert ">above 0.5</td><td data-head='verdict'>holds, 4 seeds</td>" in html and "1.02 (" in html
    assert "<td data-head='verdict'>not settled, 4 seeds; about " in html
    assert html.count("<td data-head='chance that other seeds overturn it'></td></tr>") == 1


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
    assert count_claims(tables).data.startswith("There are 3 claims in 2 tables")
    assert count_claims(tables).data.endswith("on 4 to 32 seeds.")
