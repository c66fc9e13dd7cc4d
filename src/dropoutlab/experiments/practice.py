"""Experiments on rates, sizes, noise and max-norm: what the papers report, asked of the digits."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from dropoutlab.experiments.digits import Arm, measure_errors, measure_test_error, sweep
from dropoutlab.records import Record
from dropoutlab.training import Recipe


def error_against_keep_prob(
    seeds: Sequence[int],
    *,
    keep_probs: Sequence[float] = (0.1, 0.2, 0.4, 0.6, 0.8, 1.0),
    width: int = 64,
    kept: int = 32,
    label_noise: float = 0.0,
    progress: bool = True,
) -> list[Record]:
    """Measure the errors against the keep-probability of the hidden units.

    Arm "width fixed": `width` units. Arm "kept units fixed": kept / keep_prob units, so that
    `kept` remain on average (Srivastava et al. 2014, Fig. 9). Setting: the keep-probability.
    """
    arms = []
    for p in keep_probs:
        for name, units in (("width fixed", width), ("kept units fixed", round(kept / p))):
            arm = Arm(name, p, (64, units, 10), (1.0, p), label_noise=label_noise)
            arms.append(arm)
    return sweep(arms, seeds, measure_errors, progress=progress)


def error_against_train_size(
    seeds: Sequence[int],
    *,
    train_sizes: Sequence[int] = (20, 50, 100, 200, 400, 1000),
    label_noise: float = 0.0,
    sizes: Sequence[int] = (64, 128, 128, 10),
    keep_prob: Sequence[float] = (0.95, 0.5, 0.5),
    updates: int = 2000,
    progress: bool = True,
) -> list[Record]:
    """Measure the test error against training images, without and with dropout (Fig. 10).

    Arms "none" and "dropout" (with `keep_prob`), both trained for the same number of updates.
    Setting: the training images.
    """
    arms = []
    for size in train_sizes:
        steps = int(np.ceil(size / Recipe().batch_size))
        base = Arm(
            "none",
            size,
            tuple(sizes),
            train_size=size,
            label_noise=label_noise,
            recipe=Recipe(epochs=int(np.ceil(updates / steps))),
        )
        arms += [base, replace(base, name="dropout", keep_prob=tuple(keep_prob))]
    return sweep(arms, seeds, measure_test_error, progress=progress)


def bernoulli_against_gaussian(
    seeds: Sequence[int], *, label_noise: float = 0.0, keep_prob: float = 0.5, progress: bool = True
) -> list[Record]:
    """Measure the test error with noise of two kinds and the same variance (Table 10).

    Arms "none", "Bernoulli" and "Gaussian", the last two on the hidden units and inverted.
    """
    base = Arm("none", label_noise=label_noise)
    noisy = replace(base, keep_prob=(1.0, keep_prob))
    inverted = ("scheme", "inverted")
    arms = [
        base,
        replace(noisy, name="Bernoulli", network=(inverted,)),
        replace(noisy, name="Gaussian", network=(inverted, ("noise", "gaussian"))),
    ]
    return sweep(arms, seeds, measure_test_error, progress=progress)


def per_layer_rates(
    seeds: Sequence[int],
    *,
    of_inputs: Sequence[float] = (0.6, 0.8, 0.9, 1.0),
    of_hidden: Sequence[float] = (0.3, 0.5, 0.8, 1.0),
    label_noise: float = 0.0,
    progress: bool = True,
) -> list[Record]:
    """Measure the test error for keep-probabilities of inputs and of hidden units.

    Arm "inputs p" for each p of the inputs; setting: the keep-probability of the hidden units.
    """
    arms = [
        Arm(f"inputs {p:g}", q, keep_prob=(p, q), label_noise=label_noise)
        for p in of_inputs
        for q in of_hidden
    ]
    return sweep(arms, seeds, measure_test_error, progress=progress)


def dropout_and_max_norm(
    seeds: Sequence[int],
    *,
    max_norms: Sequence[float] = (1.0, 1.5, 2.0, 3.0),
    label_noise: float = 0.0,
    progress: bool = True,
) -> list[Record]:
    """Measure the test error with and without dropout, with and without max-norm (Table 9).

    Arms "none", "dropout" (keep-probability 0.5), "max-norm" and "dropout and max-norm" (setting:
    the largest norm).
    """
    base = Arm("none", label_noise=label_noise)
    arms = [base, replace(base, name="dropout", keep_prob=(1.0, 0.5))]
    for largest in max_norms:
        recipe = replace(base.recipe, max_norm=largest)
        limited = replace(base, name="max-norm", setting=largest, recipe=recipe)
        both = replace(limited, name="dropout and max-norm", keep_prob=(1.0, 0.5))
        arms += [limited, both]
    return sweep(arms, seeds, measure_test_error, progress=progress)
