"""Names that a reader sees and mistypes: of a module with Tab and `help`, and in a message.

Nothing here imports anything of the package, so that every module can use it.
"""

import ast
import inspect
import sys
from collections.abc import Callable, Collection, Iterator
from difflib import get_close_matches
from functools import cache
from pkgutil import get_importer, iter_importer_modules
from typing import Any


def did_you_mean(wanted: object, known: Collection[object]) -> str:
    """Return the end of a message: the known name that is nearest, or nothing."""
    by_text = {str(name): name for name in known}
    close = get_close_matches(str(wanted), by_text, 1)
    return f"; did you mean {by_text[close[0]]!r}?" if close else ""


def public_dir(name: str) -> Callable[[], list[str]]:
    """Return the `__dir__` of a module: `__all__`, or what it defines without an underscore.

    What it imports is not its own. If it is a package, `help` lists its public modules only.
    """
    module = sys.modules[name]
    for path in getattr(module, "__path__", ()):
        sys.path_importer_cache[path] = _PublicModules(get_importer(path))
    return lambda: sorted(vars(module).get("__all__") or _defined(name))


@cache
def _defined(name: str) -> list[str]:
    statements = ast.parse(inspect.getsource(sys.modules[name])).body
    return [name for part in statements for name in _bound(part) if not name.startswith("_")]


def _bound(statement: ast.stmt) -> Iterator[str]:
    """The names that a statement at the top of a module gives to what it makes."""
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        yield statement.name
    elif isinstance(statement, ast.Assign | ast.AnnAssign):
        names = (node for node in ast.walk(statement) if isinstance(node, ast.Name))
        yield from (node.id for node in names if isinstance(node.ctx, ast.Store))


class _PublicModules:
    """Finds the modules of a package as Python does, and lists those without an underscore."""

    def __init__(self, finder: Any) -> None:  # noqa: ANN401 - one of importlib's
        self.finder = finder

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        return getattr(self.finder, name)

    def iter_modules(self, prefix: str = "") -> Iterator[tuple[str, bool]]:
        """Yield the name of each module, and whether it is a package."""
        for name, is_package in iter_importer_modules(self.finder, prefix):
            if not name.removeprefix(prefix).startswith("_"):
                yield name, is_package
