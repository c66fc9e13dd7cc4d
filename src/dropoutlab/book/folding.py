"""Code that is folded stands behind its picture: what is seen comes first.

A folded cell that shows nothing, of imports for instance, joins the next folded one.
"""

from typing import Any

from docutils import nodes
from myst_nb.sphinx_ import HideCodeCellNode
from sphinx.transforms.post_transforms import SphinxPostTransform

from dropoutlab._names import public_dir

__dir__ = public_dir(__name__)

OF_MYST_NB = 199  # the priority at which MyST-NB folds the code


class PictureFirst(SphinxPostTransform):
    """Put folded code behind what it shows."""

    default_priority = OF_MYST_NB + 1
    formats = ("html",)

    def run(self, **_kwargs: Any) -> None:  # noqa: ANN401 - Sphinx's own signature
        """Move the folded code of every cell of the page."""
        for cell in list(self.document.findall(_is_folded)):
            code, *shown = cell.children
            behind = cell.next_node(descend=False, siblings=True)
            if shown:
                cell.remove(code)
                cell.append(code)
            elif behind is not None and _is_folded(behind):
                behind.children[0][0:0] = code.children
                cell.parent.remove(cell)


def _is_folded(node: nodes.Node) -> bool:
    return (
        isinstance(node, nodes.container)
        and node.get("hide_mode") == "input"
        and bool(node.children)
        and isinstance(node.children[0], HideCodeCellNode)
    )


def call_code_code(_app: Any, document: nodes.document) -> None:  # noqa: ANN401
    """Say of folded code that it is code; what is folded whole is an answer."""
    for cell in document.findall(nodes.container):
        if cell.get("hide_mode") == "input":
            cell["prompt_show"], cell["prompt_hide"] = "Show the code", "Hide the code"


def setup(app: Any) -> None:  # noqa: ANN401
    """Hook in."""
    app.connect("doctree-read", call_code_code)
    app.add_post_transform(PictureFirst)
