"""Experiments of the chapter `coadaptation`: how much units lean on each other, and features."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np
from joblib import Parallel, delayed
from numpy.typing import ArrayLike

from dropoutlab import coadaptation, training
from dropoutlab import network as nn
from dropoutlab._checks import FloatArray
from dropoutlab.experiments.digits import (
    Arm,
    Trained,
    digit_splits,
    measure_errors,
    single_network,
    sweep,
    to_records,
    train_arm,
    watch_arm,
)
from dropoutlab.network import Network
from dropoutlab.records import Record
from dropoutlab.training import Recipe


def measure_coadaptation(trained: Trained) -> dict[str, FloatArray]:
    """Take every measure of `coadaptation` on the test set; errors in percent."""
    network, (inputs, targets) = trained.network, trained.test
    few = slice(200)  # examples are enough for the interaction of 50 pairs of units
    return {
        **measure_errors(trained),
        "cancellation": coadaptation.cancellation(network, inputs),
        "interaction": coadaptation.interaction(
            network, inputs[:, few], targets[:, few], trained.rng
        ),
        "ablation": 100 * coadaptation.ablation(network, inputs, targets, 0.5, trained.rng),
        "refit error": 100
        * coadaptation.refit_error(network, trained.train, trained.test, trained.rng),
        "mean activation": coadaptation.mean_activation(network, inputs),
        "active share": coadaptation.active_share(network, inputs),
        "correlation": coadaptation.mean_correlation(network, inputs),
    }


def coadaptation_sweep(
    seeds: Sequence[int],
    *,
    label_noise: float = 0.0,
    l2: Sequence[float] = (1e-4, 1e-3, 1e-2),
    l1: Sequence[float] = (1e-5, 1e-4, 1e-3),
    keep_probs: Sequence[float] = (0.3, 0.5, 0.7, 0.9),
    progress: bool = True,
) -> list[Record]:
    """Measure co-adaptation without regulariser, with L2, L1, dropout, and with dropout and L2.

    Arms "none", "L2" and "L1" (setting: strength), "dropout" (setting: keep-probability of the
    hidden units), "dropout and L2" (setting: strength, keep-probability 0.5).
    """
    base = Arm("none", label_noise=label_noise)
    arms = [base]
    for strength in l2:
        penalized = replace(base.recipe, l2=strength)
        arms.append(replace(base, name="L2", setting=strength, recipe=penalized))
        both = replace(base, name="dropout and L2", setting=strength, recipe=penalized)
        arms.append(replace(both, keep_prob=(1.0, 0.5)))
    for strength in l1:
        penalized = replace(base.recipe, l1=strength)
        arms.append(replace(base, name="L1", setting=strength, recipe=penalized))
    for p in keep_probs:
        arms.append(replace(base, name="dropout", setting=p, keep_prob=(1.0, p)))
    return sweep(arms, seeds, measure_coadaptation, progress=progress)


@dataclass(frozen=True)
class Features:
    """What autoencoders without and with dropout learnt.

    records: arms "none" and "dropout"; measures "reconstruction error" (mean square a pixel, test
    set), "mean activation", "active share", "smoothness" of the filters, and "like the start", the
    correlation of the filters' weights with their first values, which both arms share. filters: by
    arm, shape (seeds, units, 64), the incoming weights of the hidden units. activations: by arm,
    shape (seeds, test images, units), at test time.
    """

    records: list[Record]
    filters: dict[str, FloatArray]
    activations: dict[str, FloatArray]


def autoencoder_features(
    seeds: Sequence[int], *, hidden_units: int = 64, keep_prob: float = 0.5, epochs: int = 200
) -> Features:
    """Train autoencoders of the digits with one ReLU layer (Srivastava et al. 2014, Figs 7, 8).

    Inputs are centred by the mean of the training set. 1,000 training images.
    """
    arms = {"none": 1.0, "dropout": keep_prob}
    records, filters, activations = [], {}, {}
    for name, p in arms.items():
        split = digit_splits(Arm(name, train_size=1000), seeds)
        centre = split.train_inputs.mean(axis=1, keepdims=True)
        train_set, test_set = split.train_inputs - centre, split.test_inputs - centre
        rng = [np.random.default_rng([seed, 1]) for seed in seeds]
        start = nn.new_network((64, hidden_units, 64), rng, keep_prob=(1.0, p), output="linear")
        recipe = Recipe(epochs=epochs, learning_rate=0.01)
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
        records += to_records(name, None, seeds, found)
        filters[name] = network.weights[0]
        activations[name] = nn.forward(nn.scaled_for_test(network), test_set)[1]
    return Features(records, filters, activations)


@dataclass(frozen=True)
class PenaltyStudy:
    """Networks without regulariser, with L1, with L2 and with dropout: in training and at its end.

    epochs: shape (records,). curves: by (share of labels drawn again, arm, setting) the errors in
    percent, shape (2, seeds, records), of the training set and of the test set. records: by share
    of labels drawn again, the measures of `measure_coadaptation`, "effective units", "smoothness"
    of the filters, the cancellation with "weights centred" and "signs at random", and the "negative
    share" of the interaction. Arms "none", "L1" and "L2" (setting: strength) and "dropout" (the
    keep-probability).
    """

    epochs: np.ndarray
    curves: dict[tuple[float, str, float | None], FloatArray]
    records: dict[float, list[Record]]


def penalty_study(
    seeds: Sequence[int],
    *,
    label_noises: Sequence[float] = (0.0, 0.2),
    strengths: Sequence[float] = (3e-4, 1e-3, 3e-3, 1e-2),
    keep_prob: float = 0.5,
) -> PenaltyStudy:
    """Train with L1 and with L2 on the weights of every layer at several strengths, and compare."""
    arms = []
    for noise in label_noises:
        base = Arm("none", label_noise=noise)
        arms += [base, replace(base, name="dropout", setting=keep_prob, keep_prob=(1.0, keep_prob))]
        for strength, name in product(strengths, ("L1", "L2")):
            recipe = replace(base.recipe, **{name.lower(): strength})
            arms.append(replace(base, name=name, setting=strength, recipe=recipe))
    found = Parallel(n_jobs=-1)(delayed(_watched)(arm, seeds) for arm in arms)
    curves, records = {}, {noise: [] for noise in label_noises}
    for arm, (_epochs, errors, of_arm) in zip(arms, found, strict=True):
        curves[arm.label_noise, arm.name, arm.setting] = errors
        records[arm.label_noise] += of_arm
    return PenaltyStudy(found[0][0], curves, records)


def _watched(arm: Arm, seeds: Sequence[int]) -> tuple[np.ndarray, FloatArray, list[Record]]:
    """The epochs, the errors as training goes on, and the measures at its end."""
    trained, history = watch_arm(arm, seeds, 31)
    errors = 100 * np.stack([history.train_error, history.test_error])
    return history.epochs, errors, to_records(arm.name, arm.setting, seeds, _measure_all(trained))


def _measure_all(trained: Trained) -> dict[str, FloatArray]:
    """Take the measures of `measure_coadaptation`, and those that only this chapter shows."""
    network, (inputs, targets), few = trained.network, trained.test, slice(200)
    return {
        **measure_coadaptation(trained),
        "effective units": coadaptation.effective_units(network, inputs),
        "smoothness": coadaptation.smoothness(network, (8, 8)),
        "weights centred": coadaptation.centred_cancellation(network, inputs),
        "signs at random": coadaptation.chance_cancellation(network, inputs, trained.rng),
        "negative share": coadaptation.negative_share(
            network, inputs[:, few], targets[:, few], trained.rng
        ),
    }


@dataclass(frozen=True)
class KeepProbStudy:
    """What networks are like that were trained with different keep-probabilities.

    keep_probs: those of the hidden units. removed: numbers of hidden units removed at random.
    ablation: by keep-probability, the test error in percent with so many removed, shape (seeds,
    counts). filters: by keep-probability, shape (seeds, units, 64), the incoming weights of the
    hidden units. records: arm "dropout", setting the keep-probability, measures as in
    `PenaltyStudy`, and "removable": the largest share, in percent, of the hidden units that can be
    removed with at most twice the error of the whole network.
    """

    keep_probs: tuple[float, ...]
    removed: tuple[int, ...]
    ablation: dict[float, FloatArray]
    filters: dict[float, FloatArray]
    records: list[Record]


def keep_prob_study(
    seeds: Sequence[int],
    *,
    keep_probs: Sequence[float] = (1.0, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2),
    removed: Sequence[int] = tuple(range(0, 61, 4)),
) -> KeepProbStudy:
    """Train with several keep-probabilities of the hidden units, and remove units at random."""
    arms = [Arm("dropout", p, keep_prob=(1.0, p)) for p in keep_probs]
    found = Parallel(n_jobs=-1)(delayed(_removed_at_random)(arm, seeds, removed) for arm in arms)
    ablation, filters, records = {}, {}, []
    for p, (errors, weights, of_arm) in zip(keep_probs, found, strict=True):
        ablation[p], filters[p] = errors, weights
        records += of_arm
    return KeepProbStudy(tuple(keep_probs), tuple(removed), ablation, filters, records)


def _removed_at_random(
    arm: Arm, seeds: Sequence[int], removed: Sequence[int]
) -> tuple[FloatArray, FloatArray, list[Record]]:
    trained = train_arm(arm, seeds)
    network, units = trained.network, arm.sizes[-2]
    measured = _measure_all(trained)
    rng = [np.random.default_rng([seed, 2]) for seed in seeds]
    errors = np.stack(
        [
            100 * coadaptation.ablation(network, *trained.test, count / units, rng)
            for count in removed
        ],
        axis=-1,
    )
    measured["removable"] = 100 * removable_share(errors, removed, units)
    return errors, network.weights[0], to_records(arm.name, arm.setting, seeds, measured)


def removable_share(errors: ArrayLike, removed: Sequence[int], units: int) -> FloatArray:
    """Return the largest share of the units whose removal leaves at most twice the first error.

    Up to there no smaller number of the list does worse.

    Args:
        errors: shape (..., counts), for growing numbers of units removed, 0 first.
        removed: those numbers, shape (counts,).
        units: how many there are.
    """
    errors = np.asarray(errors, float)
    within = np.logical_and.accumulate(errors <= 2 * errors[..., :1], axis=-1)
    return np.asarray(removed)[within.sum(axis=-1) - 1] / units


@dataclass(frozen=True)
class PairRemovals:
    """What small networks say of ten test images when one or two hidden units are removed.

    images: shape (10, 8, 8), one of each digit. Dictionaries by arm, "none" and "dropout", with
    axes (first unit removed, second unit removed, image), 0 for none, units counted from 1:
    right: the probability given to the right digit; says: the digit with the largest. error: the
    test error in percent, without the last axis.
    """

    images: FloatArray
    right: dict[str, FloatArray]
    says: dict[str, np.ndarray]
    error: dict[str, FloatArray]


def pair_removals(seed: int, *, units: int = 12, keep_prob: float = 0.5) -> PairRemovals:
    """Train two small networks, without and with dropout, and remove every unit and pair of units.

    A removed unit's activation is set to 0 and nothing else is changed. The image of a digit is the
    first of the test set that both whole networks read correctly.
    """
    arms = {"none": 1.0, "dropout": keep_prob}
    outputs = {}
    for name, p in arms.items():
        trained = train_arm(Arm(name, sizes=(64, units, 10), keep_prob=(1.0, p)), [seed])
        inputs, targets = (part[0] for part in trained.test)
        outputs[name] = _pairs_removed(single_network(trained.network, 0), inputs)
    labels = targets.argmax(axis=-1)
    correct = np.all([o[0, 0].argmax(axis=-1) == labels for o in outputs.values()], axis=0)
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


def _pairs_removed(network: Network, inputs: FloatArray) -> FloatArray:
    """Outputs without units i and j of the hidden layer: shape (1 + n, 1 + n, examples, 10)."""
    network = nn.scaled_for_test(network)
    units, copies = network.sizes[-2], np.ones((len(inputs), 1))
    kept = np.vstack([np.ones(units), 1 - np.eye(units)])  # row 0 removes nothing
    return np.array(
        [[nn.forward(network, inputs, [None, copies * a * b])[-1] for b in kept] for a in kept]
    )


def small_removals(
    seeds: Sequence[int], *, units: int = 12, keep_prob: float = 0.5
) -> list[Record]:
    """Measure the test error of networks like those of `pair_removals`, whole and less a unit.

    Arms "none" and "dropout"; measures "test error" and "less one unit", the mean over the units,
    in percent, and "added", the difference of the two.
    """
    records = []
    for name, p in {"none": 1.0, "dropout": keep_prob}.items():
        trained = train_arm(Arm(name, sizes=(64, units, 10), keep_prob=(1.0, p)), seeds)
        network = nn.scaled_for_test(trained.network)
        whole = 100 * nn.error(network, nn.forward(network, trained.test[0])[-1], trained.test[1])
        less = np.mean([_error_without(network, trained, unit) for unit in range(units)], axis=0)
        found = {"test error": whole, "less one unit": less, "added": less - whole}
        records += to_records(name, None, seeds, found)
    return records


def _error_without(network: Network, trained: Trained, unit: int) -> FloatArray:
    inputs, targets = trained.test
    kept = np.ones((inputs.shape[1], network.sizes[-2]))
    kept[:, unit] = 0
    return 100 * nn.error(network, nn.forward(network, inputs, [None, kept])[-1], targets)
