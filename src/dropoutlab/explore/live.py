"""An explorer in a running notebook: ipywidgets, and a picture replaced in place.

A frame is drawn when its values are first asked for, and kept. While the reader looks, the frames
one move away are drawn ahead, one at a time, so that a message never waits longer than one frame.
"""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from html import escape
from typing import Any

import ipywidgets as widgets
from matplotlib.figure import Figure

from dropoutlab.explore.controls import Control
from dropoutlab.explore.frame import frame_markup, frame_text
from dropoutlab.explore.svg import sentence_markup

WIDTH = "36rem"
PAUSE = 0.2  # seconds without a change before frames are drawn ahead


class Frames:
    """The frames of an explorer, by the place of their values on the controls' grid."""

    def __init__(
        self,
        name: str,
        draw: Callable[..., Figure],
        describe: Callable[..., str],
        controls: Sequence[Control],
    ) -> None:
        self.name, self.draw, self.describe, self.controls = name, draw, describe, controls
        self.kept: dict[tuple[int, ...], tuple[str, str]] = {}
        self.waiting: asyncio.TimerHandle | None = None

    def frame(self, place: tuple[int, ...]) -> tuple[str, str]:
        """Return the markup and the sentence at a place: one index a control."""
        if place not in self.kept:
            values = {c.name: c.values[k] for c, k in zip(self.controls, place, strict=True)}
            self.kept[place] = (
                frame_markup(self.name, self.draw, values),
                frame_text(self.name, self.describe, values),
            )
        return self.kept[place]

    def near(self, place: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
        """Yield the places that one control reaches from here and that are not drawn yet."""
        for axis, control in enumerate(self.controls):
            for k in sorted(range(len(control.values)), key=lambda k: abs(k - place[axis])):
                other = (*place[:axis], k, *place[axis + 1 :])
                if other not in self.kept:
                    yield other

    def draw_ahead(self, place: tuple[int, ...]) -> None:
        """Draw the frames near a place once nothing else has been asked for a while."""
        if self.waiting:
            self.waiting.cancel()
        with suppress(RuntimeError):  # no event loop, so no idle moments: nothing is drawn ahead
            loop = asyncio.get_running_loop()
            self.waiting = loop.call_later(PAUSE, self._next, loop, self.near(place))

    def _next(self, loop: asyncio.AbstractEventLoop, places: Iterator[tuple[int, ...]]) -> None:
        with suppress(Exception):  # it is raised when the reader goes there
            for place in places:
                self.frame(place)
                self.waiting = loop.call_later(0, self._next, loop, places)
                return


def live_explorer(
    name: str,
    draw: Callable[..., Figure],
    describe: Callable[..., str],
    controls: Sequence[Control],
) -> widgets.Widget:
    """Return a box with one widget a control, the picture and the sentence under it."""
    handles = [_widget(control) for control in controls]
    picture, sentence = widgets.HTML(), widgets.HTML()
    frames = Frames(name, draw, describe, controls)

    def show(_change: object = None) -> None:
        place = tuple(map(_index, handles, controls))
        markup, text = frames.frame(place)
        picture.value = f'<div role="img" aria-label="{escape(text, quote=True)}">{markup}</div>'
        sentence.value = f'<p aria-live="polite">{sentence_markup(text)}</p>'
        frames.draw_ahead(place)

    for handle in handles:
        handle.observe(show, names="value")
    show()
    layout = widgets.Layout(max_width=WIDTH)
    rows = [_with_player(*pair) for pair in zip(controls, handles, strict=True)]
    return widgets.VBox([*rows, picture, sentence], layout=layout)


def _with_player(control: Control, handle: widgets.Widget) -> widgets.Widget:
    if not control.play:
        return handle
    player = widgets.Play(min=0, max=len(control.values) - 1, interval=700, value=control.start)
    widgets.link((player, "value"), (handle, "index"))
    return widgets.HBox([handle, player])


def _index(handle: widgets.ValueWidget, control: Control) -> int:
    return int(handle.value) if control.kind == "checkbox" else handle.index


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
