import numpy as np

from dropoutlab.claims import Bound, Claim, Table, judge_table
from dropoutlab.figures.ledger import claims_table
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
    assert "not settled, 4 seeds</td><td data-head='other seeds turn it'>about " in html
