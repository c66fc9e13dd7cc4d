"""Tables of results, for the page or the notebook."""

from collections.abc import Iterable, Sequence

from IPython.display import Markdown

from dropoutlab._names import public_dir

__dir__ = public_dir(__name__)


def table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Markdown:
    """Return a table; numbers are set as they are given, so format them first."""
    lines = [header, ["---"] + ["---:"] * (len(header) - 1), *rows]
    return Markdown("\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines))
