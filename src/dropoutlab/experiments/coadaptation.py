"""Experiments of the chapters `coadaptation` and `evidence`: penalties, dropout, and what they do.

Networks learn MNIST-1D (40–100–10, 1,000 examples, `training.Recipe()`) unless said otherwise.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from joblib import delayed

from dropoutlab import coadaptation, training
from dropoutlab import network as nn
from dropoutlab._checks import (
    FloatArray,
    choice,
    instance,
    positive_number,
    probability,
    seed_numbers,
    several,
    whole_number,
)
from dropoutlab._names import public_dir
from dropoutlab._progress import on_all_cores
from dropoutlab.experiments._once import once
from dropoutlab.experiments.arms import (
    Arm,
    Trained,
    measure_test_error,
    splits,
    sweep,
    train_arm,
    training_streams,
    watch_arm,
)
from dropoutlab.network import Network
from dropoutlab.samples import Sample, samples_of
from dropoutlab.training import Recipe

__dir__ = public_dir(__name__)

Rngs = list[np.random.Generator]
TUNING_SEEDS = tuple(range(100, 148))  # they choose settings, and judge nothing
COMBINED_KEEP_PROB = 0.5  # of dropout together with a penalty, whose strength is chosen

# what each arm may choose its setting from: as many values for each
GRIDS: dict[str, tuple[float, ...]] = {
    "L1": (3e-4, 6e-4, 1e-3, 2e-3, 4e-3),
    "L2": (1e-3, 3e-3, 6e-3, 1e-2, 2e-2),
    "max-norm": (1.0, 1.5, 2.0, 2.5, 3.0),
    "dropout": (0.7, 0.6, 0.5, 0.4, 0.3),
    "dropout and L1": (1e-4, 3e-4, 6e-4, 1e-3, 2e-3),
    "dropout and L2": (3e-4, 1e-3, 2e-3, 3e-3, 6e-3),
    "dropout and max-norm": (2.0, 2.5, 3.0, 4.0, 6.0),
}
ARMS = ("none", *GRIDS)

# of each grid the least mean error in `tuning`; stated here, since on another processor two that
# are nearly level may change places, and with them all that is measured of the arm
SETTINGS: dict[str, float] = {
    "L1": 2e-3,
    "L2": 6e-3,
    "max-norm": 1.5,
    "dropout": 0.4,
    "dropout and L1": 3e-4,
    "dropout and L2": 1e-3,
    "dropout and max-norm": 4.0,
}


def regularized_arm(name: str, setting: float = 0.0) -> Arm:
    """Return an arm of ARMS with its setting: a strength λ, a largest norm, or a keep-probability.

    Penalties are on the weights of every layer. "none" has no setting.
    """
    name = choice("name", name, ARMS)
    if name == "none":
        return Arm(name)
    setting = positive_number("setting", setting)
    settings = {"setting": setting}
    if name == "dropout":
        return Arm(name, settings, keep_prob=(1.0, probability("setting", setting)))
    field = {"L1": "l1", "L2": "l2", "max-norm": "max_norm"}[name.removeprefix("dropout and ")]
    keep_prob = (1.0, COMBINED_KEEP_PROB if name.startswith("dropout") else 1.0)
    return Arm(name, settings, keep_prob=keep_prob, recipe=Recipe(**{field: setting}))


@once
def tuning(seeds: Sequence[int] = TUNING_SEEDS, *, progress: bool = True) -> list[Sample]:
    """Measure the test error of every arm at every setting of its grid.

    SETTINGS holds what TUNING_SEEDS chose.
    """
    arms = [regularized_arm(name, setting) for name, grid in GRIDS.items() for setting in grid]
    return sweep(arms, seeds, measure_test_error, progress=progress)


# --- what is measured of trained networks ---------------------------------------------------------


def _tests(trained: Trained, count: int = 1000) -> tuple[FloatArray, FloatArray]:
    """As many test examples as a measure needs."""
    inputs, targets = trained.test
    return inputs[:, :count], targets[:, :count]


def _of_pairs(
    measure: Callable[..., FloatArray], pairs: int
) -> Callable[[Trained, Rngs], FloatArray]:
    def of(trained: Trained, rng: Rngs) -> FloatArray:
        inputs, targets = _tests(trained, 200)
        network = coadaptation.equally_confident(trained.network, inputs)
        return measure(network, inputs, targets, rng, pairs=pairs)

    return of


def _by_chance(trained: Trained, rng: Rngs) -> FloatArray:
    network = coadaptation.centred(trained.network)
    return coadaptation.chance_cancellation(network, _tests(trained)[0], rng)


# how each is measured of trained networks with generators of its own; errors and shares in percent
MEASURES: dict[str, Callable[[Trained, Rngs], FloatArray]] = {
    "training error": lambda t, _: 100 * training.evaluate(t.network, *t.train)[1],
    "test error": lambda t, _: measure_test_error(t)["test error"],
    "test loss": lambda t, _: training.evaluate(t.network, *t.test)[0],
    "cancellation": lambda t, _: coadaptation.cancellation(
        coadaptation.centred(t.network), _tests(t)[0]
    ),
    "by chance": _by_chance,
    "interaction": _of_pairs(coadaptation.interaction, 50),
    "negative share": _of_pairs(coadaptation.negative_share, 100),
    "half removed": lambda t, rng: 100 * coadaptation.ablation(t.network, *_tests(t), 0.5, rng),
    "halves agree": lambda t, rng: 100 * coadaptation.half_agreement(t.network, _tests(t)[0], rng),
    "ten refitted": lambda t, rng: (
        100 * coadaptation.refit_error(t.network, t.train, _tests(t), rng)
    ),
    "steadiness": lambda t, rng: coadaptation.steadiness(t.network, *t.train, rng, draws=20),
    "correlation": lambda t, _: coadaptation.mean_correlation(t.network, _tests(t)[0]),
    "effective units": lambda t, _: coadaptation.effective_units(t.network, _tests(t)[0]),
    "active share": lambda t, _: 100 * coadaptation.active_share(t.network, _tests(t)[0]),
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


# --- penalties and dropout ------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class PenaltyStudy:
    """Networks without regulariser and with each of ARMS, at a chosen setting.

    epochs: shape (records,). curves: by arm the errors in percent, shape (2, seeds, records), of
    the training set and of the test set. samples: MEASURES of each arm, and the arm "untrained"
    with "cancellation" and "by chance".
    """

    epochs: np.ndarray
    curves: dict[str, FloatArray]
    samples: list[Sample]


@once
def penalty_study(
    seeds: Sequence[int], settings: Mapping[str, float] = SETTINGS, *, progress: bool = True
) -> PenaltyStudy:
    """Train the arms with the given settings, and measure.

    Args:
        seeds: two or more, other than those that chose the settings.
        settings: by name of an arm of ARMS other than "none", its setting.
        progress: show a bar if it takes longer than 2 seconds.
    """
    seeds = seed_numbers(seeds, 2)
    chosen = {"none": 0.0, **instance("settings", settings, Mapping)}
    arms = [regularized_arm(*item) for item in chosen.items()]
    jobs = [delayed(_watched)(arm, seeds) for arm in arms]
    found = on_all_cores(jobs, "arms", show=progress)
    curves = {arm.name: errors for arm, (_, errors, _) in zip(arms, found, strict=True)}
    samples = [sample for *_, of_arm in found for sample in of_arm]
    return PenaltyStudy(found[0][0], curves, samples + _untrained(arms[0], seeds))


def _watched(arm: Arm, seeds: Sequence[int]) -> tuple[np.ndarray, FloatArray, list[Sample]]:
    """The epochs, the errors as training goes on, and the measures at its end."""
    trained, history = watch_arm(arm, seeds, 21)
    errors = 100 * np.stack([history.train_error, history.test_error])
    samples = samples_of(arm.name, {}, seeds, measure_coadaptation(trained))
    return history.epochs, errors, samples


def _untrained(arm: Arm, seeds: Sequence[int]) -> list[Sample]:
    untrained = Trained(arm.new_network(training_streams(seeds)), splits(arm, seeds), tuple(seeds))
    measures = ("cancellation", "by chance")
    return samples_of("untrained", {}, seeds, measure_coadaptation(untrained, measures))


@once
def early_stopping(seeds: Sequence[int]) -> list[Sample]:
    """Stop training without regulariser at the pass with the least error on validation examples.

    The networks of the arm "none"; 1,000 examples that neither train nor test choose the pass for
    each. Arms "stopped" and "none", at the end; measures "test error", in percent, and "passes".
    """
    seeds, arm = seed_numbers(seeds, 2), Arm("stopped")
    both = splits(replace(arm, train_size=2 * arm.train_size), seeds)
    validation = tuple(
        part[:, arm.train_size :] for part in (both.train_inputs, both.train_targets)
    )
    sets = (validation, (both.test_inputs, both.test_targets))
    jobs = [delayed(_errors_by_pass)(arm, seeds, watched) for watched in sets]
    on_validation, on_test = on_all_cores(jobs, "sets that are watched")
    passes = on_validation.argmin(axis=-1)
    stopped = np.take_along_axis(on_test, passes[:, None], axis=-1)[:, 0]
    last = np.full(len(seeds), arm.recipe.epochs)
    return [
        *samples_of("stopped", {}, seeds, {"test error": stopped, "passes": passes}),
        *samples_of("none", {}, seeds, {"test error": on_test[:, -1], "passes": last}),
    ]


def _errors_by_pass(
    arm: Arm, seeds: Sequence[int], watched: tuple[FloatArray, FloatArray]
) -> FloatArray:
    """Errors in percent of the examples watched, shape (seeds, passes + 1)."""
    split, rng = splits(arm, seeds), training_streams(seeds)
    _network, history = training.train(
        arm.new_network(rng),
        split.train_inputs,
        split.train_targets,
        arm.recipe,
        rng,
        test=watched,
        records=arm.recipe.epochs + 1,
    )
    return 100 * history.test_error


# --- removing units -------------------------------------------------------------------------------


def _small_arms(units: int, keep_prob: float) -> list[Arm]:
    """Networks with few hidden units that read digits, without dropout and with it."""
    sizes = (64, whole_number("units", units, 1), 10)
    keep_prob, recipe = probability("keep_prob", keep_prob, above_zero=True), Recipe(epochs=300)
    return [
        Arm(name, sizes=sizes, keep_prob=(1.0, p), train_size=300, source="digits", recipe=recipe)
        for name, p in {"none": 1.0, "dropout": keep_prob}.items()
    ]


@once
def small_removals(
    seeds: Sequence[int], *, units: int = 12, keep_prob: float = 0.5
) -> list[Sample]:
    """Measure the test error of small networks that read digits, whole and less a hidden unit.

    A removed unit's activation is set to 0 and nothing else is changed. Arms "none" and "dropout";
    measures "test error" and "less one unit", the mean over the units,
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
