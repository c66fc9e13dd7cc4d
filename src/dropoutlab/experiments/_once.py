"""Results of experiments, kept from one process to the next where a folder for them is named.

A build of the book and its tests run the same experiments. Where the environment variable
DROPOUTLAB_RESULTS names a folder, an experiment with the same arguments is run once and then read
from there; without it nothing is read or written. The code that an experiment depends on, module by
module, and the versions of what it imports are part of the key: a result of other code is never
found, and a change elsewhere, or to how a bar looks, costs nothing.
"""

import ast
import os
import platform
from collections.abc import Callable, Iterator
from functools import cache, wraps
from hashlib import sha256
from importlib.metadata import version
from inspect import signature
from pathlib import Path
from typing import ParamSpec, TypeVar

from joblib import Memory

from dropoutlab._checks import is_refusal
from dropoutlab._progress import bar
from dropoutlab._threads import one_blas_thread

P = ParamSpec("P")
R = TypeVar("R")
VARIABLE = "DROPOUTLAB_RESULTS"
PACKAGE = Path(__file__).parents[1]
PACKAGES = ("joblib", "numpy", "scikit-learn", "scipy")
SHOWN = {"_names.py", "_progress.py"}  # what a person sees, and no number


def once(function: Callable[P, R]) -> Callable[P, R]:
    """Return the function, which keeps its results where DROPOUTLAB_RESULTS says."""
    ignored = [name for name in signature(function).parameters if name == "progress"]
    code = digest_of_code(function.__module__, PACKAGE)  # as imported, whatever is edited later

    @wraps(function)
    def kept(*args: P.args, **kwargs: P.kwargs) -> R:
        folder = os.environ.get(VARIABLE)
        shown = bar(function.__name__.replace("_", " "), show=kwargs.get("progress", True))
        with shown, one_blas_thread:  # a result must not tell where it was made
            call = _memory(folder, code).cache(function, ignore=ignored) if folder else function
            try:
                return call(*args, **kwargs)
            except (TypeError, ValueError) as error:
                if is_refusal(error):  # how it came to be checked says nothing to who is refused
                    error.with_traceback(None)
                raise

    return kept


def digest_of_code(module: str, package: Path) -> str:
    """Return a hash of a module, of what it imports of this package, and of the versions it uses.

    Args:
        module: its name, "dropoutlab.experiments.arms" for instance.
        package: the folder of `dropoutlab`.
    """
    lines = [f"Python {platform.python_version()} {platform.machine()}"]
    lines += [f"{name} {version(name)}" for name in PACKAGES]
    for path in sorted(sources_of(module, package)):
        digest = sha256(path.read_bytes()).hexdigest()
        lines.append(f"{path.relative_to(package).as_posix()} {digest}")
    return sha256("\n".join(lines).encode()).hexdigest()[:16]


def sources_of(module: str, package: Path) -> set[Path]:
    """Return the files that a module consists of and imports of the package, directly or not.

    Those that change no number are left out.
    """
    found, new = set(), _files([module], package)
    while new:
        found |= new
        names = [name for path in new for name in _imported(path, path.stat().st_mtime_ns)]
        new = _files(names, package) - found
    return {path for path in found if path.relative_to(package).as_posix() not in SHOWN}


def _files(names: list[str], package: Path) -> set[Path]:
    """The file that each name stands for, or is defined in."""
    found = set()
    for name in names:
        first, *parts = name.split(".")
        while first == package.name and parts:
            at = package.joinpath(*parts)
            files = [path for path in (at.with_suffix(".py"), at / "__init__.py") if path.is_file()]
            if files:
                found.add(files[0])
                break
            parts.pop()
    return found


@cache
def _imported(path: Path, _written: int) -> list[str]:
    """What a file imports, wherever in it."""
    return list(_names(ast.parse(path.read_text(encoding="utf8"))))


def _names(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{name.name}" for name in node.names)
        elif isinstance(node, ast.Import):
            yield from (name.name for name in node.names)


@cache
def _memory(folder: str, code: str) -> Memory:
    return Memory(Path(folder) / code, verbose=0)
