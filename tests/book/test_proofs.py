"""The marks beside the equations, on pages made for it."""

from dataclasses import replace
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


def test_the_warning_says_where_and_what(monkeypatch):
    said = []
    monkeypatch.setattr(
        proofs.LOGGER, "warning", lambda *words, **where: said.append((words, where))
    )
    page = page_with("nothing", "eq-of-nobody", "eq-variance", "eq-same-error")
    equations = list(page.findall(nodes.math_block))
    proofs.mark_proofs(page)
    assert said == [
        (("no cell of the page proves %s", equation["label"]), {"location": equation})
        for equation in equations[1:]
    ]


def test_an_equation_goes_into_a_box_with_its_mark():
    page = page_with(PRINTED, "eq-of-nobody", "eq-variance", "eq-same-error")
    second = page.children[2]
    second["names"] = ["a name"]
    proofs.mark_proofs(page)
    box = page.children[2]
    assert isinstance(box, nodes.container) and box["classes"] == ["equation"]
    assert not box["names"]
    equation, mark = box.children
    assert equation is second and equation["names"] == ["a name"]
    assert (mark["format"], mark.rawsource) == ("html", "")
    said = "proved symbol by symbol; no size occurs in it."
    assert mark.astext() == proofs.proof_mark("eq-variance", said)
    assert [node.tagname for node in page.children] == [
        "literal_block", "math_block", "container", "container",
    ]  # fmt: skip


@pytest.mark.parametrize("definition", [True, False])
def test_a_mark_is_folded_and_says_of_what_it_is(monkeypatch, definition):
    one = replace(symbolic.EQUATIONS["eq-variance"], source="A & <B>", definition=definition)
    monkeypatch.setitem(symbolic.EQUATIONS, "eq-two-words", one)
    title, sign = ("Definition", "≔") if definition else ("Proof", "✓")
    assert proofs.proof_mark("eq-two-words", "pROVED <so>\n    far.") == (
        f'<details class="proof"><summary title="{title}" aria-label="{title}: two words">'
        f'<span aria-hidden="true">{sign}</span></summary>\n'
        '<div class="proof-text"><p>PROVED &lt;so&gt; far.</p><p>Source: A &amp; &lt;B&gt;.</p>'
        '<p>Run it again:</p><pre tabindex="0">python -c &quot;from dropoutlab import symbolic; '
        "print(symbolic.prove(&#x27;eq-two-words&#x27;))&quot;</pre></div></details>"
    )


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
