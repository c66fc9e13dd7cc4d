"""The Sphinx extension of this book: what its pages say depends on its sources alone.

MyST-NB puts into a page the kernel's widgets and their state, whose ids are random and which
nothing shows; it cuts an output where the kernel happened to flush it; a page names the hash of a
file only if the file is there already. It also mends what docutils writes and an accessibility
scanner minds: entries of the bibliography with a role that WAI-ARIA has given up.

What else a page has is in the modules beside: `plain` Markdown turned into MyST, `proofs` beside
equations, code that is folded (`folding`), words explained (`glossary`), what was found
beside what is claimed (`ledger`), its length (`reading`) and
what it gives away (`offers`); the list of works (`bibliography`), `mathjax`, and a `search`.
"""

import shutil
from pathlib import Path
from typing import Any

from docutils import nodes

from dropoutlab._names import lazy_modules, public_dir
from dropoutlab.book import (
    bibliography,
    folding,
    glossary,
    ledger,
    mathjax,
    offers,
    plain,
    proofs,
    reading,
    search,
)

__dir__ = public_dir(__name__)
__getattr__ = lazy_modules(__name__)

WIDGET = "application/vnd.jupyter.widget-view+json"


def join_streams(document: nodes.document) -> None:
    """Join the neighbouring pieces of a stream that a kernel sent one after the other."""
    for piece in list(document.findall(_is_stream)):
        place = piece.parent.index(piece)
        before = piece.parent[place - 1] if place else None
        if before is not None and _is_stream(before) and before["classes"] == piece["classes"]:
            piece.parent.remove(before)
            piece.children = [nodes.Text(before.astext() + piece.astext())]
            piece.rawsource = piece.astext()


def _is_stream(node: nodes.Node) -> bool:
    return isinstance(node, nodes.literal_block) and "stream" in node["classes"]


def drop_widgets(document: nodes.document) -> None:
    """Remove outputs that only a running kernel could show, a progress bar for instance."""
    for form in list(document.findall(_is_widget)):
        output = form.parent
        cell = output.parent
        cell.remove(output)
        if not cell.children:
            cell.parent.remove(cell)


def _is_widget(node: nodes.Node) -> bool:
    return isinstance(node, nodes.container) and node.get("mime_type") == WIDGET


def drop_widget_state(app: Any) -> None:  # noqa: ANN401 - Sphinx's application, from here on
    """Take the state of the kernel's widgets out of the page that is being read."""
    page = getattr(app.env, "nb_metadata", {}).get(app.env.docname, {})
    page.get("js_files", {}).pop("ipywidgets_state", None)


def mend_page(app: Any, document: nodes.document) -> None:  # noqa: ANN401
    """Make what was read from a notebook the same in every build."""
    drop_widgets(document)
    drop_widget_state(app)
    join_streams(document)
    proofs.mark_proofs(document)


def start_afresh(_app: Any, builder: Any) -> None:  # noqa: ANN401
    """Remove the files of an earlier build: some are copied before the pages, some after."""
    shutil.rmtree(Path(builder.outdir) / "_static", ignore_errors=True)


def drop_build_info(app: Any, _error: Exception | None) -> None:  # noqa: ANN401
    """Remove Sphinx's note on its settings: it depends on the folder of the build."""
    Path(app.outdir, ".buildinfo").unlink(missing_ok=True)


def mend_roles(
    _app: Any,  # noqa: ANN401
    _name: str,
    _template: str,
    context: dict[str, Any],
    _doctree: Any,  # noqa: ANN401
) -> None:
    """Make the entries of a bibliography items of its list."""
    if "body" in context:
        context["body"] = context["body"].replace('role="doc-biblioentry"', 'role="listitem"')


def setup(app: Any) -> dict[str, bool]:  # noqa: ANN401
    """Hook in."""
    bibliography.setup(app)
    folding.setup(app)
    glossary.setup(app)
    ledger.setup(app)
    mathjax.setup(app)
    offers.setup(app)
    reading.setup(app)
    search.setup(app)
    app.connect("source-read", plain.read_plain)
    app.connect("doctree-read", mend_page)
    app.connect("write-started", start_afresh)
    app.connect("html-page-context", mend_roles)
    app.connect("build-finished", drop_build_info)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
