"""What was found stands beside the sentence that claims it, as the page of claims has it."""

import pytest
from bs4 import BeautifulSoup
from docutils import nodes

from dropoutlab.book import ledger
from tests.book.test_notebooks import CHAPTER_NAMES

TABLE = (
    "<table><tr id='one'><th scope='row'>A &lt; b.</th><td data-head='found'>−2.12 (−2.92 to "
    "−1.33) points</td><td data-head='claimed'>below 0</td><td data-head='verdict'>holds, 32 seeds"
    "</td></tr><tr id='two'><th>C.</th><td data-head='found'>1 (1 to 1) </td></tr></table>"
)


def test_rows_are_read_with_their_cells():
    document = nodes.document(None, None)
    document += nodes.raw("", TABLE, format="html")
    rows = dict(ledger.rows_of(document))
    assert list(rows) == ["one", "two"]
    assert rows["one"]["found"] == "−2.12 (−2.92 to −1.33) points"
    assert rows["one"]["claimed"] == "below 0"


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ("−2.12 (−2.92 to −1.33) points", "−2.1 points"),
        ("15.6 (14.3 to 16.8) % of answers", "16 % of answers"),
        ("0.0132 (0.0102 to 0.0162) probability", "probability 0.01"),
        ("0.0082 (−0.0021 to 0.0185) nats", ""),  # its interval is what counts
        ("1 (1 to 1) ", ""),  # without a unit
        ("nothing", ""),
    ],
)
def test_a_number_is_said_to_two_digits_with_its_unit(found, said):
    assert ledger.short(found) == said


def test_a_sentence_has_its_number_and_all_of_the_row_on_demand():
    row = {"found": "−2 (−3 to −1) <b>", "claimed": "below 0", "verdict": "holds, 32 seeds"}
    html = ledger.noted("A < b.", "claims.html#one", "claim-3", row).astext()
    assert (
        '<a class="claim" href="claims.html#one" aria-describedby="claim-3">A &lt; b.</a>' in html
    )
    assert "Found: −2 (−3 to −1) &lt;b&gt;. Claimed: below 0. It holds, 32 seeds." in html
    assert '<span class="claim-found">(−2.0 &lt;b&gt;)</span>' in html


@pytest.mark.parametrize(
    ("verdict", "said", "number"),
    [
        ("holds, 32 seeds", "It holds, 32 seeds.", "(1.9 points)"),
        ("fails, 32 seeds", "It fails, 32 seeds.", "(fails: 1.87 (1.24 to 2.49) points)"),
        ("not settled, 32 seeds; about 64 would do", "It is not settled, 32 seeds; about 64 would",
         "(not settled: 1.87 (1.24 to 2.49) points)"),
    ],
)  # fmt: skip
def test_a_sentence_that_does_not_hold_says_so_for_all_to_see(verdict, said, number):
    row = {"found": "1.87 (1.24 to 2.49) points", "claimed": "below 0", "verdict": verdict}
    html = ledger.noted("A.", "claims.html#one", "claim-3", row).astext()
    assert said in html and f'<span class="claim-found">{number}</span>' in html


@pytest.mark.browser
def test_every_sentence_of_a_chapter_says_what_its_row_says(built_book):
    def read(name):
        page = built_book / "chapters" / f"{name}.html"
        return BeautifulSoup(page.read_text(encoding="utf8"), "html.parser")

    rows = {row["id"]: row for row in read("claims").select("table.claims tr[id]")}
    seen = set()
    for page in map(read, CHAPTER_NAMES):
        for link in page.select("a.claim"):
            name = link["href"].split("#")[1]
            cells = {cell["data-head"]: cell.text for cell in rows[name].select("td")}
            note = page.find(id=link["aria-describedby"]).text
            assert note.startswith(f"Found: {cells['found']}. Claimed: {cells['claimed']}.")
            assert link.text.replace("’", "'") == rows[name].th.text
            seen.add(name)
    assert seen == set(rows)
