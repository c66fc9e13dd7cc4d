"""Pictures that can be touched, with sliders: no kernel is needed once they are drawn.

The way of an explorer: controls → grid of values → frames (SVG) → page. `controls` reads what the
author wrote, `handles` mark what can be touched, `questions` come first, `svg` turns a figure into
markup that follows the page's colours, `frame` asks for one, and `page` packs every frame of every
part into HTML. `document` makes of it a file, or the frame that a running notebook shows; `book`,
the Sphinx extension, brings what is in `static`: the script, the stylesheet and the font of the
pictures, which `font` makes. For a `draw` that is being written there is a second way, `live`:
controls → ipywidgets → kernel. Nothing here knows what is drawn. What others use is `explore`,
`handle`, `area`, `ask`, `score` and `picture`.
"""

from collections.abc import Callable, Mapping
from typing import Any

from ipywidgets import Widget
from matplotlib.figure import Figure

from dropoutlab._names import public_dir
from dropoutlab.explore.controls import is_text, read_plan
from dropoutlab.explore.document import Shown
from dropoutlab.explore.handles import area, handle
from dropoutlab.explore.live import live_explorer
from dropoutlab.explore.page import page_explorer, page_picture
from dropoutlab.explore.questions import Question, ask

__dir__ = public_dir(__name__)

__all__ = ["area", "ask", "explore", "handle", "picture", "score"]


def explore(
    *draws: Callable[..., Figure],
    describe: Callable[..., str],
    name: str | None = None,
    labels: Mapping[str, str] | None = None,
    units: Mapping[str, str] | None = None,
    play: str | None = None,
    predict: Question | None = None,
    controls: Mapping[str, Any] | None = None,
    live: bool = False,
    **more: Any,  # noqa: ANN401 - whatever ipywidgets' interact accepts
) -> Shown | Widget:
    """Return an explorer of pure drawing functions: pictures side by side, under the same controls.

    Args:
        draws: each `draw(**values) -> Figure`, pure: the same values give the same picture. Each is
            drawn over those controls only that its own signature names. What it draws can be
            clicked or dragged where `handle` or `area` says so.
        describe: `describe(**values) -> str`, one sentence on what the pictures now show; it is
            their text alternative. It too names the controls that it needs.
        name: identifies the explorer on its page; the name of the first `draw` without `draw_` if
            None.
        labels: what to call a control on the page; its name with spaces if not given.
        units: the unit of a control's values, shown behind them.
        play: the slider that is like time: it gets buttons to step and to play.
        predict: a question that the reader answers first, made by `ask`.
        controls: at least one, here or by name, as for `ipywidgets.interact`: `(low, high[, step])`
            is a slider, a list, a range or an array a choice, a bool a checkbox; or an IntSlider,
            FloatSlider, SelectionSlider, Dropdown or Checkbox. A default in the signature of a
            `draw` is where a control starts. Options and their labels must differ. Controls with
            the name of an argument, such as `units`, go here.
        live: whether a kernel draws each picture when it is asked for, instead of all of them now:
            at once there, for a `draw` that you are writing.
        more: controls by name.

    Returns:
        What a notebook and the built book show, with every picture inside, and `save(path)`, which
        writes it as one HTML file; if `live`, a widget.

    Raises:
        TypeError, ValueError: an argument is of the wrong kind or out of range, there are more than
            4,000 frames or they weigh more than 120 kB, the name is taken, a `draw` or `describe`
            returns no figure or no sentence, or the figures of a `draw` differ in size; the message
            names explorer and control or values.
        RuntimeError: `draw` or `describe` failed; the message names explorer and values.
    """
    if not draws or not all(map(callable, draws)):
        raise TypeError(f"draws must be functions of the controls, at least one; got {draws!r}")
    if name is None:
        name = getattr(draws[0], "__name__", "").removeprefix("draw_")
        if name in ("", "<lambda>"):
            raise ValueError(f'name must be given, name="picture" for one; got {draws[0]!r}')
    if predict is not None and not isinstance(predict, Question):
        raise TypeError(f"predict must be a question made by `ask`; got {predict!r}")
    if not isinstance(live, bool):
        raise TypeError(f"live must be True or False; got {live!r}")
    labels, units = ({} if words is None else words for words in (labels, units))
    plan = read_plan(name, draws, describe, _together(controls, more), labels, units, play)
    return live_explorer(plan, predict) if live else page_explorer(plan, predict)


def _together(controls: object, more: dict[str, Any]) -> dict[str, Any]:
    if controls is None:
        return more
    if not isinstance(controls, Mapping):
        raise TypeError(f"controls must be a mapping of names to controls; got {controls!r}")
    if twice := sorted(set(controls) & set(more)):
        raise ValueError(f"controls must be named once; got {twice[0]!r} twice")
    return {**controls, **more}


def score() -> Shown:
    """Return a line that recalls how many answers of its page the reader has predicted."""
    return Shown('<p class="explorer-score" role="status"></p>', "Your predictions")


def picture(figure: Figure, text: str) -> Shown:
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
    if not is_text(text):
        raise ValueError(f"text must be a sentence that says what the figure shows; got {text!r}")
    return Shown(page_picture(figure, text), "Picture", text)
