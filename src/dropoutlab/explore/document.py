"""An explorer as a document of its own: a file that works in a slide or a course page's frame.

A running notebook shows the same document in a frame. So its pictures answer while a later cell
runs, in a saved copy that is opened without a kernel, and after nbconvert, with the script, the
stylesheet and the font of the book, and no front end has to know them. A page of the book needs no
frame: it brings script, stylesheet and font once.
"""

from functools import cache
from html import escape
from os import PathLike
from pathlib import Path

from dropoutlab._names import public_dir
from dropoutlab.explore.book import STATIC, building_book

__dir__ = public_dir(__name__)

ROOM = 24  # CSS pixels that a frame is higher than its content, before its script says how high


@cache
def _static(name: str) -> str:
    return (STATIC / name).read_text(encoding="utf8")


def document(markup: str, title: str) -> str:
    """Return a whole HTML document, with everything that `markup` needs inside it.

    Args:
        markup: the HTML of explorers or pictures.
        title: what a browser calls it.
    """
    styles = "\n".join(_static(f"{name}.css") for name in ("explore-font", "explore", "document"))
    scripts = "\n".join(_static(f"{name}.js") for name in ("document", "explore"))
    return (
        '<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>\n{styles}</style>\n<script>\n{scripts}</script>\n"
        f'<body class="bd-article">\n{markup}\n</body>\n</html>\n'
    )


class Shown:
    """What a cell of a notebook returns: HTML in a page of the book, elsewhere a frame with it."""

    def __init__(self, markup: str, title: str, text: str = "") -> None:
        self.markup = markup
        self.title = title
        self.text = text

    def _repr_html_(self) -> str:
        if building_book():
            return self.markup
        inside = escape(document(self.markup, self.title), quote=True)
        return (
            f'<iframe title="{escape(self.title, quote=True)}" srcdoc="{inside}" '
            'style="display: block; width: 100%; border: 0; background: none" '
            f'height="{ROOM}" allow="clipboard-write"></iframe>'
        )

    def __repr__(self) -> str:
        return f"{self.title}: {self.text}" if self.text else self.title

    def save(self, path: str | PathLike[str]) -> None:
        """Write one HTML file that needs nothing else: no kernel, no host, no other file.

        Args:
            path: where to write; an existing file is replaced.

        Raises:
            TypeError, ValueError: `path` is not the name of a file that ends in .html.
        """
        if not isinstance(path, str | PathLike):
            raise TypeError(f"path must be the name of an .html file; got {path!r}")
        path = Path(path)
        if path.suffix != ".html":
            raise ValueError(f"path must end in .html; got {str(path)!r}")
        # encoded first: what cannot be written leaves an old file as it was
        path.write_bytes(document(self.markup, self.title).encode())
