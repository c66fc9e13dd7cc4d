"""What a page offers: its notebook, with and without answers, paper, and ways to its source.

Where the book is kept is one setting, `book_repository` in `_config.yml`. Without it there is no
link that would lead nowhere; with it a page can be opened on Binder and a fault be reported.
"""

from pathlib import Path
from typing import Any

import nbformat

from dropoutlab._names import public_dir
from dropoutlab.book.handout import without_answers

__dir__ = public_dir(__name__)

BINDER = "https://mybinder.org"
GROUP = "download-buttons"  # the theme's name of what a page offers to take away
TOOLTIPS = {
    "download-source-button": "Download the notebook",
    "download-pdf-button": "Print this page, answers and all",
}


def theme_options(repository: str) -> dict[str, Any]:
    """Return what the theme has to know for the links that lead to the book's repository.

    Args:
        repository: its address, `https://github.com/someone/dropout`; "" for none.

    Raises:
        ValueError: `repository` is no address of a web page.
    """
    if not repository:
        return {}
    if not repository.startswith(("https://", "http://")):
        raise ValueError(
            f"book_repository must be the address of a web page, https://...; got {repository!r}"
        )
    return {
        "repository_url": repository.rstrip("/"),
        "use_repository_button": True,
        "use_issues_button": True,
        "launch_buttons": {"binderhub_url": BINDER, "notebook_interface": "jupyterlab"},
    }


def set_options(_app: Any, config: Any) -> None:  # noqa: ANN401 - Sphinx's own, from here on
    """Tell the theme where the book is kept."""
    config.html_theme_options |= theme_options(config.book_repository)


def offer_handout(
    app: Any,  # noqa: ANN401
    name: str,
    _template: str,
    context: dict[str, Any],
    document: Any,  # noqa: ANN401
) -> None:
    """Add the notebook without its answers to what the page offers, if it is a notebook."""
    path = Path(app.env.doc2path(name)) if document else Path()
    groups = [group for group in context.get("header_buttons", ()) if group["label"] == GROUP]
    for button in [button for group in groups for button in group["buttons"]]:
        button["tooltip"] = TOOLTIPS.get(button["label"], button["tooltip"])
    if path.suffix != ".ipynb" or not groups:
        return
    handout = f"_sources/{name}-without-answers.ipynb"
    target = Path(app.outdir, handout)
    target.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(without_answers(nbformat.read(path, as_version=4)), target)
    button = {
        "type": "link",
        "url": context["pathto"](handout, 1),
        "text": "without answers",
        "tooltip": "Download the notebook without its answers",
        "icon": "fas fa-file",
        "label": "download-handout-button",
    }
    groups[0]["buttons"].insert(1, button)


def setup(app: Any) -> None:  # noqa: ANN401
    """Hook in, behind the theme."""
    app.add_config_value("book_repository", "", "html", [str])
    app.connect("config-inited", set_options)
    app.connect("html-page-context", offer_handout, priority=900)
