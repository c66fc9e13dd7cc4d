"""Questions that a reader answers before the picture can be moved."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from numbers import Integral

from dropoutlab._names import did_you_mean, public_dir
from dropoutlab.explore.controls import check_differ, is_number, is_text, range_values

__dir__ = public_dir(__name__)


@dataclass(frozen=True)
class Question:
    """A question, what can be said to it, and what is right; made by `ask`.

    texts: what can be said. is_range: whether they are the places of a slider. right: the first and
    the last place that count as right. because: a sentence with the answer. veiled: whether what
    the pictures show is hidden until then. at: where the controls go then.
    """

    text: str
    texts: tuple[str, ...]
    is_range: bool
    right: tuple[int, int]
    because: str
    veiled: bool = False
    at: Mapping[str, object] = field(default_factory=dict)


def ask(
    question: str,
    options: Sequence[str] | tuple[float, float, float],
    *,
    answer: str | float,
    because: str,
    unit: str = "",
    within: int = 1,
    veiled: bool = False,
    at: Mapping[str, object] | None = None,
) -> Question:
    """Return a question for `explore(predict=...)`.

    Args:
        question: one sentence.
        options: a list of texts to choose from, or (low, high, step) of a slider.
        answer: the right option, or a number, which need not be on the slider's grid.
        because: one sentence that says the answer and why, with the computed numbers.
        unit: of a slider's numbers.
        within: by how many steps of the slider a guess may be off and still count as right.
        veiled: whether the pictures are empty until the question is answered, axes and legend
            apart, because already the first of them shows what is right. On paper and without
            script all is there.
        at: values by the names of controls: where the answer takes them, so that the pictures show
            it. They stay if None.

    Raises:
        TypeError, ValueError: an argument is of the wrong kind or out of range; the message names
            it.
    """
    for name, words in (("question", question), ("because", because)):
        if not is_text(words):
            raise TypeError(f"{name} must be a sentence; got {words!r}")
    if not isinstance(veiled, bool):
        raise TypeError(f"veiled must be True or False; got {veiled!r}")
    if not (at is None or isinstance(at, Mapping)):
        raise TypeError(f"at must be a mapping of names of controls to values; got {at!r}")
    then = (because, veiled, dict(at or {}))
    if isinstance(options, list):
        return Question(question, *_of_list(options, answer), *then)
    if isinstance(options, tuple):
        return Question(question, *_of_range(options, answer, unit, within), *then)
    raise TypeError(
        f"options must be a list of texts or (low, high, step) of a slider; got {options!r}"
    )


def _of_list(options: list[str], answer: object) -> tuple[tuple[str, ...], bool, tuple[int, int]]:
    if len(options) < 2 or not all(map(is_text, options)):
        raise TypeError(f"options must be at least two texts; got {options!r}")
    check_differ("options", options)
    if not isinstance(answer, str) or answer not in options:
        hint = did_you_mean(answer, options)
        raise ValueError(f"answer must be one of {options!r}; got {answer!r}{hint}")
    place = options.index(answer)
    return tuple(options), False, (place, place)


def _of_range(
    options: tuple[float, ...], answer: object, unit: str, within: object
) -> tuple[tuple[str, ...], bool, tuple[int, int]]:
    values, texts = range_values("options", options)
    if not isinstance(unit, str):
        raise TypeError(f"unit must be a text; got {unit!r}")
    if not isinstance(within, Integral) or isinstance(within, bool) or within < 0:
        raise TypeError(f"within must be a whole number of steps, at least 0; got {within!r}")
    if not is_number(answer) or not values[0] <= answer <= values[-1]:
        raise ValueError(
            f"answer must be a number from {values[0]} to {values[-1]}; got {answer!r}"
        )
    number, steps = float(answer), int(within)  # NumPy's small integers can overflow
    nearest = min(range(len(values)), key=lambda k: abs(values[k] - number))
    right = (max(0, nearest - steps), min(len(values) - 1, nearest + steps))
    return tuple(f"{text} {unit}".strip() for text in texts), True, right
