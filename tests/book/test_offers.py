"""What a page gives away: its notebook, the same without answers, and links where there are any."""

import json

import nbformat
import pytest
from bs4 import BeautifulSoup

from dropoutlab.book import handout, offers
from tests.book.test_notebooks import CHAPTER_NAMES, CHAPTERS


def code_of(path):
    return [cell.source for cell in nbformat.read(path, 4).cells if cell.cell_type == "code"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("handout") / "new"
    handout.write_handouts(CHAPTERS, folder)
    return folder


@pytest.mark.parametrize("name", CHAPTER_NAMES)
def test_a_handout_lacks_the_answers_and_nothing_else(folder, name):
    path = folder / f"{name}.ipynb"
    nbformat.validate(json.loads(path.read_text(encoding="utf8")))
    full, empty = code_of(CHAPTERS / path.name), code_of(path)
    assert empty == [handout.EMPTY if code.startswith("# Answer") else code for code in full]


def test_a_folder_without_notebooks_is_refused(tmp_path):
    with pytest.raises(FileNotFoundError, match="chapters must hold notebooks; there is none in"):
        handout.write_handouts(tmp_path, tmp_path / "out")


def test_without_an_address_there_are_no_links():
    assert offers.theme_options("") == {}


def test_with_an_address_there_are_the_repository_issues_and_binder():
    options = offers.theme_options("https://github.com/someone/dropout/")
    assert options["repository_url"] == "https://github.com/someone/dropout"
    assert options["use_issues_button"] and options["use_repository_button"]
    assert options["launch_buttons"]["binderhub_url"] == "https://mybinder.org"


@pytest.mark.parametrize("address", ["github.com/someone/dropout", "file:///dropout", " "])
def test_an_address_that_is_none_is_refused(address):
    with pytest.raises(ValueError, match="book_repository must be the address of a web page"):
        offers.theme_options(address)


@pytest.mark.browser
@pytest.mark.parametrize("name", CHAPTER_NAMES)
def test_a_page_offers_its_notebook_with_and_without_answers(built_book, name):
    page = built_book / "chapters" / f"{name}.html"
    soup = BeautifulSoup(page.read_text(encoding="utf8"), "html.parser")
    targets = [link["href"] for link in soup.select("a.btn-download-source-button, "
                                                    "a.btn-download-handout-button")]  # fmt: skip
    files = [(page.parent / target).resolve() for target in targets]
    assert [file.name for file in files] == [f"{name}.ipynb", f"{name}-without-answers.ipynb"]
    full, empty = map(code_of, files)
    assert full == code_of(CHAPTERS / f"{name}.ipynb")
    assert empty == [handout.EMPTY if code.startswith("# Answer") else code for code in full]
    assert not soup.select(".btn-source-buttons, .btn-launch-buttons, [class*=issues-button]")
