"""A printable edition of the built book: `python -m dropoutlab.book.pdf _build/html book.pdf`.

Chromium prints each page as a reader would, with its default pictures, on light paper; the answers
to the exercises come at the end of their page, and every page carries its title and number. Needs
playwright, pypdf and a Chromium (`CHROMIUM=/path/to/chromium` names one that is not on the path).
"""

import argparse
import io
import os
import shutil
from collections.abc import Iterator
from html import escape
from pathlib import Path

from playwright.sync_api import Page, sync_playwright
from pypdf import PdfWriter
from sphinx_external_toc.parsing import parse_toc_yaml

from dropoutlab._names import public_dir
from dropoutlab._progress import bar_of

__dir__ = public_dir(__name__)

SCALE = 0.85  # of what a screen shows: text of 10 points
MARGINS = {"top": "18mm", "bottom": "18mm", "left": "18mm", "right": "18mm"}
FOOTER = (
    '<div style="width: 100%; margin: 0 18mm; font: 8pt sans-serif; display: flex; '
    'justify-content: space-between"><span>{title}</span><span class="pageNumber"></span></div>'
)
# answers go to the end, under what they answer; what is folded is opened; equations are set;
# pictures show what the answer to their question speaks of
PREPARE = """async () => {
  await window.MathJax?.startup?.promise;
  const article = document.querySelector("article.bd-article");
  const isAnswer = (cell) => cell.querySelector("pre")?.textContent.startsWith("# Answer");
  const answers = [...article.querySelectorAll("div.cell.tag_hide-cell")].filter(isAnswer);
  if (answers.length) {
    const title = document.createElement("h2");
    title.textContent = "Answers";
    article.append(title);
  }
  answers.forEach((answer, k) => {
    const note = document.createElement("p");
    note.innerHTML = `<em>The answer is at the end of this chapter, number ${k + 1}.</em>`;
    const number = document.createElement("p");
    number.className = "before-answer";
    number.innerHTML = `<strong>Answer ${k + 1}</strong>`;
    answer.replaceWith(note);
    answer.querySelector("summary").hidden = true;
    article.append(number, answer);
  });
  for (const folded of document.querySelectorAll("details")) folded.open = true;
  const all = typeof explorers === "undefined" ? [] : explorers;
  await Promise.all(all.map((explorer) => explorer.load()));
  for (const explorer of all) explorer.show((control) => control.printed, false);
  await document.fonts.ready;
}"""


BROWSERS = ("chromium", "google-chrome", "google-chrome-stable", "chromium-browser", "chrome")


def find_browser() -> str | None:
    """Return where a Chromium is: the environment variable CHROMIUM, or one that is installed."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)


def pages_of(html: Path, contents: Path) -> list[Path]:
    """Return the pages of a built book in the order of its table of contents.

    Args:
        html: the folder that `make book` has written.
        contents: the file `_toc.yml`.

    Raises:
        FileNotFoundError: a page is not there.
    """
    pages = [html / f"{name}.html" for name in parse_toc_yaml(contents)]
    if missing := [path for path in pages if not path.is_file()]:
        raise FileNotFoundError(f"html must hold a built book; there is no {missing[0]}")
    return pages


def printed(page: Page, path: Path) -> bytes:
    """Return a page of the book as a PDF of A4 pages."""
    page.goto(path.resolve().as_uri())
    page.evaluate(PREPARE)
    title = escape(page.title().split(" — ")[0])
    return page.pdf(
        format="A4",
        scale=SCALE,
        margin=MARGINS,
        print_background=True,
        display_header_footer=True,
        header_template="<span></span>",
        footer_template=FOOTER.format(title=title),
    )


def printed_pages(pages: list[Path]) -> Iterator[bytes]:
    """Yield each page of the book as a PDF."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=["--no-sandbox"])
        page = browser.new_page(color_scheme="light", reduced_motion="reduce")
        page.set_default_timeout(0)  # a busy machine takes its time
        for path in pages:
            yield printed(page, path)
        browser.close()


def write_pdf(html: Path, path: Path, contents: Path = Path("_toc.yml")) -> int:
    """Write the whole book as one PDF, and return its number of pages.

    Args:
        html: the folder that `make book` has written.
        path: the file to write.
        contents: the file that says in which order the pages come.
    """
    book = PdfWriter()
    pages = pages_of(html, contents)
    for part in bar_of(printed_pages(pages), "pages", len(pages)):
        book.append(io.BytesIO(part))
    with path.open("wb") as file:
        book.write(file)
    return len(book.pages)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("html", type=Path)
    parser.add_argument("path", type=Path)
    given = parser.parse_args()
    print(f"{given.path}: {write_pdf(given.html, given.path)} pages")
