"""Proof marks: what was proved stands folded beside the number of an equation.

A page proves its equations in a cell of its own. What that cell printed is put beside each
equation, with the source and the line that runs the proof again: a mark says what this build
found, and nothing is proved twice.
"""

import re
from html import escape

from docutils import nodes
from sphinx.util import logging

from dropoutlab import symbolic
from dropoutlab._names import public_dir

__dir__ = public_dir(__name__)

PROVED = re.compile(r"^(eq-[\w-]+): (.+(?:\n    .+)*)", re.MULTILINE)
LOGGER = logging.getLogger(__name__)
MARK = """<details class="proof"><summary title="{title}" aria-label="{title}: {name}">\
<span aria-hidden="true">{sign}</span></summary>
<div class="proof-text"><p>{said}</p><p>Source: {source}.</p>\
<p>Run it again:</p><pre tabindex="0">{again}</pre></div></details>"""
AGAIN = "python -c \"from dropoutlab import symbolic; print(symbolic.prove('{label}'))\""


def proof_mark(label: str, said: str) -> str:
    """Return the HTML of the mark of one equation.

    said: what its proof printed, without the label.
    """
    equation = symbolic.EQUATIONS[label]
    sentence = " ".join(said.split())
    return MARK.format(
        title="Definition" if equation.definition else "Proof",
        sign="≔" if equation.definition else "✓",
        name=escape(label.removeprefix("eq-").replace("-", " ")),
        said=escape(sentence[:1].upper() + sentence[1:]),
        source=escape(equation.source),
        again=escape(AGAIN.format(label=label)),
    )


def printed_proofs(document: nodes.document) -> dict[str, str]:
    """Return what the cells of a page printed of their proofs, by label."""
    printed = [node.astext() for node in document.findall(nodes.literal_block)]
    return {label: said for text in printed for label, said in PROVED.findall(text)}


def mark_proofs(document: nodes.document) -> None:
    """Put a mark beside each labelled equation of a page; warn of one that it has not proved."""
    printed = printed_proofs(document)
    for equation in list(document.findall(nodes.math_block)):
        label = equation.get("label")
        if label not in symbolic.EQUATIONS:
            continue
        if label not in printed:
            LOGGER.warning("no cell of the page proves %s", label, location=equation)
            continue
        box = nodes.container(classes=["equation"])
        equation.parent.replace(equation, box)  # `replace_self` would give its name to both
        box += [equation, nodes.raw("", proof_mark(label, printed[label]), format="html")]
