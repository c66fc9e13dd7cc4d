"""Names that a reader sees and mistypes: of a module with Tab and `help`, and in a message.

Nothing here imports anything of the package, so that every module can use it.
"""

import ast
import inspect
import sys
from collections.abc import Callable, Collection, Iterator
from difflib import get_close_matches
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType


def did_you_mean(wanted: object, known: Collection[object]) -> str:
    """Return the end of a message: the known name that is nearest, or nothing."""
    by_text = {str(name): name for name in known}
    close = get_close_matches(str(wanted), by_text, 1)
    return f"; did you mean {by_text[close[0]]!r}?" if close else ""


def known_name(argument: str, name: str, known: Collection[str], of: str) -> str:
    """Return a name if it is known.

    Raises:
        TypeError: it is not a string.
        ValueError: it is not known; the message has the nearest that is.
    """
    if not isinstance(name, str):
        raise TypeError(f"{argument} must be a string, that of {of}; got {name!r}")
    if name not in known:
        hint = did_you_mean(name, known) or f"; {min(known)!r} is one"
        raise ValueError(f"{argument} must be that of {of}; got {name!r}{hint}")
    return name


def public_dir(name: str) -> Callable[[], list[str]]:
    """Return the `__dir__` of a module: `__all__`, or what it defines without an underscore.

    What it imports is not its own.
    """
    module = sys.modules[name]

    def names() -> list[str]:
        found = vars(module).get("__all__")
        return sorted(found or [*_defined(name), *_public_modules(module)])

    return names


def lazy_modules(name: str) -> Callable[[str], ModuleType]:
    """Return the `__getattr__` of a package: its public modules, imported when asked for."""

    def get(wanted: str) -> ModuleType:
        known = _public_modules(sys.modules[name])
        missing = f"module {name!r} has no attribute {wanted!r}"
        if wanted not in known:
            raise AttributeError(missing + did_you_mean(wanted, known))
        try:
            return import_module(f"{name}.{wanted}")
        except ModuleNotFoundError as error:  # of what only the book needs
            raise AttributeError(f"{missing}: {error}") from error

    return get


def _public_modules(package: ModuleType) -> list[str]:
    parts = iter_modules(vars(package).get("__path__", ()))
    return [part.name for part in parts if not part.name.startswith("_")]


@cache
def _defined(name: str) -> list[str]:
    statements = ast.parse(inspect.getsource(sys.modules[name])).body
    found = [name for part in statements for name in _bound(part)]
    return [name for name in dict.fromkeys(found) if not name.startswith("_")]


def _bound(statement: ast.stmt) -> Iterator[str]:
    """The names that a statement at the top of a module gives to what it makes."""
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        yield statement.name
    elif isinstance(statement, ast.Assign | ast.AnnAssign):
        targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
        names = (node for target in targets for node in ast.walk(target))
        yield from (node.id for node in names if isinstance(node, ast.Name))
