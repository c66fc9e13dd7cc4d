"""Feedback on the exercises of the book: what is right, what is not yet, and not the answer.

    check("masking-1", deviation=..., share=...)

What is right is computed when it is asked for, by sympy, by counting masks or by a run: no answer
is written down here.
"""

from inspect import signature

from dropoutlab._names import known_name, public_dir
from dropoutlab._words import minus
from dropoutlab.exercises import (
    _beyond_linear,
    _coadaptation,
    _errata,
    _evidence,
    _masking,
    _practice,
    _regularizer,
    _scaling,
)
from dropoutlab.exercises._grading import UNANSWERED, Feedback, Judge, is_missing

__all__ = ["EXERCISES", "Feedback", "check"]
CHAPTERS = (
    _coadaptation,
    _masking,
    _scaling,
    _regularizer,
    _beyond_linear,
    _evidence,
    _practice,
    _errata,
)
EXERCISES: dict[str, Judge] = {
    name: judge for chapter in CHAPTERS for name, judge in chapter.EXERCISES.items()
}
__dir__ = public_dir(__name__)


def check(name: str, *answer: object, **answers: object) -> Feedback:
    """Return what is right in the answer to an exercise, and what is not yet.

    Args:
        name: of the exercise, its chapter and its number: one of EXERCISES.
        answer: its parts, in order; `...` stands for one that is not there yet.
        answers: its parts by name.

    Returns:
        Feedback, true if the whole answer is right.

    Raises:
        TypeError: the exercise has other parts, or a part is of the wrong kind.
        ValueError: no exercise has this name, or a part cannot be an answer; the message says what
            can be.
    """
    judge = EXERCISES[known_name("name", name, EXERCISES, "an exercise")]
    try:
        parts = signature(judge).bind(*answer, **answers).arguments
    except TypeError as error:
        asked = "".join(f", {part}=..." for part in signature(judge).parameters)
        raise TypeError(f"answer must be written check({name!r}{asked}); got {error}") from None
    if is_missing(list(parts.values())):
        return Feedback(None, UNANSWERED)
    judged = list(judge(**parts))
    return Feedback(all(right for right, _ in judged), minus(" ".join(text for _, text in judged)))
