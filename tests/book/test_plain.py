"""The chapters are plain Markdown, as every front end knows it, and what the book makes of it."""

import json
import re
from types import SimpleNamespace

import nbformat
import pytest
from pybtex.database import parse_file

from dropoutlab.book import bibliography, plain
from tests.book.test_equations import labelled_equations, wrong_equations
from tests.book.test_notebooks import CHAPTERS, NOTEBOOKS

WORKS = parse_file(str(CHAPTERS.parent / "references.bib")).entries
# MyST's own words: roles, directives, labels, lists of definitions, links that say nothing
MYST = re.compile(
    r"\{[a-z][\w:-]*\}`|^ {0,3}```\{|^ {0,3}:::|^: |\$\$[ \t]*\(|^\([\w-]+\)=|(?<!!)\[\]\(|^%",
    re.MULTILINE,
)
WORK = re.compile(r"\[([^\[\]]+)\]\(bibliography\.md#([\w-]+)\)")
ANY_WORK = re.compile(r"bibliography\.md#")
FOLDED = {"hide-input", "hide-cell", "remove-input"}


def texts():
    """The Markdown of each chapter, and the name of each page that is Markdown alone."""
    for path in NOTEBOOKS:
        cells = nbformat.read(path, as_version=4).cells
        yield path.name, "\n\n".join(c.source for c in cells if c.cell_type == "markdown")
    for path in sorted(CHAPTERS.glob("*.md")):
        yield path.name, path.read_text(encoding="utf8")


ON_EACH_TEXT = pytest.mark.parametrize(("name", "text"), list(texts()), ids=lambda part: part[:20])
ON_EACH_NOTEBOOK = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


@ON_EACH_TEXT
def test_a_page_is_written_in_markdown_that_every_front_end_knows(name, text):
    assert not [found[0] for found in MYST.finditer(text)], name


@ON_EACH_TEXT
def test_a_comment_labels_an_equation_or_asks_for_the_works(name, text):
    comments = set(re.findall(r"<!--.*?-->", text, re.DOTALL))
    labelled = (*labelled_equations(), *wrong_equations())
    labels = {f"<!-- {label} -->" for label, _tex in labelled}
    assert comments <= labels | {"<!-- bibliography -->", "<!-- margin -->"}, name


@ON_EACH_TEXT
def test_a_link_to_a_work_says_who_and_when(name, text):
    links = WORK.findall(text)
    assert len(links) == len(ANY_WORK.findall(text)), name
    letters = bibliography.letters_of(WORKS.values())
    wrong = [(said, key) for said, key in links
             if said not in bibliography.names_of(WORKS[key], letters[key])]  # fmt: skip
    assert not wrong, name


@ON_EACH_TEXT
def test_a_link_to_an_equation_leads_to_one(name, text):
    known = {label for label, _tex in labelled_equations()}
    assert set(re.findall(r"\]\((?:[\w.-]+)?#(eq-[^)]*)\)", text)) <= known, name
    assert text.count("#eq-") == len(plain.REFERENCE.findall(text)), name


@ON_EACH_NOTEBOOK
def test_what_the_book_folds_is_folded_in_jupyterlab_too(path):
    for cell in nbformat.read(path, as_version=4).cells:
        folded = bool(FOLDED & set(cell.metadata.get("tags", [])))
        assert cell.metadata.get("jupyter", {}) == ({"source_hidden": True} if folded else {})


@ON_EACH_NOTEBOOK
def test_the_first_line_of_an_answer_gives_nothing_away(path):
    """A folded cell that has no other name in the book is an answer."""
    for cell in nbformat.read(path, as_version=4).cells:
        if "hide-cell" in cell.metadata.get("tags", []) and "mystnb" not in cell.metadata:
            assert cell.source.splitlines()[0] == "# Answer"


# --- what the book makes of it -------------------------------------------------------------------

EQUATION = "By then\n\n<!-- eq-a -->\n$$\nx = 1\n$$\n\nand so on."


def test_a_label_becomes_one_of_the_book():
    assert plain.to_myst(EQUATION) == "By then\n\n\n$$\nx = 1\n$$ (eq-a)\n\nand so on."


def test_no_line_moves():
    note = "<!-- margin -->\nBeside it.\n\nHere."
    other = f"{EQUATION}\n\nSee [the first](#eq-a).\n\n{note}\n\n{EQUATION}"
    assert plain.to_myst(other).count("\n") == other.count("\n")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("the [first one](#eq-a).", "the first one {eq}`eq-a`."),
        ("[one *way*](other.ipynb#eq-a-b)", "one *way* {eq}`eq-a-b`"),
        ("[$E_R$](#eq-a), [x](#eq-b)", "$E_R$ {eq}`eq-a`, x {eq}`eq-b`"),
        ("`[code](#eq-a)`", "`[code](#eq-a)`"),
        ("``a ` [code](#eq-a)``", "``a ` [code](#eq-a)``"),
        ("```\n[code](#eq-a)\n```", "```\n[code](#eq-a)\n```"),
        ("[a](#eq-a) `b` [c](#eq-c) ``d`` e", "a {eq}`eq-a` `b` c {eq}`eq-c` ``d`` e"),
        ("[a claim](claims.ipynb#one)", "[a claim](claims.ipynb#one)"),
        ("[by 5 %](claims.ipynb#one), `5 %`", "[by 5\xa0%](claims.ipynb#one), `5 %`"),
        ("<!-- eq-a -->\nno equation", "<!-- eq-a -->\nno equation"),
        ("<!-- bibliography -->", "```{bibliography}\n:all:\n```"),
        (
            "<!-- margin -->\nBy the [first](#eq-a),\nthat is.\n\nOn.",
            "```{margin}\nBy the first {eq}`eq-a`,\nthat is.\n```\nOn.",
        ),
        ("<!-- margin -->\nThe last.", "```{margin}\nThe last.\n```"),
        ("An x <!-- margin -->\nin a line", "An x <!-- margin -->\nin a line"),
    ],
)
def test_links_get_their_numbers_and_notes_their_place(written, read):
    assert plain.to_myst(written) == read


@pytest.mark.parametrize("source", [EQUATION, EQUATION.splitlines(keepends=True)])
def test_the_cells_of_a_notebook_are_read_one_by_one(source):
    cells = [{"cell_type": "markdown", "source": source}, {"cell_type": "code", "source": EQUATION}]
    prose, code = json.loads(plain.notebook_to_myst(json.dumps({"cells": cells})))["cells"]
    assert prose["source"] == plain.to_myst(EQUATION)
    assert code["source"] == EQUATION


@pytest.mark.parametrize("ending", ["md", "ipynb"])
def test_a_page_is_turned_by_its_kind(ending):
    app = SimpleNamespace(env=SimpleNamespace(doc2path=lambda page: f"{page}.{ending}"))
    whole = {
        "md": EQUATION,
        "ipynb": json.dumps({"cells": [{"cell_type": "markdown", "source": EQUATION}]}),
    }
    source = [whole[ending]]
    plain.read_plain(app, "page", source)
    assert "$$ (eq-a)" in source[0]


@pytest.mark.parametrize(
    ("key", "names"),
    [
        ("baldi2014", {"Baldi and Sadowski (2014)", "Baldi and Sadowski, 2014", "2014"}),
        ("hinton2012", {"Hinton et al. (2012)", "Hinton et al., 2012", "2012"}),
        ("wardefarley2014", {"Warde-Farley et al. (2014)", "Warde-Farley et al., 2014", "2014"}),
        ("kerasdropout", {"Keras contributors"}),
    ],
)
def test_a_work_is_called_by_its_authors_and_year(key, names):
    assert bibliography.names_of(WORKS[key]) == names


def test_a_work_has_the_letter_of_the_list():
    letters = bibliography.letters_of(WORKS.values())
    assert list(letters) != list(WORKS) and set(letters) == set(WORKS)
    lettered = {key: letter for key, letter in letters.items() if letter}
    assert lettered == {"gal2016recurrent": "a", "gal2016": "b"}  # by title
    assert bibliography.names_of(WORKS["gal2016"], "b") == {
        "Gal and Ghahramani (2016b)", "Gal and Ghahramani, 2016b", "2016b",
    }  # fmt: skip


def test_every_work_has_an_address():
    assert all({"doi", "eprint", "url"} & set(entry.fields) for entry in WORKS.values())


def test_two_works_of_the_same_people_in_one_year_are_told_apart():
    same = [WORKS[key] for key in ("gal2016", "gal2016recurrent", "baldi2013")]
    assert list(bibliography.AuthorYear().format_labels(same)) == [
        "Gal and Ghahramani, 2016a", "Gal and Ghahramani, 2016b", "Baldi and Sadowski, 2013",
    ]  # fmt: skip
    every = list(bibliography.AuthorYear().format_labels(WORKS.values()))
    assert len(set(every)) == len(every)
