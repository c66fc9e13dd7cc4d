"""The printed edition: one chapter of it, as paper shows it."""

import io

import pytest
from pypdf import PdfReader

from dropoutlab.book import pdf
from tests.book.test_notebooks import CHAPTERS

pytestmark = pytest.mark.browser
CONTENTS = CHAPTERS.parent / "_toc.yml"


def test_pages_come_in_the_order_of_the_contents(built_book):
    pages = pdf.pages_of(built_book, CONTENTS)
    assert [path.stem for path in pages][:3] == ["index", "coadaptation", "masking"]
    assert {path.stem for path in pages} == {
        path.stem for path in built_book.glob("chapters/*.html")
    }


def test_a_book_that_is_not_built_is_refused(tmp_path):
    with pytest.raises(FileNotFoundError, match="html must hold a built book; there is no"):
        pdf.pages_of(tmp_path, CONTENTS)


@pytest.fixture(scope="module")
def printed(browser, built_book):
    page = browser.new_page(color_scheme="dark", reduced_motion="reduce")
    page.add_init_script(
        "localStorage.setItem('theme', 'dark'); localStorage.setItem('mode', 'dark')"
    )
    yield page, PdfReader(io.BytesIO(pdf.printed(page, built_book / "chapters" / "masking.html")))
    page.close()


def test_answers_stand_at_the_end_in_their_order(printed):
    texts = [page.extract_text() for page in printed[1].pages]
    text = "\n".join(texts)
    places = [text.index(f"Answer {k}") for k in (1, 2, 3, 4)]
    assert text.rindex("Answers") < places[0] and places == sorted(places)
    assert places[0] > text.index("number 4.")  # behind the last exercise
    assert all(text.strip() for text in texts)  # no empty sheet


def test_paper_is_light_whatever_the_screen_was(printed):
    page, _ = printed
    page.emulate_media(media="print")
    ink, paper = page.evaluate(
        "[getComputedStyle(document.querySelector('article p:not(.reading-time)')).color,"
        " getComputedStyle(document.documentElement).getPropertyValue('--pst-color-background')]"
    )
    assert sum(map(int, ink.strip("rgb()").split(","))) < 200 and paper == "#fff"
