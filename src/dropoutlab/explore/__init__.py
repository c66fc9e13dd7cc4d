"""Sliders with two lives: ipywidgets in a running notebook, no kernel at all in the built book.

The way of an explorer: controls → grid of values → frames (SVG) → page, and controls → ipywidgets →
kernel. `controls` reads what the author wrote, `svg` turns a figure into markup that follows the
page's colours, `page` packs every frame of the grid into HTML, `live` builds the widgets, and
`book` tells which life is on. Nothing here knows what is drawn.
"""

from collections.abc import Callable
from typing import Any

from IPython.display import HTML, DisplayObject
from ipywidgets import Widget
from matplotlib.figure import Figure

from dropoutlab.explore.book import building_book
from dropoutlab.explore.controls import read_controls
from dropoutlab.explore.live import live_explorer
from dropoutlab.explore.page import page_explorer, page_picture

__all__ = ["explore", "picture"]


def explore(
    draw: Callable[..., Figure],
    *,
    describe: Callable[..., str],
    name: str | None = None,
    labels: dict[str, str] | None = None,
    units: dict[str, str] | None = None,
    play: str | None = None,
    **controls: Any,  # noqa: ANN401 - whatever ipywidgets' interact accepts
) -> Widget | DisplayObject:
    """Return an explorer of a pure drawing function.

    Args:
        draw: `draw(**values) -> Figure`, pure: the same values give the same picture.
        describe: `describe(**values) -> str`, one sentence on what the picture now shows; it is
            the picture's text alternative.
        name: identifies the explorer on its page; the name of `draw` without `draw_` if None.
        labels: what to call a control on the page; its name with spaces if not given.
        units: the unit of a control's values, shown behind them.
        play: the slider that is like time: it gets buttons to step and to play.
        controls: one to three, as for `ipywidgets.interact`: `(low, high[, step])` is a slider, a
            list a choice, a bool a checkbox; or an IntSlider, FloatSlider, SelectionSlider,
            Dropdown or Checkbox. A default in the signature of `draw` is where a control starts.

    Returns:
        A widget in a running notebook; self-contained HTML while the book is built.

    Raises:
        TypeError, ValueError: an argument is of the wrong kind or out of range, the grid has more
            than 400 frames, or the name is taken; the message names explorer and control.
    """
    for role, function in (("draw", draw), ("describe", describe)):
        if not callable(function):
            raise TypeError(f"{role} must be a function of the controls' values; got {function!r}")
    name = draw.__name__.removeprefix("draw_") if name is None else name
    grid = read_controls(name, draw, controls, labels or {}, units or {}, play)
    build = page_explorer if building_book() else live_explorer
    return build(name, draw, describe, grid)


def picture(figure: Figure, text: str) -> DisplayObject:
    """Return a still figure as HTML that follows the page's colours.

    Args:
        figure: what to show.
        text: its text alternative, one sentence; also shown as its caption.
    """
    if not isinstance(figure, Figure):
        raise TypeError(f"figure must be a matplotlib Figure; got {type(figure).__name__}")
    if not isinstance(text, str) or not text.strip():
        raise ValueError(f"text must be a sentence that says what the figure shows; got {text!r}")
    return HTML(page_picture(figure, text))
