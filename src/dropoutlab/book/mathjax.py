"""MathJax travels with the book: the part of it that the pages use, a tenth of the whole."""

import shutil
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from dropoutlab._names import public_dir

__dir__ = public_dir(__name__)

PACKAGE = "sphinx-mathjax-offline"
START = "tex-chtml.js"
# TeX in, HTML out; its fonts, its menu, and what its menu offers to people who do not see formulas
USED = (
    START,
    "output/chtml/fonts/woff-v2/*",
    "input/tex/extensions/*",
    "ui/*",
    "a11y/*",
    "sre/mathmaps/base.json",
    "sre/mathmaps/en.json",
    "sre/mathmaps/nemeth.json",
)
UNUSED = ("input/tex/extensions/all-packages.js",)


def mathjax_folder() -> Path:
    """Return where the installed MathJax is.

    Raises:
        FileNotFoundError: it is not installed.
    """
    spec = find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise FileNotFoundError(f"{PACKAGE} is not installed: install requirements.txt")
    return Path(spec.origin).parent / "static" / "mathjax"


def used_files(folder: Path) -> list[Path]:
    """Return the files of MathJax that the book carries, relative to its folder."""
    found = {path.relative_to(folder) for name in USED for path in folder.glob(name)}
    return sorted(found - set(map(Path, UNUSED)))


def copy_mathjax(app: Any, error: Exception | None) -> None:  # noqa: ANN401 - Sphinx's application
    """Bring the files into the built book."""
    if error is None and app.builder.format == "html":
        folder, there = mathjax_folder(), Path(app.outdir, "_static", "mathjax")
        for file in used_files(folder):
            (there / file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(folder / file, there / file)


def setup(app: Any) -> None:  # noqa: ANN401
    """Let the pages load MathJax from the book."""
    app.config.mathjax_path = f"mathjax/{START}"
    app.connect("build-finished", copy_mathjax)
