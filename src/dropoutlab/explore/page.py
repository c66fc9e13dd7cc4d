"""An explorer in the built book: every frame of its grid inside the page, no kernel.

The page gets the default frame as an ordinary figure, native controls that stay hidden until
`static/explore.js` makes them work, and the other frames as gzip-compressed JSON in base64:

    {"lines": [markup, ...], "frames": [[line number, ...], ...], "frame_at": [frame number, ...],
     "texts": [sentence, ...]}

`frame_at` and `texts` have one entry a combination of values, the last control running fastest.
Frames share most of their lines, and each line is written once.
"""

import base64
import gzip
import json
from collections.abc import Callable, Iterator, Sequence
from html import escape
from itertools import count, product

from IPython.display import HTML
from joblib import Parallel, delayed
from matplotlib.figure import Figure

from dropoutlab.explore.controls import Control
from dropoutlab.explore.frame import frame_markup, frame_text
from dropoutlab.explore.svg import figure_markup, sentence_markup

PARALLEL_FRAMES = 60

_names_on_this_page: set[str] = set()
_pictures = count(1)


def page_explorer(
    name: str,
    draw: Callable[..., Figure],
    describe: Callable[..., str],
    controls: Sequence[Control],
) -> HTML:
    """Return the explorer as self-contained HTML; raise if its name is taken on this page."""
    if name in _names_on_this_page:
        raise ValueError(f"name must differ between the explorers of a page; got {name!r} twice")
    frames = _frames(name, draw, list(grid_values(controls)))
    texts = [frame_text(name, describe, values) for values in grid_values(controls)]
    _names_on_this_page.add(name)
    start = _start_index(controls)
    return HTML(
        f'<div class="explorer" data-name="{name}" data-start="{start}">\n'
        f'<div class="explorer-controls">\n{"".join(_control(name, c) for c in controls)}</div>\n'
        f"{_figure(frames[start], texts[start])}{_LINK}"
        f'<script type="text/plain" class="explorer-frames">{_packed(frames, texts)}</script>\n'
        "</div>"
    )


def page_picture(figure: Figure, text: str) -> str:
    """Return a still figure as HTML, its ids made unique by counting."""
    markup = figure_markup(figure, f"picture.{next(_pictures)}")  # no explorer's name has a dot
    return f'<div class="explorer">{_figure(markup, text)}</div>'


def unpack_frames(packed: str) -> tuple[list[str], list[str]]:
    """Return the frames and sentences of a page's explorer, one a combination of values."""
    data = json.loads(gzip.decompress(base64.b64decode(packed)))
    frames = ["\n".join(data["lines"][k] for k in frame) for frame in data["frames"]]
    return [frames[k] for k in data["frame_at"]], data["texts"]


def grid_values(controls: Sequence[Control]) -> Iterator[dict[str, object]]:
    """Yield every combination of the controls' values, the last control running fastest."""
    for values in product(*(control.values for control in controls)):
        yield {control.name: value for control, value in zip(controls, values, strict=True)}


def _frames(
    name: str, draw: Callable[..., Figure], combinations: Sequence[dict[str, object]]
) -> list[str]:
    """Every frame, on all cores where there are enough of them to pay for starting workers."""
    workers = -1 if len(combinations) >= PARALLEL_FRAMES else 1
    frames = Parallel(workers)(delayed(frame_markup)(name, draw, values) for values in combinations)
    for k in {0, len(combinations) // 2, len(combinations) - 1}:
        if frame_markup(name, draw, combinations[k]) != frames[k]:
            raise ValueError(
                f"explorer {name!r}: draw must give the same picture for the same values; "
                f"it gave two at {combinations[k]}"
            )
    return frames


def _start_index(controls: Sequence[Control]) -> int:
    index = 0
    for control in controls:
        index = index * len(control.values) + control.start
    return index


def _packed(frames: Sequence[str], texts: Sequence[str]) -> str:
    numbers: dict[str, int] = {}
    shapes: dict[tuple[int, ...], int] = {}
    frame_at = []
    for frame in frames:
        lines = tuple(numbers.setdefault(line, len(numbers)) for line in frame.split("\n"))
        frame_at.append(shapes.setdefault(lines, len(shapes)))
    data = {"lines": list(numbers), "frames": list(shapes), "frame_at": frame_at, "texts": texts}
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return base64.b64encode(gzip.compress(text.encode(), 9, mtime=0)).decode()


def _figure(markup: str, text: str) -> str:
    label = escape(text, quote=True)
    return (
        f'<figure>\n<div class="explorer-picture" role="img" aria-label="{label}">{markup}'
        f'</div>\n<figcaption aria-live="polite">{sentence_markup(text)}</figcaption>\n</figure>\n'
    )


_LINK = (
    '<p class="explorer-share"><button type="button" class="explorer-link">Copy link to this view'
    '</button> <span class="explorer-said" role="status"></span></p>\n'
)


def _control(explorer: str, control: Control) -> str:
    identity = f"explorer-{explorer}-{control.name}"
    texts = escape(json.dumps(control.texts, ensure_ascii=False), quote=True)
    shared = f'id="{identity}" name="{control.name}" data-texts="{texts}" autocomplete="off"'
    label = f'<label for="{identity}">{escape(control.label)}</label>'
    player = _player(control) if control.play else ""
    return f"<div>{label}\n{_INPUTS[control.kind](identity, shared, control)}{player}</div>\n"


def _slider(identity: str, shared: str, control: Control) -> str:
    current = escape(control.texts[control.start], quote=True)
    return (
        f'<input type="range" {shared} min="0" max="{len(control.values) - 1}" step="1" '
        f'value="{control.start}" aria-valuetext="{current}">'
        f'<output for="{identity}">{current}</output>'
    )


def _choice(_identity: str, shared: str, control: Control) -> str:
    options = "".join(
        f'<option value="{k}"{" selected" if k == control.start else ""}>{escape(text)}</option>'
        for k, text in enumerate(control.texts)
    )
    return f"<select {shared}>{options}</select>"


def _checkbox(_identity: str, shared: str, control: Control) -> str:
    return f'<input type="checkbox" {shared}{" checked" if control.start else ""}>'


def _player(control: Control) -> str:
    label = escape(control.label, quote=True)
    buttons = (
        ("Step back", "", "◀"),
        ("Play", ' aria-pressed="false"', "Play"),
        ("Step forward", "", "▶"),
    )
    return (
        f'<span class="explorer-play" data-control="{control.name}">'
        + "".join(
            f'<button type="button" aria-label="{action}: {label}"{state}>{sign}</button>'
            for action, state, sign in buttons
        )
        + "</span>"
    )


_INPUTS = {"slider": _slider, "choice": _choice, "checkbox": _checkbox}
