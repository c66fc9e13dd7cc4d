"""Experiments of the chapter `coadaptation`: how much units lean on each other, and features."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np
from joblib import Parallel, delayed
from numpy.typing import ArrayLike

from dropoutlab import coadaptation, training
from dropoutlab import network as nn
from dropoutlab._checks import (
    FloatArray,
    choice,
    instance,
    positive_number,
    probability,
    real_array,
    seed_numbers,
    several,
    whole_number,
)
from dropoutlab.experiments._once import once
from dropoutlab.experiments.digits import (
    PIXELS,
    Arm,
    Trained,
    digit_splits,
    growing_counts,
    measure_test_error,
    single_network,
    train_arm,
    training_streams,
    watch_arm,
)
from dropoutlab.network import Network
from dropoutlab.samples import Sample, samples_of
from dropoutlab.training import Recipe

Rngs = list[np.random.Generator]


def _of_pairs(measure: Callable[..., FloatArray]) -> Callable[[Trained, Rngs], FloatArray]:
    few = slice(200)  # examples are enough for 50 pairs of units

    def of(trained: Trained, rng: Rngs) -> FloatArray:
        inputs, targets = (part[:, few] for part in trained.test)
        return measure(trained.network, inputs, targets, rng)

    return of


# how each is measured of trained networks with generators of its own; errors in percent
MEASURES: dict[str, Callable[[Trained, Rngs], FloatArray]] = {
    "training error": lambda t, _: 100 * training.evaluate(t.network, *t.train)[1],
    "test error": lambda t, _: measure_test_error(t)["test error"],
    "cancellation": lambda t, _: coadaptation.cancellation(t.network, t.test[0]),
    "weights centred": lambda t, _: coadaptation.centred_cancellation(t.network, t.test[0]),
    "signs at random": lambda t, rng: coadaptation.chance_cancellation(t.network, t.test[0], rng),
    "interaction": _of_pairs(coadaptation.interaction),
    "negative share": _of_pairs(coadaptation.negative_share),
    "ablation": lambda t, rng: 100 * coadaptation.ablation(t.network, *t.test, 0.5, rng),
    "refit error": lambda t, rng: 100 * coadaptation.refit_error(t.network, t.train, t.test, rng),
    "mean activation": lambda t, _: coadaptation.mean_activation(t.network, t.test[0]),
    "active share": lambda t, _: coadaptation.active_share(t.network, t.test[0]),
    "correlation": lambda t, _: coadaptation.mean_correlation(t.network, t.test[0]),
    "effective units": lambda t, _: coadaptation.effective_units(t.network, t.test[0]),
    "smoothness": lambda t, _: coadaptation.smoothness(t.network, (8, 8)),
}


def measure_coadaptation(
    trained: Trained, measures: Sequence[str] = tuple(MEASURES)
) -> dict[str, FloatArray]:
    """Take measures of co-adaptation of trained networks: by name, shape (seeds,).

    Each draws from a stream of its own, so that it does not depend on which others are taken.

    Args:
        trained: one network a seed.
        measures: some of MEASURES.
    """
    instance("trained", trained, Trained)
    measures = several("measures", measures, choice, tuple(MEASURES))
    return {name: MEASURES[name](trained, trained.streams(name)) for name in measures}


@dataclass(frozen=True, eq=False)
class Features:
    """What autoencoders without and with dropout learnt.

    samples: arms "none" and "dropout"; measures "reconstruction error" (mean square a pixel, test
    set), "mean activation", "active share", "smoothness" of the filters, and "like the start", the
    correlation of the filters' weights with their first values, which both arms share. filters: by
    arm, shape (seeds, units, 64), the incoming weights of the hidden units.
    """

    samples: list[Sample]
    filters: dict[str, FloatArray]


@once
def autoencoder_features(
    seeds: Sequence[int], *, hidden_units: int = 64, keep_prob: float = 0.5, epochs: int = 200
) -> Features:
    """Train autoencoders of the digits with one ReLU layer (Srivastava et al. 2014, Figs 7, 8).

    Inputs are centred by the mean of the training set. 1,000 training images.
    """
    seeds = seed_numbers(seeds, 2)
    keep_prob = probability("keep_prob", keep_prob, above_zero=True)
    hidden_units = whole_number("hidden_units", hidden_units, 1)
    recipe = Recipe(epochs=epochs, learning_rate=0.01)
    split = digit_splits(Arm("autoencoder", train_size=1000), seeds)
    centre = split.train_inputs.mean(axis=1, keepdims=True)
    train_set, test_set = split.train_inputs - centre, split.test_inputs - centre
    samples, filters = [], {}
    for name, p in {"none": 1.0, "dropout": keep_prob}.items():
        sizes, rng = (PIXELS, hidden_units, PIXELS), training_streams(seeds)
        start = nn.new_network(sizes, rng, keep_prob=(1.0, p), output="linear")
        network, _ = training.train(start, train_set, train_set, recipe, rng, progress=False)
        found = {
            "reconstruction error": training.evaluate(network, test_set, test_set)[1] ** 2,
            "mean activation": coadaptation.mean_activation(network, test_set),
            "active share": coadaptation.active_share(network, test_set),
            "smoothness": coadaptation.smoothness(network, (8, 8)),
            "like the start": [
                np.corrcoef(before.ravel(), after.ravel())[0, 1]
                for before, after in zip(start.weights[0], network.weights[0], strict=True)
            ],
        }
        samples += samples_of(name, {}, seeds, found)
        filters[name] = network.weights[0]
    return Features(samples, filters)


@dataclass(frozen=True, eq=False)
class PenaltyStudy:
    """Networks without regulariser, with L1, with L2 and with dropout: in training and at its end.

    epochs: shape (records,). curves: by (share of labels drawn again, arm, strength, 0 without) the
    errors in percent, shape (2, seeds, records), of the training set and of the test set. samples:
    MEASURES. Arms "none", "L1" and "L2" (setting "strength") and "dropout" (setting "keep_prob"),
    all with the setting "label_noise", the share of labels drawn again.
    """

    epochs: np.ndarray
    curves: dict[tuple[float, str, float], FloatArray]
    samples: list[Sample]


@once
def penalty_study(
    seeds: Sequence[int],
    *,
    label_noises: Sequence[float] = (0.0, 0.2),
    strengths: Sequence[float] = (3e-4, 1e-3, 3e-3, 1e-2),
    keep_prob: float = 0.5,
) -> PenaltyStudy:
    """Train with L1 and with L2 on the weights of every layer at several strengths, and compare."""
    seeds = seed_numbers(seeds, 2)
    keep_prob = probability("keep_prob", keep_prob, above_zero=True)
    strengths = several("strengths", strengths, positive_number)
    arms = []
    for noise in several("label_noises", label_noises, probability):
        base = Arm("none", {"label_noise": noise}, label_noise=noise)
        dropout = {**base.settings, "keep_prob": keep_prob}
        arms += [base, replace(base, name="dropout", settings=dropout, keep_prob=(1.0, keep_prob))]
        for strength, name in product(strengths, ("L1", "L2")):
            recipe = replace(base.recipe, **{name.lower(): strength})
            settings = {**base.settings, "strength": strength}
            arms.append(replace(base, name=name, settings=settings, recipe=recipe))
    found = Parallel(n_jobs=-1)(delayed(_watched)(arm, seeds) for arm in arms)
    curves, samples = {}, []
    for arm, (_epochs, errors, of_arm) in zip(arms, found, strict=True):
        curves[arm.label_noise, arm.name, arm.settings.get("strength", 0.0)] = errors
        samples += of_arm
    return PenaltyStudy(found[0][0], curves, samples)


def _watched(arm: Arm, seeds: Sequence[int]) -> tuple[np.ndarray, FloatArray, list[Sample]]:
    """The epochs, the errors as training goes on, and the measures at its end."""
    trained, history = watch_arm(arm, seeds, 31)
    errors = 100 * np.stack([history.train_error, history.test_error])
    samples = samples_of(arm.name, arm.settings, seeds, measure_coadaptation(trained))
    return history.epochs, errors, samples


@dataclass(frozen=True, eq=False)
class KeepProbStudy:
    """What networks are like that were trained with different keep-probabilities.

    removed: numbers of hidden units removed at random. ablation: by keep-probability of the hidden
    units, the test error in percent with so many removed, shape (seeds, counts). filters: by
    keep-probability, shape (seeds, units, 64), the incoming weights of the hidden units. samples:
    arm "dropout", setting "keep_prob", MEASURES, and "removable": the largest share, in percent, of
    the hidden units that can be removed with at most twice the error of the whole network.
    """

    removed: tuple[int, ...]
    ablation: dict[float, FloatArray]
    filters: dict[float, FloatArray]
    samples: list[Sample]


@once
def keep_prob_study(
    seeds: Sequence[int],
    *,
    keep_probs: Sequence[float] = (1.0, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2),
    removed: Sequence[int] = tuple(range(0, 61, 4)),
) -> KeepProbStudy:
    """Train with several keep-probabilities of the hidden units, and remove units at random.

    Args:
        seeds: two or more.
        keep_probs: above 0.
        removed: how many of the 64 hidden units to remove: 0 first, growing, 63 at most.
    """
    seeds = seed_numbers(seeds, 2)
    keep_probs = several("keep_probs", keep_probs, probability, True)
    removed = _from_none(removed, Arm("dropout").sizes[-2])
    arms = [Arm("dropout", {"keep_prob": p}, keep_prob=(1.0, p)) for p in keep_probs]
    found = Parallel(n_jobs=-1)(delayed(_removed_at_random)(arm, seeds, removed) for arm in arms)
    errors, weights, samples = zip(*found, strict=True)
    return KeepProbStudy(
        removed,
        dict(zip(keep_probs, errors, strict=True)),
        dict(zip(keep_probs, weights, strict=True)),
        [sample for of_arm in samples for sample in of_arm],
    )


def _from_none(removed: Sequence[int], units: int) -> tuple[int, ...]:
    counts = growing_counts("removed", removed, 0, units - 1)
    if counts[0] != 0:
        raise ValueError(f"removed must begin with 0; got {counts}")
    return counts


def _removed_at_random(
    arm: Arm, seeds: Sequence[int], removed: Sequence[int]
) -> tuple[FloatArray, FloatArray, list[Sample]]:
    trained = train_arm(arm, seeds)
    network, units = trained.network, arm.sizes[-2]
    measured = measure_coadaptation(trained)
    errors = [
        coadaptation.ablation(
            network, *trained.test, count / units, trained.streams(f"{count} removed")
        )
        for count in removed
    ]
    errors = 100 * np.stack(errors, axis=-1)
    measured["removable"] = 100 * removable_share(errors, removed, units)
    return errors, network.weights[0], samples_of(arm.name, arm.settings, seeds, measured)


def removable_share(errors: ArrayLike, removed: Sequence[int], units: int) -> FloatArray:
    """Return the largest share of the units whose removal leaves at most twice the first error.

    Up to there no smaller number of the list does worse.

    Args:
        errors: shape (..., counts), at least 0, for growing numbers of units removed.
        removed: those numbers, shape (counts,), 0 first.
        units: how many there are.
    """
    removed = _from_none(removed, whole_number("units", units, 1))
    errors = real_array("errors", errors, ["(...)"])
    if errors.shape[-1:] != (len(removed),) or errors.min() < 0:
        raise ValueError(
            f"errors must be at least 0 and of shape (..., {len(removed)}), one for each of "
            f"removed; got shape {errors.shape}, {errors.min()} and more"
        )
    within = np.logical_and.accumulate(errors <= 2 * errors[..., :1], axis=-1)
    return np.asarray(removed)[within.sum(axis=-1) - 1] / units


@dataclass(frozen=True, eq=False)
class PairRemovals:
    """What small networks say of ten test images when one or two hidden units are removed.

    images: shape (10, 8, 8), one of each digit, ink from 0 to 1. Dictionaries by arm, "none" and
    "dropout", with axes (first unit removed, second unit removed, image), 0 for none, units counted
    from 1: right: the probability given to the right digit; says: the digit with the largest.
    error: the test error in percent, without the last axis.
    """

    images: FloatArray
    right: dict[str, FloatArray]
    says: dict[str, np.ndarray]
    error: dict[str, FloatArray]


@once
def pair_removals(seed: int, *, units: int = 12, keep_prob: float = 0.5) -> PairRemovals:
    """Train two small networks, without and with dropout, and remove every unit and pair of units.

    A removed unit's activation is set to 0 and nothing else is changed. The image of a digit is the
    first of the test set that both whole networks read correctly.

    Raises:
        ValueError: both networks read no image of some digit correctly.
    """
    seed, outputs = whole_number("seed", seed, 0), {}
    for arm in _small_arms(units, keep_prob):
        trained = train_arm(arm, [seed])
        inputs, targets = (part[0] for part in trained.test)
        outputs[arm.name] = _pairs_removed(single_network(trained.network, 0), inputs)
    labels = targets.argmax(axis=-1)
    correct = np.all([o[0, 0].argmax(axis=-1) == labels for o in outputs.values()], axis=0)
    missed = set(range(10)) - set(labels[correct].tolist())
    if missed:
        raise ValueError(
            f"units and keep_prob must leave each digit to be read rightly by both networks; "
            f"got {units} and {keep_prob}, and no {min(missed)} is"
        )
    picked = np.array([np.flatnonzero(correct & (labels == digit))[0] for digit in range(10)])
    return PairRemovals(
        inputs[picked].reshape(10, 8, 8),
        {name: o[:, :, picked, np.arange(10)] for name, o in outputs.items()},
        {name: o[:, :, picked].argmax(axis=-1) for name, o in outputs.items()},
        {
            name: 100 * (o.argmax(axis=-1) != labels).mean(axis=-1)
            for name, o in outputs.items()
        },
    )  # fmt: skip


def _small_arms(units: int, keep_prob: float) -> list[Arm]:
    """Networks with few hidden units, without dropout and with it."""
    sizes = (64, whole_number("units", units, 1), 10)
    keep_prob = probability("keep_prob", keep_prob, above_zero=True)
    return [
        Arm(name, sizes=sizes, keep_prob=(1.0, p))
        for name, p in {"none": 1.0, "dropout": keep_prob}.items()
    ]


def _pairs_removed(network: Network, inputs: FloatArray) -> FloatArray:
    """Outputs without units i and j of the hidden layer: shape (1 + n, 1 + n, examples, 10)."""
    network = nn.scaled_for_test(network)
    units, copies = network.sizes[-2], np.ones((len(inputs), 1))
    kept = np.vstack([np.ones(units), 1 - np.eye(units)])  # row 0 removes nothing
    return np.array(
        [[nn.forward(network, inputs, [None, copies * a * b])[-1] for b in kept] for a in kept]
    )


@once
def small_removals(
    seeds: Sequence[int], *, units: int = 12, keep_prob: float = 0.5
) -> list[Sample]:
    """Measure the test error of networks like those of `pair_removals`, whole and less a unit.

    Arms "none" and "dropout"; measures "test error" and "less one unit", the mean over the units,
    in percent, and "added", the difference of the two.
    """
    seeds, samples = seed_numbers(seeds, 2), []
    for arm in _small_arms(units, keep_prob):
        trained = train_arm(arm, seeds)
        network = nn.scaled_for_test(trained.network)
        whole = 100 * nn.error(network, nn.forward(network, trained.test[0])[-1], trained.test[1])
        less = np.mean([_error_without(network, trained, unit) for unit in range(units)], axis=0)
        found = {"test error": whole, "less one unit": less, "added": less - whole}
        samples += samples_of(arm.name, {}, seeds, found)
    return samples


def _error_without(network: Network, trained: Trained, unit: int) -> FloatArray:
    inputs, targets = trained.test
    kept = np.ones((inputs.shape[1], network.sizes[-2]))
    kept[:, unit] = 0
    return 100 * nn.error(network, nn.forward(network, inputs, [None, kept])[-1], targets)
