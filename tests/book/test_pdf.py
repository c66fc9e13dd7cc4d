"""The printed edition: one chapter of it, as paper shows it."""

import io
from pathlib import Path

import pytest
from pypdf import PdfReader, PdfWriter

from dropoutlab.book import pdf
from tests.book.test_notebooks import CHAPTERS

CONTENTS = CHAPTERS.parent / "_toc.yml"


@pytest.mark.browser
def test_pages_come_in_the_order_of_the_contents(built_book):
    pages = pdf.pages_of(built_book, CONTENTS)
    assert [path.stem for path in pages][:3] == ["index", "coadaptation", "masking"]
    assert {path.stem for path in pages} == {
        path.stem for path in built_book.glob("chapters/*.html")
    }


@pytest.fixture
def small(tmp_path):
    """A book of three pages that say their names, with its table of contents."""
    contents = tmp_path / "_toc.yml"
    contents.write_text("format: jb-book\nroot: a\nchapters:\n- file: sub/c\n- file: b\n")
    html = tmp_path / "html"
    (html / "sub").mkdir(parents=True)
    for name in ("b", "a", "sub/c"):
        (html / f"{name}.html").write_text(name)
    return html, contents


def test_the_contents_give_the_order(small):
    html, contents = small
    assert pdf.pages_of(html, contents) == [html / f"{name}.html" for name in ("a", "sub/c", "b")]


def test_a_book_that_is_not_built_is_refused(small):
    html, contents = small
    for missing in ("b", "sub/c"):  # the first that is not there is named
        (html / f"{missing}.html").unlink()
        with pytest.raises(FileNotFoundError) as error:
            pdf.pages_of(html, contents)
        assert str(error.value) == (
            f"html must hold a built book; there is no {html / missing}.html"
        )


@pytest.mark.parametrize(
    ("named", "installed", "found"),
    [
        ("/opt/mine", {"chromium": "/bin/chromium"}, "/opt/mine"),
        ("", {"chromium": "/bin/chromium", "chrome": "/bin/chrome"}, "/bin/chromium"),
        (None, {"chrome": "/bin/chrome", "google-chrome": "/bin/google"}, "/bin/google"),
        (None, {}, None),
    ],
)
def test_a_browser_is_the_one_that_is_named_or_installed(monkeypatch, named, installed, found):
    monkeypatch.setattr(pdf.shutil, "which", installed.get)
    monkeypatch.delenv("CHROMIUM", raising=False)
    if named is not None:
        monkeypatch.setenv("CHROMIUM", named)
    assert pdf.find_browser() == found


class Browser:
    """A browser, and all that leads to it; keeps what it is asked, and prints a page's name."""

    def __init__(self):
        self.asked, self.chromium = [], self

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        self.asked.append("end")

    def __getattr__(self, method):
        def ask(*given, **named):
            self.asked.append((method, *given, named))
            return self

        return ask

    def title(self):
        return "Masks & coins — Understanding dropout — again"

    def pdf(self, **named):
        self.asked.append(("pdf", named))
        return b"%PDF"


def test_a_page_is_printed_once_it_is_prepared(tmp_path, monkeypatch):
    browser = Browser()
    monkeypatch.chdir(tmp_path)
    assert pdf.printed(browser, Path("a.html")) == b"%PDF"
    went, prepared, (_pdf, settings) = browser.asked
    assert went == ("goto", (tmp_path / "a.html").as_uri(), {})
    assert prepared == ("evaluate", pdf.PREPARE, {})
    footer = settings.pop("footer_template")
    assert "<span>Masks &amp; coins</span>" in footer and 'class="pageNumber"' in footer
    assert settings == {
        "format": "A4",
        "scale": 0.85,
        "margin": dict.fromkeys(("top", "bottom", "left", "right"), "18mm"),
        "print_background": True,
        "display_header_footer": True,
        "header_template": "<span></span>",
    }


def test_all_pages_are_printed_by_one_browser_in_light_colours(monkeypatch):
    browser, paths = Browser(), [Path("a.html"), Path("b.html")]
    monkeypatch.setattr(pdf, "sync_playwright", lambda: browser)
    monkeypatch.setattr(pdf, "find_browser", lambda: "/bin/chromium")
    monkeypatch.setattr(pdf, "printed", lambda page, path: (page is browser, path.stem))
    assert list(pdf.printed_pages(paths)) == [(True, "a"), (True, "b")]
    assert browser.asked == [
        ("launch", {"executable_path": "/bin/chromium", "args": ["--no-sandbox"]}),
        ("new_page", {"color_scheme": "light", "reduced_motion": "reduce"}),
        ("set_default_timeout", 0, {}),
        ("close", {}),
        "end",
    ]


def test_the_edition_holds_all_pages(small, tmp_path, monkeypatch):
    html, contents = small
    widths = {"a": [100], "c": [200, 300], "b": [400]}

    def blank(paths):
        for path in paths:
            part, buffer = PdfWriter(), io.BytesIO()
            for width in widths[path.stem]:
                part.add_blank_page(width, 10)
            part.write(buffer)
            yield buffer.getvalue()

    bars = []
    monkeypatch.setattr(pdf, "printed_pages", blank)
    monkeypatch.setattr(pdf, "bar_of", lambda items, *said: bars.append(said) or items)
    path = tmp_path / "book.pdf"
    assert pdf.write_pdf(html, path, contents) == 4
    assert [page.mediabox.width for page in PdfReader(path).pages] == [100, 200, 300, 400]
    assert bars == [("pages", 3)]
    monkeypatch.chdir(tmp_path)  # where the contents are looked for
    assert pdf.write_pdf(html, path) == 4


@pytest.fixture(scope="module")
def printed(browser, built_book):
    page = browser.new_page(color_scheme="dark", reduced_motion="reduce")
    page.add_init_script(
        "localStorage.setItem('theme', 'dark'); localStorage.setItem('mode', 'dark')"
    )
    yield page, PdfReader(io.BytesIO(pdf.printed(page, built_book / "chapters" / "masking.html")))
    page.close()


@pytest.mark.browser
def test_answers_stand_at_the_end_in_their_order(printed):
    texts = [page.extract_text() for page in printed[1].pages]
    text = "\n".join(texts)
    places = [text.index(f"Answer {k}") for k in (1, 2, 3, 4)]
    assert text.rindex("Answers") < places[0] and places == sorted(places)
    assert places[0] > text.index("number 4.")  # behind the last exercise
    assert all(text.strip() for text in texts)  # no empty sheet
    assert "explore(" not in text and "Hide the answer" not in text  # nothing to be clicked


@pytest.mark.browser
def test_what_is_opened_can_be_seen(printed):
    """What fades in is blank in its first moment, and that is what would be printed."""
    page, _ = printed
    page.emulate_media(media="print", reduced_motion="no-preference")
    fading = page.evaluate("""() => {
      const folded = [...document.querySelectorAll("details")];
      const fading = (isOpen) => {
        for (const details of folded) details.open = isOpen;
        return document.getAnimations().filter((one) => one.animationName).length;
      };
      return [folded.length, fading(false), fading(true)];
    }""")
    assert fading[0] > 10 and fading[1:] == [0, 0]


@pytest.mark.browser
def test_no_sheet_ends_in_an_empty_frame_or_in_a_title(printed):
    page, _ = printed
    page.emulate_media(media="print")
    breaks = page.evaluate("""() => {
      const of = (words, name) => [...document.querySelectorAll(words)].filter((one) =>
        one.closest("article")).map((one) => getComputedStyle(one)[name]);
      return [of("h2, .cell_input, .cell_output, div.math", "breakInside"),
              of("h2, .before-answer", "breakAfter")];
    }""")
    assert [set(kinds) for kinds in breaks] == [{"avoid"}, {"avoid"}]
    assert min(map(len, breaks)) > 10


@pytest.mark.browser
def test_paper_is_light_whatever_the_screen_was(printed):
    page, _ = printed
    page.emulate_media(media="print")
    ink, paper = page.evaluate(
        "[getComputedStyle(document.querySelector('article p:not(.reading-time)')).color,"
        " getComputedStyle(document.documentElement).getPropertyValue('--pst-color-background')]"
    )
    assert sum(map(int, ink.strip("rgb()").split(","))) < 200 and paper == "#fff"
