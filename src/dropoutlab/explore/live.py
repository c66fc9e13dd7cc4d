"""An explorer in a running notebook: ipywidgets, and a picture replaced in place."""

from collections.abc import Callable, Sequence
from html import escape
from typing import Any

import ipywidgets as widgets
from matplotlib.figure import Figure

from dropoutlab.explore.controls import Control
from dropoutlab.explore.svg import figure_markup

WIDTH = "36rem"


def live_explorer(
    name: str,
    draw: Callable[..., Figure],
    describe: Callable[..., str],
    controls: Sequence[Control],
) -> widgets.Widget:
    """Return a box with one widget a control, the picture and the sentence under it."""
    handles = {control.name: _widget(control) for control in controls}
    picture, sentence = widgets.HTML(), widgets.HTML()

    def show(_change: object = None) -> None:
        values = {handle: widget.value for handle, widget in handles.items()}
        text = escape(describe(**values), quote=True)
        markup = figure_markup(draw(**values), name)
        picture.value = f'<div role="img" aria-label="{text}">{markup}</div>'
        sentence.value = f'<p aria-live="polite">{text}</p>'

    for widget in handles.values():
        widget.observe(show, names="value")
    show()
    layout = widgets.Layout(max_width=WIDTH)
    rows = [_with_player(control, handles[control.name]) for control in controls]
    return widgets.VBox([*rows, picture, sentence], layout=layout)


def _with_player(control: Control, handle: widgets.Widget) -> widgets.Widget:
    if not control.play:
        return handle
    player = widgets.Play(min=0, max=len(control.values) - 1, interval=700, value=control.start)
    widgets.link((player, "value"), (handle, "index"))
    return widgets.HBox([handle, player])


def _widget(control: Control) -> widgets.ValueWidget:
    shared: dict[str, Any] = {
        "description": control.label,
        "value": control.values[control.start],
        "style": {"description_width": "initial"},
        "layout": widgets.Layout(width="100%"),
    }
    if control.kind == "checkbox":
        return widgets.Checkbox(**shared)
    options = list(zip(control.texts, control.values, strict=True))
    kind = widgets.Dropdown if control.kind == "choice" else widgets.SelectionSlider
    return kind(options=options, **shared)
