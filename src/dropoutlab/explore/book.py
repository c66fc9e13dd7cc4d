"""The Sphinx extension of the book.

It tells the kernels that a book is being built, and mends what docutils writes and an accessibility
scanner minds: entries of the bibliography with a role that WAI-ARIA has given up.
"""

import os
from typing import Any

BUILDING = "DROPOUTLAB_BUILDING_BOOK"


def building_book() -> bool:
    """Return whether this kernel was started by a build of the book."""
    return os.environ.get(BUILDING) == "1"


def mend_roles(
    _app: Any,  # noqa: ANN401 - Sphinx's own signature, from here on
    _name: str,
    _template: str,
    context: dict[str, Any],
    _doctree: Any,  # noqa: ANN401
) -> None:
    """Make the entries of a bibliography items of its list."""
    if "body" in context:
        context["body"] = context["body"].replace('role="doc-biblioentry"', 'role="listitem"')


def setup(app: Any) -> dict[str, bool]:  # noqa: ANN401
    """Mark the environment that the kernels of this build inherit, and hook in."""
    app.connect("html-page-context", mend_roles)
    os.environ[BUILDING] = "1"
    os.environ["TQDM_DISABLE"] = "1"  # nobody watches a kernel of the build
    return {"parallel_read_safe": True, "parallel_write_safe": True}
