"""The marks beside the equations, on pages made for it."""

from html.parser import HTMLParser

import pytest
from docutils import nodes
from docutils.utils import new_document

from dropoutlab import symbolic
from dropoutlab.book import proofs

PRINTED = (
    "first\neq-variance: proved symbol by symbol; no size occurs in it.\n"
    "eq-same-error: proved symbol by symbol for n = 1 to 5 inputs;\n"
    "    for every n, since no term joins more than two.\nlast: of all\n"
)


def page_with(printed, *labels):
    page = new_document("page")
    page += nodes.literal_block("", printed, classes=["output", "stream"])
    page += [nodes.math_block("", "x = 1", label=label) for label in labels]
    return page


def marks(page):
    return [raw.astext() for raw in page.findall(nodes.raw)]


def test_a_proof_is_found_as_it_was_printed():
    found = proofs.printed_proofs(page_with(PRINTED))
    assert set(found) == {"eq-variance", "eq-same-error"}
    assert found["eq-same-error"].endswith(
        "inputs;\n    for every n, since no term joins more than two."
    )


def test_a_mark_stands_beside_its_equation():
    page = page_with(PRINTED, "eq-variance", "eq-same-error")
    proofs.mark_proofs(page)
    boxes = [box for box in page.findall(nodes.container) if "equation" in box["classes"]]
    assert [box[0]["label"] for box in boxes] == ["eq-variance", "eq-same-error"]
    assert "for every n, since no term joins more than two." in marks(page)[1]
    assert "for every n" not in marks(page)[0]


def test_an_equation_of_another_book_has_no_mark():
    page = page_with(PRINTED, "eq-of-nobody", None)
    proofs.mark_proofs(page)
    assert not marks(page)


def test_an_equation_that_the_page_does_not_prove_is_reported(monkeypatch):
    said = []
    monkeypatch.setattr(proofs.LOGGER, "warning", lambda *words, **_where: said.append(words))
    page = page_with("nothing", "eq-variance")
    proofs.mark_proofs(page)
    assert [label for _words, label in said] == ["eq-variance"]
    assert not marks(page)


class Tags(HTMLParser):
    def __init__(self, html):
        super().__init__()
        self.open, self.seen = [], []
        self.feed(html)
        assert not self.open

    def handle_starttag(self, tag, attrs):
        self.open.append(tag)
        self.seen.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.mark.parametrize("label", symbolic.EQUATIONS)
def test_a_mark_says_what_was_proved_its_source_and_how_to_prove_it_again(label):
    equation = symbolic.EQUATIONS[label]
    html = proofs.proof_mark(label, "proved for n < 5 &\n    more.")
    tags = Tags(html).seen
    assert tags[0][0] == "details" and tags[1][0] == "summary"
    word = "Definition" if equation.definition else "Proof"
    assert tags[1][1]["aria-label"].startswith(f"{word}: ")
    assert "<p>Proved for n &lt; 5 &amp; more.</p>" in html
    assert f"prove(&#x27;{label}&#x27;)" in html
    assert f"Source: {equation.source.replace('&', '&amp;')}." in html


def test_the_line_that_proves_it_again_does():
    """As a shell would run it: between double quotes."""
    command, _, program = proofs.AGAIN.format(label="eq-variance").partition(" -c ")
    assert command == "python" and program[0] == program[-1] == '"'
    printed = []
    exec(program[1:-1], {"print": printed.append})
    assert printed == [symbolic.prove("eq-variance")]
