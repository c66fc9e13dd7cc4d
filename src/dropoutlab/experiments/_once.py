"""Results of experiments, kept from one process to the next where a folder for them is named.

A build of the book and its tests run the same experiments. Where the environment variable
DROPOUTLAB_RESULTS names a folder, an experiment with the same arguments is run once and then read
from there; without it nothing is read or written. The code that experiments depend on, and the
versions of what it imports, are part of the key: a result of other code is never found.
"""

import os
import platform
from collections.abc import Callable
from functools import cache, wraps
from hashlib import sha256
from importlib.metadata import version
from inspect import signature
from pathlib import Path
from typing import ParamSpec, TypeVar

from joblib import Memory

from dropoutlab._threads import one_blas_thread

P = ParamSpec("P")
R = TypeVar("R")
VARIABLE = "DROPOUTLAB_RESULTS"
# no experiment depends on these
NOT_BELOW = {"book", "claims", "conventions", "explore", "figures", "symbolic"}
PACKAGES = ("joblib", "numpy", "scikit-learn", "scipy")


def once(function: Callable[P, R]) -> Callable[P, R]:
    """Return the function, which keeps its results where DROPOUTLAB_RESULTS says."""
    ignored = [name for name in signature(function).parameters if name == "progress"]

    @wraps(function)
    def kept(*args: P.args, **kwargs: P.kwargs) -> R:
        folder = os.environ.get(VARIABLE)
        with one_blas_thread:  # a result must not tell where it was made
            if not folder:
                return function(*args, **kwargs)
            return _memory(folder).cache(function, ignore=ignored)(*args, **kwargs)

    return kept


def digest_of_code(package: Path) -> str:
    """Return a hash of the package's modules below figures, and of the versions of what they use.

    Args:
        package: the folder of `dropoutlab`.
    """
    lines = [f"Python {platform.python_version()} {platform.machine()}"]
    lines += [f"{name} {version(name)}" for name in PACKAGES]
    for path in sorted(package.rglob("*.py")):
        name = path.relative_to(package)
        if Path(name.parts[0]).stem not in NOT_BELOW:
            lines.append(f"{name.as_posix()} {sha256(path.read_bytes()).hexdigest()}")
    return sha256("\n".join(lines).encode()).hexdigest()[:16]


CODE = digest_of_code(Path(__file__).parents[1])  # as it was imported, whatever is edited later


@cache
def _memory(folder: str) -> Memory:
    return Memory(Path(folder) / CODE, verbose=0)
