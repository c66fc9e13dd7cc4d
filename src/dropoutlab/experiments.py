"""One function a claim: settings and seeds in, records out, nothing drawn.

Networks learn scikit-learn's digits. All arms of an experiment use the same seeds: a seed fixes the
split of the data, and the initial weights and the stream of masks from a generator of their own,
so that arms can be compared seed by seed (`records.gain`). All seeds of an arm are trained at once;
the arms are spread over the cores by joblib, or over whatever `joblib.parallel_config` names.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from joblib import Parallel, delayed
from numpy.typing import ArrayLike
from tqdm import tqdm

from dropoutlab import averaging, coadaptation, data, linear, training
from dropoutlab import network as nn
from dropoutlab._checks import FloatArray, whole_number
from dropoutlab.network import Network
from dropoutlab.records import Record
from dropoutlab.training import Recipe


@dataclass(frozen=True)
class PathDistances:
    """How far SGD with dropout is from two sets of weights as it goes on.

    A distance between two sets of weights is the root mean square, over the images, of the
    difference between the two units' outputs without dropout, Σ_j p_j w_j x_j: in units of
    the target.

    steps: shape (records,). average, last: averaged and latest weights to the minimiser of E_R,
    shape (seeds, records). least_squares: averaged weights to the least-squares solution, shape
    (seeds, records). apart: least squares to the minimiser of E_R.
    """

    steps: np.ndarray
    average: FloatArray
    last: FloatArray
    least_squares: FloatArray
    apart: float


def dropout_path_distances(
    inputs: ArrayLike,
    target: ArrayLike,
    keep_prob: float,
    *,
    seeds: Sequence[int],
    learning_rate: float,
    num_steps: int,
    batch_size: int = 10,
    progress: bool = True,
) -> PathDistances:
    """Train a linear unit by SGD with dropout, once a seed, and measure where it goes.

    Arguments as for `linear.sgd_with_dropout`, `keep_prob` above 0.
    """
    minimum = keep_prob * linear.regularized_minimizer(inputs, target, keep_prob)
    plain = linear.least_squares_minimizer(inputs, target)

    def distance(weights: FloatArray, other: FloatArray) -> FloatArray:
        return np.sqrt(((inputs @ (weights - other).T) ** 2).mean(axis=0))

    steps = np.unique(np.geomspace(1, num_steps, 30).astype(int))
    paths = [
        linear.sgd_with_dropout(
            inputs,
            target,
            keep_prob,
            learning_rate=learning_rate,
            num_steps=num_steps,
            batch_size=batch_size,
            rng=np.random.default_rng(seed),
            record_at=steps,
            progress=progress,
        )
        for seed in seeds
    ]
    averages = [keep_prob * path.averages for path in paths]
    return PathDistances(
        steps=steps,
        average=np.array([distance(weights, minimum) for weights in averages]),
        last=np.array([distance(keep_prob * path.weights, minimum) for path in paths]),
        least_squares=np.array([distance(weights, plain) for weights in averages]),
        apart=float(distance(plain, minimum)),
    )


# --- networks on digits ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Arm:
    """What is done in one arm, at one setting of what is swept.

    sizes: of the layers. keep_prob: of each layer but the last, 1 for all if None. train_size,
    label_noise: as for `data.digit_split`. network: further settings of `network.new_network`.
    """

    name: str
    setting: float | None = None
    sizes: tuple[int, ...] = (64, 64, 10)
    keep_prob: tuple[float, ...] | None = None
    train_size: int = 300
    label_noise: float = 0.0
    recipe: Recipe = field(default_factory=lambda: Recipe(epochs=300))
    network: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Trained:
    """The networks of an arm, one a seed, with the data of each: shape (seeds, examples, n)."""

    network: Network
    split: data.Split
    rng: list[np.random.Generator]

    @property
    def test(self) -> tuple[FloatArray, FloatArray]:
        """Inputs and targets of the test sets."""
        return self.split.test_inputs, self.split.test_targets

    @property
    def train(self) -> tuple[FloatArray, FloatArray]:
        """Inputs and targets of the training sets."""
        return self.split.train_inputs, self.split.train_targets


def train_arm(arm: Arm, seeds: Sequence[int]) -> Trained:
    """Train the networks of an arm, one a seed, all at once."""
    split = digit_splits(arm, seeds)
    rng = [np.random.default_rng([seed, 1]) for seed in seeds]
    network = nn.new_network(arm.sizes, rng, keep_prob=arm.keep_prob, **dict(arm.network))
    network, _history = training.train(
        network, split.train_inputs, split.train_targets, arm.recipe, rng, progress=False
    )
    return Trained(network, split, rng)


def digit_splits(arm: Arm, seeds: Sequence[int]) -> data.Split:
    """Return the splits of all seeds as one, with the seeds as first axis."""
    splits = [
        data.digit_split(arm.train_size, np.random.default_rng(seed), label_noise=arm.label_noise)
        for seed in seeds
    ]
    return data.Split(
        *(np.stack([getattr(split, part) for split in splits]) for part in vars(splits[0]))
    )


Measure = Callable[[Trained], dict[str, FloatArray]]


def sweep(
    arms: Sequence[Arm], seeds: Sequence[int], measure: Measure, *, progress: bool = True
) -> list[Record]:
    """Train every arm on every seed and return what `measure` finds, a record a number."""
    seeds = [whole_number("seeds", seed, 0) for seed in seeds]
    if len(arms) == 0 or len(seeds) < 2:
        raise ValueError(
            f"arms and seeds must be at least one and two; got {len(arms)} and {len(seeds)}"
        )
    jobs = (delayed(_measured)(arm, seeds, measure) for arm in arms)
    done = Parallel(n_jobs=-1, return_as="generator")(jobs)
    bar = tqdm(done, total=len(arms), desc="arms", disable=not progress, delay=2, leave=False)
    return [record for records in bar for record in records]


def _measured(arm: Arm, seeds: Sequence[int], measure: Measure) -> list[Record]:
    return _records(arm.name, arm.setting, seeds, measure(train_arm(arm, seeds)))


def _records(
    arm: str, setting: float | None, seeds: Sequence[int], found: dict[str, FloatArray]
) -> list[Record]:
    """One record for each measure and seed."""
    return [
        Record(arm, setting, name, seed, float(value))
        for name, values in found.items()
        for seed, value in zip(seeds, values, strict=True)
    ]


def measure_test_error(trained: Trained) -> dict[str, FloatArray]:
    """Measure the share of wrong answers on the test set, in percent."""
    return {"test error": 100 * training.evaluate(trained.network, *trained.test)[1]}


def measure_errors(trained: Trained) -> dict[str, FloatArray]:
    """Measure the share of wrong answers on the training and the test set, in percent."""
    train_error = 100 * training.evaluate(trained.network, *trained.train)[1]
    return {"training error": train_error, **measure_test_error(trained)}


# (a) co-adaptation


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


# (b) the keep-probability


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


# (c) the size of the training set


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


# (d) Monte-Carlo averaging


def monte_carlo_against_weight_scaling(
    seeds: Sequence[int],
    *,
    num_masks: Sequence[int] = (1, 2, 5, 10, 20, 50, 100, 200),
    label_noise: float = 0.0,
    keep_prob: tuple[float, ...] = (0.8, 0.5, 0.5),
    hidden_units: int = 128,
) -> list[Record]:
    """Measure test error and loss of averages over masks, and of weight scaling (Fig. 11).

    Arms "Monte-Carlo" and "geometric Monte-Carlo" (normalized; setting: number of masks) and
    "weight scaling". Two hidden layers.
    """
    sizes = (64, hidden_units, hidden_units, 10)
    trained = train_arm(
        Arm("net", sizes=sizes, keep_prob=keep_prob, label_noise=label_noise), seeds
    )
    network, (inputs, targets) = trained.network, trained.test
    records = _judged("weight scaling", None, network, nn.predict(network, inputs), targets, seeds)
    for name, mean in (
        ("Monte-Carlo", "arithmetic"),
        ("geometric Monte-Carlo", "normalized geometric"),
    ):
        rng = [np.random.default_rng([seed, 2]) for seed in seeds]
        averages = averaging.monte_carlo_average(network, inputs, num_masks, rng, mean=mean)
        for k, outputs in zip(num_masks, averages, strict=True):
            records += _judged(name, k, network, outputs, targets, seeds)
    return records


def _judged(
    arm: str,
    setting: float | None,
    network: Network,
    outputs: ArrayLike,
    targets: ArrayLike,
    seeds: Sequence[int],
) -> list[Record]:
    found = {
        "test error": 100 * nn.error(network, outputs, targets),
        "test loss": nn.loss(network, outputs, targets),
    }
    return _records(arm, setting, seeds, found)


# (e) features and activity


@dataclass(frozen=True)
class Features:
    """What autoencoders without and with dropout learnt.

    records: arms "none" and "dropout"; measures "reconstruction error" (mean square a pixel, test
    set), "mean activation", "active share", "smoothness" of the filters. filters: by arm, shape
    (seeds, units, 64), the incoming weights of the hidden units. activations: by arm, shape
    (seeds, test images, units), at test time.
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
        }
        records += _records(name, None, seeds, found)
        filters[name] = network.weights[0]
        activations[name] = nn.forward(nn.scaled_for_test(network), test_set)[1]
    return Features(records, filters, activations)


# (f) Gaussian noise


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


# (g) a rate for each layer


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


# (h) max-norm


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
