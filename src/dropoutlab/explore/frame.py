"""One frame of an explorer: what `draw` and `describe` return for one choice of values, checked."""

from collections.abc import Callable, Mapping
from typing import Any

from matplotlib.figure import Figure

from dropoutlab.explore.svg import figure_markup


def frame_markup(name: str, draw: Callable[..., Figure], values: Mapping[str, object]) -> str:
    """Return the picture of explorer `name` at `values` as an `<svg>` element.

    Raises:
        RuntimeError: `draw` failed.
        TypeError: it returned no figure; both name the explorer and the values.
    """
    figure = _called(name, "draw", values, draw)
    if not isinstance(figure, Figure):
        raise TypeError(
            f"explorer {name!r}: draw must return a matplotlib Figure; "
            f"at {dict(values)} it returned {figure!r}"
        )
    # it can fail too: a text that matplotlib cannot set
    return _called(name, "draw", values, lambda **_: figure_markup(figure, name))


def frame_text(name: str, describe: Callable[..., str], values: Mapping[str, object]) -> str:
    """Return the sentence of explorer `name` at `values`.

    Raises:
        RuntimeError: `describe` failed.
        TypeError: it returned no text, or an empty one; both name the explorer and the values.
    """
    text = _called(name, "describe", values, describe)
    if not isinstance(text, str) or not text.strip():
        raise TypeError(
            f"explorer {name!r}: describe must return a sentence; "
            f"at {dict(values)} it returned {text!r}"
        )
    return text


def _called(
    name: str, role: str, values: Mapping[str, object], function: Callable[..., Any]
) -> Any:  # noqa: ANN401 - what it returns is for the caller to check
    try:
        return function(**values)
    except Exception as error:
        raise RuntimeError(
            f"explorer {name!r}: {role} failed at {dict(values)}: {error}"
        ) from error
