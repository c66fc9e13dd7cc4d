"""The Sphinx extension of the explorers: it makes them work in any book that names it.

It tells the kernels that a book is being built, and brings the script, the stylesheet and the font.
"""

import os
from pathlib import Path
from typing import Any

from dropoutlab._names import public_dir

__dir__ = public_dir(__name__)

BUILDING = "DROPOUTLAB_BUILDING_BOOK"
STATIC = Path(__file__).parent / "static"


def building_book() -> bool:
    """Return whether this kernel was started by a build of the book."""
    return os.environ.get(BUILDING) == "1"


def add_static_files(app: Any) -> None:  # noqa: ANN401 - Sphinx's application
    """Let the book carry what the explorers need in the page."""
    app.config.html_static_path.append(str(STATIC))


def setup(app: Any) -> dict[str, bool]:  # noqa: ANN401
    """Mark the environment that the kernels of this build inherit, and register the files."""
    os.environ[BUILDING] = "1"
    os.environ["TQDM_DISABLE"] = "1"  # nobody watches a kernel of the build
    app.connect("builder-inited", add_static_files)
    app.add_css_file("explore-font.css")
    app.add_css_file("explore.css")
    app.add_js_file("explore.js")
    return {"parallel_read_safe": True, "parallel_write_safe": True}
