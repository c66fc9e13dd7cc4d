"""Plain Markdown in, MyST out: what a chapter writes for all, the book numbers and links.

JupyterLab, GitHub and the others know CommonMark and `$…$`, and show anything else as it stands. So
a chapter writes a label as a comment and a reference as a link with words:

    <!-- eq-variance -->
    $$ … $$

    By the [variance of a coin](#eq-variance) …

    <!-- margin -->
    A paragraph that stands beside the text.

While a page is read for the book, the label becomes one of Sphinx, and the number of the equation
follows the words; a note goes to the margin where the screen has room. The list of works takes the
place of `<!-- bibliography -->`. No line moves, so that a warning names the right one.
"""

import json
import re
from typing import Any

from dropoutlab._names import public_dir
from dropoutlab.explore.svg import unbroken

__dir__ = public_dir(__name__)

LABELLED = re.compile(r"^<!-- (eq-[\w-]+) -->\n(\$\$.+?\$\$)[ \t]*$", re.DOTALL | re.MULTILINE)
REFERENCE = re.compile(r"\[([^\[\]]+)\]\((?:[\w.-]+\.ipynb)?#(eq-[\w-]+)\)")
NOTE = re.compile(r"^<!-- margin -->\n(.+(?:\n.+)*)\n?$", re.MULTILINE)
BIBLIOGRAPHY = re.compile(r"^<!-- bibliography -->$", re.MULTILINE)
CODE = re.compile(r"(^```.*?^```|(?<!`)(`+)(?!`).+?(?<!`)\2(?!`))", re.DOTALL | re.MULTILINE)


def to_myst(text: str) -> str:
    """Return the Markdown of a page in the words of MyST."""
    text = LABELLED.sub(r"\n\2 (\1)", text)
    text = BIBLIOGRAPHY.sub("```{bibliography}\n:all:\n```", text)
    pieces, end = [], 0
    for code in CODE.finditer(text):  # what is code stays as it is
        pieces += [_number(text[end : code.start()]), code[0]]
        end = code.end()
    return NOTE.sub(r"```{margin}\n\1\n```", "".join([*pieces, _number(text[end:])]))


def _number(text: str) -> str:
    return unbroken(REFERENCE.sub(r"\1 {eq}`\2`", text))


def notebook_to_myst(text: str) -> str:
    """Return a notebook, as JSON, with the text of its Markdown cells in the words of MyST."""
    notebook = json.loads(text)
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown":
            cell["source"] = to_myst("".join(cell["source"]))
    return json.dumps(notebook)


def read_plain(app: Any, page: str, source: list[str]) -> None:  # noqa: ANN401 - Sphinx's application
    """Turn a page that is being read into MyST."""
    is_notebook = app.env.doc2path(page).endswith(".ipynb")
    source[0] = (notebook_to_myst if is_notebook else to_myst)(source[0])
