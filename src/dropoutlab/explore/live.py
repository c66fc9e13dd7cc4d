"""An explorer in a running notebook: ipywidgets, and a picture replaced in place.

A frame is drawn when its values are first asked for, and kept. While the reader looks, the frames
one move away are drawn ahead, one at a time, so that a message never waits longer than one frame.
"""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import suppress
from html import escape
from typing import Any

import ipywidgets as widgets

from dropoutlab._names import public_dir
from dropoutlab.explore.controls import Control, Plan
from dropoutlab.explore.frame import frame_markup, frame_text
from dropoutlab.explore.questions import Question
from dropoutlab.explore.svg import sentence_markup

__dir__ = public_dir(__name__)

WIDTH = "36rem"
PART = "18rem"
PAUSE = 0.2  # seconds without a change before frames are drawn ahead


class Frames:
    """The frames and sentences of an explorer, each part's by the values that it depends on."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.kept: dict[tuple[int, ...], str] = {}
        self.waiting: asyncio.TimerHandle | None = None

    def frame(self, place: tuple[int, ...]) -> list[str]:
        """Return the markup of every part and the sentence at a place: one index a control."""
        return [self._of_part(k, place) for k in range(len(self.plan.draws) + 1)]

    def _of_part(self, number: int, place: tuple[int, ...]) -> str:
        plan = self.plan
        part = (*plan.draws, plan.describe)[number]
        key = (number, *(place[k] for k in part.controls))
        if key not in self.kept:
            values = part.values(plan.controls, place)
            self.kept[key] = (
                frame_text(plan, values)
                if part is plan.describe
                else frame_markup(plan, part, values)
            )
        return self.kept[key]

    def near(self, place: tuple[int, ...]) -> Iterator[tuple[int, tuple[int, ...]]]:
        """Yield the parts that one control changes, and the places where it takes them."""
        parts = (*self.plan.draws, self.plan.describe)
        for axis, control in enumerate(self.plan.controls):
            for k in sorted(range(len(control.values)), key=lambda k: abs(k - place[axis])):
                other = (*place[:axis], k, *place[axis + 1 :])
                for number, part in enumerate(parts):
                    key = (number, *(other[k] for k in part.controls))
                    if key not in self.kept:
                        yield number, other

    def draw_ahead(self, place: tuple[int, ...]) -> None:
        """Draw the frames near a place once nothing else has been asked for a while."""
        if self.waiting:
            self.waiting.cancel()
        with suppress(RuntimeError):  # no event loop, so no idle moments: nothing is drawn ahead
            loop = asyncio.get_running_loop()
            self.waiting = loop.call_later(PAUSE, self._next, loop, self.near(place))

    def _next(
        self, loop: asyncio.AbstractEventLoop, places: Iterator[tuple[int, tuple[int, ...]]]
    ) -> None:
        with suppress(Exception):  # it is raised when the reader goes there
            for number, place in places:
                self._of_part(number, place)
                self.waiting = loop.call_later(0, self._next, loop, places)
                return


def live_explorer(plan: Plan, question: Question | None = None) -> widgets.Widget:
    """Return a box with one widget a control, the pictures and the sentence under them."""
    controls = plan.controls
    handles = [_widget(control) for control in controls]
    pictures, sentence = [widgets.HTML() for _ in plan.draws], widgets.HTML()
    frames = Frames(plan)

    def show(_change: object = None) -> None:
        place = tuple(map(_index, handles, controls))
        *markups, text = frames.frame(place)
        for picture, markup in zip(pictures, markups, strict=True):
            picture.value = (
                f'<div role="img" aria-label="{escape(text, quote=True)}">{markup}</div>'
            )
        sentence.value = f'<p aria-live="polite">{sentence_markup(text)}</p>'
        frames.draw_ahead(place)

    def follow(_change: object) -> None:
        try:
            show()
        except Exception as error:
            # where it is looked for: a raised error of a callback ends in a log that nobody opens
            for picture in pictures:
                picture.value = ""
            sentence.value = f'<p role="alert"><strong>{escape(str(error))}</strong></p>'

    for handle in handles:
        handle.observe(follow, names="value")
    show()
    rows = [_with_player(*pair) for pair in zip(controls, handles, strict=True)]
    many = len(pictures) > 1
    side_by_side = widgets.Layout(flex_flow="row wrap") if many else widgets.Layout()
    for picture in pictures:
        picture.layout = widgets.Layout(flex=f"1 1 {PART}", max_width="100%" if many else None)
    layout = widgets.Layout(max_width=None if many else WIDTH)
    box = widgets.VBox([*rows, widgets.Box(pictures, layout=side_by_side), sentence], layout=layout)
    return _after(question, plan, handles, box) if question else box


def _after(
    question: Question, plan: Plan, handles: Sequence[widgets.ValueWidget], box: widgets.VBox
) -> widgets.VBox:
    """Put a question before an explorer: what moves it appears with the answer, which moves it."""
    places = plan.places_of(question.at, f"explorer {plan.name!r}: at")
    texts = list(question.texts)
    kind = widgets.SelectionSlider if question.is_range else widgets.RadioButtons
    guess = kind(options=texts, value=texts[len(texts) // 2] if question.is_range else None)
    commit, shown = (widgets.Button(description=text) for text in ("Commit", "Just show me"))
    answer = widgets.HTML()
    asking = widgets.VBox([guess, widgets.HBox([commit, shown])])
    whole = widgets.VBox([widgets.HTML(f"<p>{sentence_markup(question.text)}</p>"), asking])

    def reveal(button: widgets.Button) -> None:
        said = ""
        if button is commit:
            if guess.index is None:
                return
            low, high = question.right
            right = low <= guess.index <= high
            said = f"You predicted {guess.value}, and it is {'' if right else 'not '}so. "
        answer.value = f"<p>{sentence_markup(said + question.because)}</p>"
        whole.children = (whole.children[0], answer, box)
        for k, place in places.items():
            handles[k].value = plan.controls[k].values[place]

    for button in (commit, shown):
        button.on_click(reveal)
    return whole


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
