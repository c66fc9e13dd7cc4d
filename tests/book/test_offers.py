"""What a page gives away: its notebook, the same without answers, and links where there are any."""

import json
from types import SimpleNamespace

import nbformat
import pytest
from bs4 import BeautifulSoup

from dropoutlab.book import handout, offers
from tests.book.test_notebooks import CHAPTER_NAMES, CHAPTERS
from tests.book.told import App, env_of


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


@pytest.mark.parametrize("scheme", ["https", "http"])
def test_with_an_address_there_are_the_repository_issues_and_binder(scheme):
    assert offers.theme_options(f"{scheme}://github.com/someone/dropout//") == {
        "repository_url": f"{scheme}://github.com/someone/dropout",
        "use_repository_button": True,
        "use_issues_button": True,
        "launch_buttons": {
            "binderhub_url": "https://mybinder.org",
            "notebook_interface": "jupyterlab",
        },
    }


@pytest.mark.parametrize("address", ["github.com/someone/dropout", "file:///dropout", " "])
def test_an_address_that_is_none_is_refused(address):
    with pytest.raises(ValueError, match="book_repository") as refusal:
        offers.theme_options(address)
    assert str(refusal.value) == (
        f"book_repository must be the address of a web page, https://...; got {address!r}"
    )


def test_the_theme_is_told_beside_what_it_knows():
    config = SimpleNamespace(book_repository="https://a.b/c", html_theme_options={"logo": "d"})
    offers.set_options(App(), config)
    assert config.html_theme_options == {"logo": "d", **offers.theme_options("https://a.b/c")}


def buttons():
    """What the theme offers on a page."""
    download = [
        {"label": "download-source-button", "tooltip": "Source"},
        {"label": "download-pdf-button", "tooltip": "Print"},
        {"label": "other-button", "tooltip": "Other"},
    ]
    return [
        {"label": "launch-buttons", "buttons": [{"label": "download-pdf-button", "tooltip": "x"}]},
        {"label": "download-buttons", "buttons": download},
    ]


def offered(tmp_path, ending="ipynb", groups=None, document=True):
    """The buttons of a page once the handout has been added, and the files of the build."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("# Answer\n1", id="a")])
    (tmp_path / "sub").mkdir()
    nbformat.write(notebook, tmp_path / f"sub/page.{ending}")
    out = tmp_path / "out"
    context = {"pathto": lambda *where: ("to", *where)}
    if groups is not None:
        context["header_buttons"] = groups
    app = App(env=env_of(tmp_path, ending=ending), outdir=str(out))
    offers.offer_handout(app, "sub/page", "page.html", context, document or None)
    return groups, [path for path in out.rglob("*") if path.is_file()]


def test_a_notebook_is_offered_without_its_answers(tmp_path):
    (launch, download), (file,) = offered(tmp_path, groups=buttons())
    assert launch == buttons()[0]
    assert [button["tooltip"] for button in download["buttons"]] == [
        "Download the notebook",
        "Download the notebook without its answers",
        "Print this page, answers and all",
        "Other",
    ]
    name = "_sources/sub/page-without-answers.ipynb"
    assert download["buttons"][1] == {
        "type": "link",
        "url": ("to", name, 1),
        "text": "without answers",
        "tooltip": "Download the notebook without its answers",
        "icon": "fas fa-file",
        "label": "download-handout-button",
    }
    assert file == tmp_path / "out" / name
    assert code_of(file) == ["# Your answer\n"]


@pytest.mark.parametrize(
    ("given", "count"),
    [
        ({"ending": "md", "groups": buttons()}, 3),
        ({"document": False, "groups": buttons()}, 3),  # an index, a search: no source
        ({"groups": buttons()[:1]}, 1),
        ({"groups": []}, 0),
        ({"groups": None}, 0),
    ],
)
def test_where_there_is_no_notebook_or_no_place_none_is_offered(tmp_path, given, count):
    groups, files = offered(tmp_path, **given)
    assert files == []
    assert len(groups[-1]["buttons"] if groups else []) == count


def test_tooltips_are_ours_on_pages_of_text_too(tmp_path):
    groups, _files = offered(tmp_path, ending="md", groups=buttons())
    assert [button["tooltip"] for button in groups[1]["buttons"]] == [
        "Download the notebook",
        "Print this page, answers and all",
        "Other",
    ]


def test_handouts_come_behind_the_theme():
    app = App()
    offers.setup(app)
    assert app.told == [
        ("add_config_value", "book_repository", "", "html", [str]),
        ("connect", "config-inited", offers.set_options),
        ("connect", "html-page-context", offers.offer_handout, ("priority", 900)),
    ]


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
