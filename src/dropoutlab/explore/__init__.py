"""Sliders with two lives: ipywidgets in a running notebook, no kernel at all in the built book.

The way of an explorer: controls → grid of values → frames (SVG) → page, and controls → ipywidgets →
kernel. `controls` reads what the author wrote, `svg` turns a figure into markup that follows the
page's colours, `frame` asks for one, `page` packs every frame of the grid into HTML, `live` builds
the widgets, and `book`, the Sphinx extension, tells which life is on and brings what is in
`static`: the script, the stylesheet and the font of the pictures, which `font` makes. Nothing here
knows what is drawn. What others use is `explore` and `picture`.
"""

from collections.abc import Callable
from typing import Any

from IPython.display import HTML, DisplayObject
from ipywidgets import Widget
from matplotlib.figure import Figure

from dropoutlab.explore.book import building_book
from dropoutlab.explore.controls import check_fit, read_controls
from dropoutlab.explore.handles import handle
from dropoutlab.explore.live import live_explorer
from dropoutlab.explore.page import page_explorer, page_picture

__all__ = ["explore", "handle", "picture"]


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
            Options and their labels must differ.

    Returns:
        A widget in a running notebook; self-contained HTML while the book is built.

    Raises:
        TypeError, ValueError: an argument is of the wrong kind or out of range, the grid has more
            than 400 frames, the name is taken, or `draw` or `describe` returns no figure or no
            sentence; the message names explorer and control or values.
        RuntimeError: `draw` or `describe` failed; the message names explorer and values.
    """
    if not callable(draw):
        raise TypeError(f"draw must be a function of the controls; got {draw!r}")
    if name is None:
        name = getattr(draw, "__name__", "").removeprefix("draw_")
    labels, units = ({} if words is None else words for words in (labels, units))
    grid = read_controls(name, draw, controls, labels, units, play)
    check_fit(f"explorer {name!r}", "describe", describe, controls)
    build = page_explorer if building_book() else live_explorer
    return build(name, draw, describe, grid)


def picture(figure: Figure, text: str) -> DisplayObject:
    """Return a still figure as HTML that follows the page's colours.

    Args:
        figure: what to show.
        text: its text alternative, one sentence; also shown as its caption.

    Raises:
        TypeError, ValueError: `figure` is no figure, `text` no text or an empty one.
    """
    if not isinstance(figure, Figure):
        raise TypeError(f"figure must be a matplotlib Figure; got {type(figure).__name__}")
    if not isinstance(text, str):
        raise TypeError(f"text must be a sentence that says what the figure shows; got {text!r}")
    if not text.strip():
        raise ValueError(f"text must be a sentence that says what the figure shows; got {text!r}")
    return HTML(page_picture(figure, text))
