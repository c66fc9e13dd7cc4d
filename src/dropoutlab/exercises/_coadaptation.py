"""Exercises of the chapter `coadaptation`."""

from collections.abc import Iterator
from math import isclose

import sympy as sp

from dropoutlab import experiments, training
from dropoutlab._checks import choice, real_number
from dropoutlab.exercises._grading import CLOSE, Part, moves, said

FEW, MANY = 250, 1000  # examples
MOVES = ("rises", "falls", "stays")


def least_mean_error(w_1: float, w_2: float) -> Iterator[Part]:
    """Judge the pair on the line w_1 + w_2 = 1 that loses least if either unit is gone."""
    w_1, w_2 = (real_number(*item, "a number") for item in (("w_1", w_1), ("w_2", w_2)))
    on_the_line = isclose(w_1 + w_2, 1, abs_tol=CLOSE)
    yield said(
        on_the_line,
        "Together they are right.",
        f"Together they must make 1, and yours make {w_1 + w_2:g}.",
    )
    if on_the_line:
        w = sp.Symbol("w", real=True)
        mean_error = ((1 - w) ** 2 / 2 + (1 - (1 - w)) ** 2 / 2) / 2
        (best,) = sp.solve(sp.diff(mean_error, w), w)
        found = float(mean_error.subs(w, w_1))
        yield said(
            isclose(w_1, best, abs_tol=CLOSE),
            "No other pair on the line has so small a mean error.",
            f"Alone their mean error is {found:.3g}, and another pair on the line has less.",
        )


def more_examples(training_error: str, test_error: str, gap: str) -> Iterator[Part]:
    """Judge what more examples do to the errors, with networks that are trained now."""
    answers = {"training error": training_error, "test error": test_error, "gap": gap}
    few, many = _errors(FEW), _errors(MANY)
    for name, answer in answers.items():
        right = choice(name.replace(" ", "_"), answer, MOVES) == moves(few[name], many[name], 1)
        yield said(
            right,
            f"The {name}: so it is.",
            f"The {name}: not yet. Run the cell above with {FEW} and with {MANY} examples.",
        )


def _errors(examples: int) -> dict[str, float]:
    trained = experiments.train_arm(experiments.Arm("none", train_size=examples), range(2))
    train, test = (
        100 * training.evaluate(trained.network, *part)[1].mean()
        for part in (trained.train, trained.test)
    )
    return {"training error": train, "test error": test, "gap": test - train}


EXERCISES = {
    "coadaptation-2": least_mean_error,
    "coadaptation-3": more_examples,
}
