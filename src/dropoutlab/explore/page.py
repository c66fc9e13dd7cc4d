"""An explorer in the built book: every frame of every part inside the page, no kernel.

The page gets the default frames as an ordinary figure, native controls that stay hidden until
`static/explore.js` makes them work, and the other frames as gzip-compressed JSON in base64:

    {"lines": [markup, ...],
     "parts": [{"of": [control, ...], "frames": [[line, ...], ...], "at": [frame, ...]}, ...],
     "said": {"of": [control, ...], "texts": [sentence, ...]}}

A part is drawn over the controls in `of`. `at` and `texts` have one entry a combination of their
values, the last control running fastest. Frames share most of their lines, and each line is written
once. The address of a page keeps the controls that are not at their default, as texts:
#curves.keep_prob=0.3&curves.y=2
"""

import base64
import gzip
import json
import re
from collections.abc import Sequence
from dataclasses import replace
from html import escape
from itertools import count

from joblib import delayed
from matplotlib.figure import Figure

from dropoutlab._names import public_dir
from dropoutlab._progress import on_all_cores
from dropoutlab.explore.book import building_book
from dropoutlab.explore.controls import Control, Part, Plan
from dropoutlab.explore.document import Shown
from dropoutlab.explore.frame import frame_markup, frame_text
from dropoutlab.explore.questions import Question
from dropoutlab.explore.svg import figure_markup, sentence_markup, set_words

__dir__ = public_dir(__name__)

PARALLEL_FRAMES = 60
_SIZE = re.compile(r'viewBox="0 0 ([^"]*)"')
MAX_WEIGHT = 120_000  # bytes of packed frames, of one explorer
MAX_PAGE_WEIGHT = 400_000  # of all explorers of a page

_weights_on_this_page: dict[str, int] = {}
_pictures = count(1)


def page_explorer(plan: Plan, question: Question | None = None) -> Shown:
    """Return the explorer with all its pictures; raise if its name is taken on this page."""
    if plan.name in _weights_on_this_page and building_book():
        raise ValueError(
            f"name must differ between the explorers of a page; got {plan.name!r} twice"
        )
    asked = _asked(plan, question) if question else ""
    frames = _frames(replace(plan, veiled=bool(question and question.veiled)))
    texts = [frame_text(plan, values) for values in plan.describe.grid(plan.controls)]
    packed = _packed(plan, frames, texts)
    _weigh(plan.name, len(packed))
    first = [of_part[_start(plan, part)] for part, of_part in zip(plan.draws, frames, strict=True)]
    controls = "".join(_control(plan.name, control) for control in plan.controls)
    room = max(
        (len(text) for c in plan.controls if c.kind == "slider" for text in c.texts), default=0
    )
    text = texts[_start(plan, plan.describe)]
    markup = (
        f'<div class="explorer" role="group" aria-label="{_title(plan.name)}" '
        f'data-name="{plan.name}">\n{asked}'
        f'<div class="explorer-controls" style="--room: {room + 1}ch">\n{controls}</div>\n'
        f"{_figure(first, text, texts)}{_LINK}"
        f'<script type="text/plain" class="explorer-frames">{packed}</script>\n'
        "</div>"
    )
    return Shown(markup, f"Explorer {_title(plan.name)}", text)


def page_picture(figure: Figure, text: str) -> str:
    """Return a still figure as HTML, its ids made unique by counting."""
    markup = figure_markup(figure, f".{next(_pictures)}")  # no explorer's name begins with a dot
    return f'<div class="explorer">{_figure([markup], text)}</div>'


def unpack_frames(packed: str) -> tuple[list[list[str]], list[str]]:
    """Return the frames of each part and the sentences of a page's explorer, grid by grid."""
    data = json.loads(gzip.decompress(base64.b64decode(packed)))
    parts = []
    for part in data["parts"]:
        frames = ["\n".join(data["lines"][k] for k in frame) for frame in part["frames"]]
        parts.append([frames[k] for k in part["at"]])
    return parts, data["said"]["texts"]


def _frames(plan: Plan) -> list[list[str]]:
    """Every frame, on all cores where there are enough of them to pay for starting workers."""
    jobs = [(part, values) for part in plan.draws for values in part.grid(plan.controls)]
    workers = -1 if len(jobs) >= PARALLEL_FRAMES else 1
    calls = [delayed(frame_markup)(plan, *job) for job in jobs]
    frames = on_all_cores(calls, "pictures", workers=workers)
    for k in {0, len(jobs) // 2, len(jobs) - 1}:
        if frame_markup(plan, *jobs[k]) != frames[k]:
            raise ValueError(
                f"explorer {plan.name!r}: draw must give the same picture for the same values; "
                f"it gave two at {jobs[k][1]}"
            )
    found = iter(frames)
    parts = [[next(found) for _ in part.grid(plan.controls)] for part in plan.draws]
    _check_sizes(plan, parts)
    return parts


def _check_sizes(plan: Plan, parts: Sequence[Sequence[str]]) -> None:
    """Raise if the pictures of a part differ in size: the page below would jump."""
    for part, of_part in zip(plan.draws, parts, strict=True):
        sizes = {_SIZE.search(frame)[1] for frame in of_part}
        if len(sizes) > 1:
            name = getattr(part.function, "__name__", "draw")
            raise ValueError(
                f"explorer {plan.name!r}: {name} must return figures of one size, so that nothing "
                f"below them moves; got {' and '.join(sorted(sizes))} points"
            )


def _start(plan: Plan, part: Part) -> int:
    """The place on its own grid where a part starts."""
    index = 0
    for k in part.controls:
        index = index * len(plan.controls[k].values) + plan.start[k]
    return index


def _packed(plan: Plan, frames: Sequence[Sequence[str]], texts: Sequence[str]) -> str:
    numbers: dict[str, int] = {}
    parts = []
    for part, of_part in zip(plan.draws, frames, strict=True):
        shapes: dict[tuple[int, ...], int] = {}
        at = []
        for frame in of_part:
            lines = tuple(numbers.setdefault(line, len(numbers)) for line in frame.split("\n"))
            at.append(shapes.setdefault(lines, len(shapes)))
        parts.append({"of": part.controls, "frames": list(shapes), "at": at})
    said = {"of": plan.describe.controls, "texts": texts}
    data = {"lines": list(numbers), "parts": parts, "said": said}
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return base64.b64encode(gzip.compress(text.encode(), 9, mtime=0)).decode()


def _weigh(name: str, weight: int) -> None:
    """Keep the weight of an explorer; raise if it or its page is too heavy."""
    whole = sum(_weights_on_this_page.values()) + weight if building_book() else weight
    for what, found, most in (
        (f"explorer {name!r}", weight, MAX_WEIGHT),
        (f"the page with explorer {name!r}", whole, MAX_PAGE_WEIGHT),
    ):
        if found > most:
            raise ValueError(
                f"{what} must weigh at most {most // 1000} kB; got {found / 1000:.0f} kB: "
                "let draw change fewer lines, or take fewer values"
            )
    _weights_on_this_page[name] = weight


def _title(name: str) -> str:
    return " ".join(name.replace("_", " ").replace("-", " ").split())


def _figure(pictures: Sequence[str], text: str, texts: Sequence[str] = ()) -> str:
    """The pictures side by side, and the sentence, with room for the longest."""
    label = escape(text, quote=True)
    parts = "\n".join(f'<div class="explorer-picture">{markup}</div>' for markup in pictures)
    longest = sentence_markup(max(texts, key=len)) if texts else ""
    room = f'<span class="explorer-room" aria-hidden="true">{longest} mmm</span>' if texts else ""
    return (
        f'<figure>\n<div class="explorer-pictures" role="img" aria-label="{label}">\n{parts}\n'
        f'</div>\n<figcaption><span class="explorer-sentence">{sentence_markup(text)}</span>{room}'
        "</figcaption>\n</figure>\n"
    )


def _asked(plan: Plan, question: Question) -> str:
    """A question, hidden but for its text where no script runs, its answer, and room for it."""
    identity = f"explorer-{plan.name}-"
    guess = max(question.texts, key=len)
    longest = f"You predicted {guess}, and it is not so. {question.because}"
    if question.is_range:
        middle = len(question.texts) // 2
        texts = escape(json.dumps(question.texts, ensure_ascii=False), quote=True)
        current = escape(question.texts[middle], quote=True)
        answers = (
            f'<span class="explorer-guess"><input type="range" name="guess" min="0" '
            f'max="{len(question.texts) - 1}" value="{middle}" data-words="{texts}" '
            f'aria-label="your guess" aria-valuetext="{current}">'
            f"<span>{current}</span></span>"
        )
    else:
        answers = "".join(
            f'<label><input type="radio" name="guess" value="{k}" required> '
            f"{sentence_markup(text)}</label>"
            for k, text in enumerate(question.texts)
        )
    low, high = question.right
    hint = '<span class="explorer-hint">Then the picture can be moved.</span>'
    veil, hint = (" explorer-veil", "") if question.veiled else ("", hint)
    places = plan.places_of(question.at, f"explorer {plan.name!r}: at")
    at = f' data-set="{set_words(places)}"' if places else ""
    return (
        f'<form class="explorer-question{veil}" data-right="{low} {high}" '
        f'aria-labelledby="{identity}">'
        f'<p id="{identity}">{sentence_markup(question.text)}</p>\n'
        f'<div class="explorer-guesses">{answers}\n<span style="white-space: nowrap">'
        '<button>Commit</button> <button type="button">Just show me</button></span>'
        f"{hint}</div>\n"
        f'<p class="explorer-answer"><span role="status"></span> '
        f"{sentence_markup(question.because)}</p>\n"
        f'<p class="explorer-room" aria-hidden="true"{at}>{sentence_markup(longest)} mmm</p>'
        "</form>\n"
    )


_LINK = (
    '<p class="explorer-share"><button type="button" class="explorer-link">Copy link to this view'
    '</button> <span class="explorer-said" role="status"></span></p>\n'
    '<p class="explorer-heard" role="status"></p>\n'
)


def _control(explorer: str, control: Control) -> str:
    identity = f"explorer-{explorer}-{control.name}"
    texts = escape(json.dumps(control.texts, ensure_ascii=False), quote=True)
    shared = f'id="{identity}" name="{control.name}" data-texts="{texts}" autocomplete="off"'
    label = f'<label for="{identity}">{sentence_markup(control.label)}</label>'
    player = _player(control) if control.play else ""
    row = '<div class="explorer-switch">' if control.kind == "checkbox" else "<div>"
    return f"{row}{label}\n{_INPUTS[control.kind](identity, shared, control)}{player}</div>\n"


def _slider(identity: str, shared: str, control: Control) -> str:
    current = escape(control.texts[control.start], quote=True)
    return (
        f'<input type="range" {shared} min="0" max="{len(control.values) - 1}" step="1" '
        f'value="{control.start}" aria-valuetext="{current}">'
        f'<span class="explorer-value" aria-hidden="true">{current}</span>'
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
        ("Play", ' style="min-width: 4rem"', "Play"),  # or Pause
        ("Step forward", "", "▶"),
    )
    return (
        f'<span class="explorer-play" data-control="{control.name}">'
        + "".join(
            f'<button type="button" aria-label="{action}: {label}"{room}>{sign}</button>'
            for action, room, sign in buttons
        )
        + "</span>"
    )


_INPUTS = {"slider": _slider, "choice": _choice, "checkbox": _checkbox}
