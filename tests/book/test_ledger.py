"""What was found stands beside the sentence that claims it, as the page of claims has it."""

from html import escape
from types import SimpleNamespace

import pytest
from bs4 import BeautifulSoup
from docutils import nodes
from docutils.utils import new_document

from dropoutlab.book import ledger
from dropoutlab.claims import Bound, Claim, Row, Table
from dropoutlab.claims.judging import Verdict
from dropoutlab.figures.ledger import claims_table
from dropoutlab.figures.words import interval
from dropoutlab.samples import Summary
from tests.book.test_notebooks import CHAPTER_NAMES

TABLE = (
    "<table><tr id='one' data-mean='-2.1203'><th scope='row'>A &lt; b.</th><td data-head='found'>"
    "−2.12 (−2.92 to −1.33) points</td><td data-head='claimed'>below 0</td><td data-head='verdict'>"
    "holds, 32 seeds</td></tr><tr id='two' data-mean='1.0'><th>C.</th><td data-head='found'>"
    "1 (1 to 1) </td></tr></table>"
)


def test_rows_are_read_with_their_cells():
    document = nodes.document(None, None)
    document += nodes.raw("", TABLE, format="html")
    rows = dict(ledger.rows_of(document))
    assert list(rows) == ["one", "two"]
    assert rows["one"]["mean"] == "-2.1203"
    assert rows["one"]["found"] == "−2.12 (−2.92 to −1.33) points"
    assert rows["one"]["claimed"] == "below 0"
    assert rows["one"]["claim"].strip() == "A < b."
    assert rows["one"]["verdict"] == "holds, 32 seeds"


@pytest.mark.parametrize(
    ("mean", "found", "said"),
    [
        (-2.12, "−2.12 (−2.92 to −1.33) points", "−2.1 points"),
        (15.6, "15.6 (14.3 to 16.8) % of answers", "16 % of answers"),
        (0.0132, "0.0132 (0.0102 to 0.0162) in probability", "0.01 in probability"),
        (0.0082, "0.0082 (−0.0021 to 0.0185) nats", ""),  # its interval is what counts
        (1, "1 (1 to 1) ", ""),  # without a unit
        (0.01, "0.01 (0 to 1) nats", "0.01 nats"),
        (-0.0099, "−0.0099 (−1 to 1) nats", ""),
        (0.999, "0.999 (0 to 1) nats", "1.00 nats"),
        (1, "1 (0 to 2) nats", "1.0 nats"),
        (-1, "−1 (−2 to 2) nats", "−1.0 nats"),
        (9.96, "9.96 (9 to 11) nats", "10.0 nats"),
        (10, "10 (9 to 11) nats", "10 nats"),
        (-12.3, "−12.3 (−14 to −9) nats", "−12 nats"),
        (100.2, "1e+02 (90 to 110) % (of all)", "100 % (of all)"),
        (2, "2 (1 to 3) in correlation", "2.0 in correlation"),
        (5, "nothing", ""),
        (5, "0, exact up to rounding", ""),
    ],
)
def test_a_number_is_said_to_two_digits_with_its_unit(mean, found, said):
    assert ledger.short(mean, found) == said


@pytest.mark.parametrize(
    ("mean", "told"), [(3.5502, "3.6"), (3.5498, "3.5"), (-0.6451, "−0.65"), (12.4996, "12")]
)
def test_a_sentence_rounds_as_the_pictures_do(mean, told):
    verdict = Verdict("holds", Bound(low=0.0), 4, mean, mean - 1, mean + 1, 1.0, 0.05)
    claim = Claim("one", "It is so.", lambda found: found, Bound(low=0.0))
    row = Row(Table("c", "t", lambda _seeds: None, 4, (claim,)), claim, verdict)
    document = nodes.document(None, None)
    document += nodes.raw("", claims_table([row]).data, format="html")
    ((_name, row),) = ledger.rows_of(document)
    said = ledger.noted("It is so.", "c.html#one", "claim-7", row).astext()
    assert f'<span class="claim-found">({told} points)</span>' in said
    digits = len(told.partition(".")[2])
    drawn = interval(Summary(mean, mean - 1, mean + 1), f".{digits}f")
    assert drawn.split(" ±")[0] == told


@pytest.mark.parametrize(
    ("mean", "found", "verdict", "shown"),
    [
        ("2.0", "2 (1 to 3) points", "holds", ' <span class="claim-found">(2.0 points)</span>'),
        ("0.0", "0 (−1 to 1) points", "holds, by proof", ""),
        ("0.0", "0 (−1 to 1) <b>", "not settled, 9 seeds",
         ' <span class="claim-found">(not settled: 0 (−1 to 1) &lt;b&gt;)</span>'),
    ],
)  # fmt: skip
def test_a_note_is_a_link_a_text_on_demand_and_a_number(mean, found, verdict, shown):
    row = {"mean": mean, "found": found, "claimed": "above <0>", "verdict": verdict}
    note = ledger.noted("A & B.", "c.html#one", "claim-7", row)
    said = f"It is {verdict}." if verdict.startswith("not") else f"It {verdict}."
    whole = f"Found: {escape(found)}. Claimed: above &lt;0&gt;. {said}"
    assert (note["format"], note.rawsource) == ("html", "")
    assert note.astext() == (
        '<a class="claim" href="c.html#one" aria-describedby="claim-7">A &amp; B.</a>'
        f'<span class="term-text" role="tooltip" id="claim-7">{whole}</span>{shown}'
    )


def test_a_sentence_has_its_number_and_all_of_the_row_on_demand():
    row = {
        "mean": "-2.0",
        "found": "−2 (−3 to −1) <b>",
        "claimed": "below 0",
        "verdict": "holds, 32 seeds",
    }
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
    row = {
        "mean": "1.87",
        "found": "1.87 (1.24 to 2.49) points",
        "claimed": "below 0",
        "verdict": verdict,
    }
    html = ledger.noted("A.", "claims.html#one", "claim-3", row).astext()
    assert said in html and f'<span class="claim-found">{number}</span>' in html


ROW = {
    "mean": "-2.1",
    "found": "−2.1 (−3 to −1) points",
    "claimed": "below 0",
    "verdict": "holds, 32 seeds",
}


def chapter(*addresses):
    links = [nodes.reference("", f"To {a}.", refuri=a) for a in addresses]
    document = new_document("page")
    document += nodes.paragraph("", "", nodes.reference("", "No address."), *links)
    return document


def noting(document, *, output="html", page="chapters/masking", there=(ledger.PAGE,)):
    app = SimpleNamespace(
        env=SimpleNamespace(
            found_docs=there, metadata={ledger.PAGE: {ledger.ROWS: {"one": ROW, "two": ROW}}}
        ),
        builder=SimpleNamespace(
            format=output, get_relative_uri=lambda here, to: f"{here[9:]}>{to[9:]}"
        ),
    )
    ledger.note_claims(app, document, page)
    return [raw.astext() for raw in document.findall(nodes.raw)]


def test_links_to_rows_and_no_others_say_what_was_found():
    document = chapter("masking>claims#one", "masking>claims#three", "other#one", "masking>claims")
    (note,) = noting(document)
    assert (
        note
        == ledger.noted("To masking>claims#one.", "masking>claims#one", "claim-1", ROW).astext()
    )
    left = [link.get("refuri") for link in document.findall(nodes.reference)]
    assert left == [None, "masking>claims#three", "other#one", "masking>claims"]


@pytest.mark.parametrize(
    "settings", [{"output": "latex"}, {"page": ledger.PAGE}, {"there": ("chapters/masking",)}]
)
def test_elsewhere_no_link_says_anything(settings):
    addresses = ("masking>claims#one", "claims>claims#one")
    assert noting(chapter(*addresses), **settings) == []


def test_without_a_table_no_link_says_anything():
    env = SimpleNamespace(found_docs=(ledger.PAGE,), metadata={ledger.PAGE: {}})
    builder = SimpleNamespace(format="html", get_relative_uri=lambda *_: "claims")
    document = chapter("claims#one")
    ledger.note_claims(SimpleNamespace(env=env, builder=builder), document, "a")
    assert not list(document.findall(nodes.raw))


def test_rows_are_kept_and_can_be_linked_to():
    env = SimpleNamespace(docname="claims", metadata={"claims": {"myst_slugs": {"top": 1}}})
    document = new_document("page")
    document += nodes.raw("", TABLE, format="html")
    ledger.name_rows(SimpleNamespace(env=env), document)
    page = env.metadata["claims"]
    assert page["myst_slugs"] == {"top": 1, "one": (0, "one", "one"), "two": (0, "two", "two")}
    assert list(page[ledger.ROWS]) == ["one", "two"]
    env.metadata["claims"] = {}
    ledger.name_rows(SimpleNamespace(env=env), document)
    assert set(env.metadata["claims"]["myst_slugs"]) == {"one", "two"}
    env.metadata["claims"] = {}
    ledger.name_rows(SimpleNamespace(env=env), new_document("page"))
    assert env.metadata["claims"] == {}


def test_it_hooks_in_when_a_page_is_read_and_when_it_is_written():
    hooks = []
    ledger.setup(SimpleNamespace(connect=lambda *hook: hooks.append(hook)))
    assert hooks == [("doctree-read", ledger.name_rows), ("doctree-resolved", ledger.note_claims)]


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
