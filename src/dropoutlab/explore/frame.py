"""One frame of an explorer: what `draw` and `describe` return for one choice of values, checked."""

from collections.abc import Callable, Mapping
from typing import Any

from matplotlib.figure import Figure

from dropoutlab._names import public_dir
from dropoutlab.explore.controls import Part, Plan, is_text
from dropoutlab.explore.svg import figure_markup, unbroken

__dir__ = public_dir(__name__)


def frame_markup(plan: Plan, part: Part, values: Mapping[str, object]) -> str:
    """Return the picture of a part at `values` as an `<svg>` element.

    Raises:
        RuntimeError: `draw` failed, or a handle of the figure sets what no control has.
        TypeError: it returned no figure; both name the explorer and the values.
    """
    figure = _called(plan.name, "draw", values, part.function)
    if not isinstance(figure, Figure):
        raise TypeError(
            f"explorer {plan.name!r}: draw must return a matplotlib Figure; "
            f"at {dict(values)} it returned {figure!r}"
        )
    number = next(k for k, one in enumerate(plan.draws) if one is part)  # two may be alike
    prefix = f"{plan.name}.{number}" if number else plan.name
    # it can fail too: a text that matplotlib cannot set
    markup = lambda **_: figure_markup(figure, prefix, plan.places_of, plan.veiled)  # noqa: E731
    return _called(plan.name, "draw", values, markup)


def frame_text(plan: Plan, values: Mapping[str, object]) -> str:
    """Return the sentence of an explorer at `values`.

    Raises:
        RuntimeError: `describe` failed.
        TypeError: it returned no text, or an empty one; both name the explorer and the values.
    """
    text = _called(plan.name, "describe", values, plan.describe.function)
    if not is_text(text):
        raise TypeError(
            f"explorer {plan.name!r}: describe must return a sentence; "
            f"at {dict(values)} it returned {text!r}"
        )
    return unbroken(text)


def _called(
    name: str, role: str, values: Mapping[str, object], function: Callable[..., Any]
) -> Any:  # noqa: ANN401 - what it returns is for the caller to check
    try:
        return function(**values)
    except Exception as error:
        raise RuntimeError(
            f"explorer {name!r}: {role} failed at {dict(values)}: {error}"
        ) from error
