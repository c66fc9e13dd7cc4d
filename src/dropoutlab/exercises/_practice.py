"""Exercises of the chapter `practice`."""

from collections.abc import Callable, Iterator
from math import isclose

import numpy as np
from scipy import stats

from dropoutlab import conventions, experiments
from dropoutlab._checks import probability, whole_number
from dropoutlab.exercises._grading import CLOSE, Part, called, said

KEPT = 0.8


def enough_passes(passes: int) -> Iterator[Part]:
    """Judge how many passes bring the mean of a coin to within a tenth of its spread."""
    passes = whole_number("passes", passes, 1, 10**6)
    share = stats.binom(passes, 0.5).std() / passes / stats.bernoulli(0.5).std()
    found = f"the mean of {passes} passes is off by {share:.3g} of the spread"
    if share > 0.1 + CLOSE:
        yield False, f"Not yet: {found}."
    else:
        yield said(share > 0.095, f"Right: {found}.", f"More than enough: {found}.")


def small_shift(keep_prob: float) -> Iterator[Part]:
    """Judge a keep probability in front of a normalisation that hardly shifts its variance."""
    keep_prob = probability("keep_prob", keep_prob, above_zero=True)
    ratio = experiments.variance_ratio(np.array(1.0), np.array(0.5), keep_prob).item()
    found = f"with {keep_prob:g} kept the ratio is {ratio:.2f}"
    yield said(ratio > 0.9 - CLOSE, f"Right: {found}.", f"Not yet: {found}.")


def whole_channels(drop_channels: Callable[..., np.ndarray]) -> Iterator[Part]:
    """Judge a function that should drop whole channels in training, and nothing at test."""
    h, rng = np.ones((5, 4000, 3)), np.random.default_rng(0)
    noisy, steady = (
        called("drop_channels", drop_channels, h.shape, h.copy(), 0.2, rng, training=on)
        for on in (True, False)
    )
    whole = (noisy == noisy[..., :1]).all()
    yield said(whole, "Channels are dropped whole.", "Some channels are dropped in part.")
    yield said(
        abs(noisy.mean() - 1) < 0.05,
        "The mean is right.",
        f"The mean of ones is {noisy.mean():.2f}.",
    )
    yield said(
        (noisy != noisy[:1]).any(),
        "Each example has its own.",
        "The same channels are dropped in every example of the batch.",
    )
    yield said(
        np.array_equal(steady, h),
        "At test all are kept as they are.",
        "With training=False it still changes what it gets.",
    )


def four_in_five(PyTorch: float, Keras: float, Flax: float, NumPy: float) -> Iterator[Part]:  # noqa: N803 - names of frameworks
    """Judge what to write where four units in five are to be kept, as the frameworks answered."""
    record = conventions.read_record()
    written = {"PyTorch": PyTorch, "Keras": Keras, "Flax": Flax, "NumPy": NumPy}
    for name, value in written.items():
        number, means = probability(name, value), record[name]["answers"]["means"]
        kept = number if means == "kept" else 1 - number
        yield said(
            isclose(kept, KEPT, abs_tol=CLOSE), f"{name}: right.", f"{name} would keep {kept:.2g}."
        )


EXERCISES = {
    "practice-1": enough_passes,
    "practice-2": small_shift,
    "practice-3": whole_channels,
    "practice-4": four_in_five,
}
