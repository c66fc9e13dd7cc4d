"""The Sphinx extension by which a kernel learns that the book is being built."""

import os
from typing import Any

BUILDING = "DROPOUTLAB_BUILDING_BOOK"


def building_book() -> bool:
    """Return whether this kernel was started by a build of the book."""
    return os.environ.get(BUILDING) == "1"


def setup(app: Any) -> dict[str, bool]:  # noqa: ANN401 - Sphinx's own signature
    """Mark the environment that the kernels of this build inherit."""
    os.environ[BUILDING] = "1"
    os.environ["TQDM_DISABLE"] = "1"  # nobody watches a kernel of the build
    return {"parallel_read_safe": True, "parallel_write_safe": True}
