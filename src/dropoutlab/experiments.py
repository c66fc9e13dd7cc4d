"""One function a claim: settings and seeds in, records out, nothing drawn.

Networks learn scikit-learn's digits. All arms of an experiment use the same seeds: a seed fixes the
split of the data, and the initial weights and the stream of masks from a generator of their own,
so that arms can be compared seed by seed (`records.gain`). All seeds of an arm are trained at once;
the arms are spread over the cores by joblib, or over whatever `joblib.parallel_config` names.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import product

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
    (seeds, records). second_half: the weights averaged over the second half of the steps to the
    minimiser of E_R, shape (seeds,). descent: as many steps of gradient descent on E_R to it.
    apart: least squares to it.
    """

    steps: np.ndarray
    average: FloatArray
    last: FloatArray
    least_squares: FloatArray
    second_half: FloatArray
    descent: float
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

    Arguments as for `linear.sgd_with_dropout`, `keep_prob` above 0, `num_steps` at least 2.
    """
    half = whole_number("num_steps", num_steps, 2) // 2
    minimum = keep_prob * linear.regularized_minimizer(inputs, target, keep_prob)
    plain = linear.least_squares_minimizer(inputs, target)

    def distance(weights: FloatArray, other: FloatArray) -> FloatArray:
        return np.sqrt(((inputs @ (weights - other).T) ** 2).mean(axis=0))

    steps = np.unique([*np.geomspace(1, num_steps, 30).astype(int), half, num_steps])
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
    descent = _descent_from_zero(inputs, minimum, keep_prob, learning_rate, num_steps)
    averages = [keep_prob * path.averages for path in paths]
    first, both = steps.searchsorted([half, num_steps])
    second = np.array([num_steps * a[both] - half * a[first] for a in averages])
    return PathDistances(
        steps=steps,
        average=np.array([distance(weights, minimum) for weights in averages]),
        last=np.array([distance(keep_prob * path.weights, minimum) for path in paths]),
        least_squares=np.array([distance(weights, plain) for weights in averages]),
        second_half=distance(second / (num_steps - half), minimum),
        descent=float(distance(descent, minimum)),
        apart=float(distance(plain, minimum)),
    )


def _descent_from_zero(
    inputs: ArrayLike,
    minimum: FloatArray,
    keep_prob: float,
    learning_rate: float,
    num_steps: int,
) -> FloatArray:
    """Effective weights after steps of gradient descent on E_R / M: what is left shrinks linearly.

    minimum: effective weights of least E_R, shape (n,).
    """
    inputs = np.asarray(inputs, dtype=float)
    curvature = keep_prob**2 * inputs.T @ inputs
    curvature += keep_prob * (1 - keep_prob) * np.diag((inputs**2).sum(axis=0))
    step = np.eye(minimum.size) - learning_rate / len(inputs) * curvature
    return minimum - np.linalg.matrix_power(step, num_steps) @ minimum


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


# --- the linear unit: where SGD with dropout goes -------------------------------------------------

LINEAR_WEIGHTS = np.linspace(-1, 1, 8)  # of the unit that makes the targets
LINEAR_NOISES = {  # which of (masks, examples) are drawn anew at each step
    "masks and examples": (True, True),
    "examples only": (False, True),
    "masks only": (True, False),
}


@dataclass(frozen=True)
class _LinearProblems:
    """One data set a seed, its minimiser of E_R, and a generator.

    inputs: shape (seeds, M, n). target: shape (seeds, M), standard deviation 1. minimum: shape
    (seeds, n).
    """

    inputs: FloatArray
    target: FloatArray
    minimum: FloatArray
    rng: list[np.random.Generator]


def spread_around_minimum(
    seeds: Sequence[int],
    *,
    learning_rates: Sequence[float] = (0.08, 0.02),
    keep_prob: float = 0.5,
    num_examples: int = 200,
    num_steps: int = 4000,
    batch_size: int = 10,
) -> list[Record]:
    """Start SGD with dropout at the minimum of E_R and measure how far it wanders from there.

    The data are new for each seed: examples with 8 normal inputs and a noisy linear target of
    standard deviation 1. Arms "masks and examples" (`batch_size` random examples a step, a fresh
    mask for each), "examples only" (as many, with the gradient of their E_R), "masks only" (all
    examples at each step, a fresh mask for each); setting: the learning rate, which stays the same.
    A fourth arm, "masks and examples, falling rate", starts at the first learning rate η and has
    η / (1 + t / 100) after t steps.

    Measures: "latest weights", the root mean square distance to the minimum over the last tenth of
    the steps; "averaged weights", the distance of the mean of the weights over the second half. A
    distance is the root mean square difference of the two units' outputs without dropout.
    """
    num_steps = whole_number("num_steps", num_steps, 20)
    falling = learning_rates[0] / (1 + np.arange(num_steps) / 100)
    rates = np.stack([*(np.full(num_steps, rate) for rate in learning_rates), falling], axis=1)
    records = []
    for noise, (masks, examples) in LINEAR_NOISES.items():
        problems = _linear_problems(seeds, num_examples, keep_prob)
        count = batch_size if examples else None
        path = _walk(problems, rates, keep_prob, masks=masks, batch_size=count)
        found = _wandering(problems, path, keep_prob)
        arms = [(noise, rate) for rate in learning_rates]
        if masks and examples:
            arms.append((f"{noise}, falling rate", learning_rates[0]))
        for k, (arm, rate) in enumerate(arms):
            of_rate = {measure: values[:, k] for measure, values in found.items()}
            records += _records(arm, rate, seeds, of_rate)
    return records


def _linear_problems(seeds: Sequence[int], num_examples: int, keep_prob: float) -> _LinearProblems:
    rng = [np.random.default_rng(whole_number("seeds", seed, 0)) for seed in seeds]
    made = [data.synthetic_regression(num_examples, LINEAR_WEIGHTS, 1.0, part) for part in rng]
    inputs = np.stack([x for x, _y in made])
    target = np.stack([y / y.std() for _x, y in made])
    minimum = [
        linear.regularized_minimizer(x, y, keep_prob) for x, y in zip(inputs, target, strict=True)
    ]
    return _LinearProblems(inputs, target, np.stack(minimum), rng)


def _walk(
    problems: _LinearProblems,
    rates: FloatArray,
    keep_prob: float,
    *,
    masks: bool,
    batch_size: int | None,
) -> FloatArray:
    """Weights after each step less the minimum, shape (steps, seeds, n, rates); one noise for all.

    rates: shape (steps, rates). Without masks the gradient is that of E_R of the drawn examples.
    batch_size: None for all examples, none of them drawn.
    """
    num_seeds, num_examples, num_units = problems.inputs.shape
    batch = num_examples if batch_size is None else batch_size
    weights = np.repeat(problems.minimum[..., None], rates.shape[1], axis=2)
    path = np.empty((len(rates), *weights.shape))
    rows = np.tile(np.arange(num_examples), (num_seeds, 1))
    for step, rate in enumerate(rates):
        if batch_size is not None:
            rows = np.stack([rng.integers(num_examples, size=batch) for rng in problems.rng])
        inputs = np.take_along_axis(problems.inputs, rows[..., None], axis=1)
        target = np.take_along_axis(problems.target, rows, axis=1)
        noise, penalty = keep_prob, 0.0
        if masks:
            noise = np.stack([rng.random((batch, num_units)) for rng in problems.rng]) < keep_prob
        else:
            squares = (inputs**2).sum(axis=1)[..., None]
            penalty = keep_prob * (1 - keep_prob) * squares * weights
        masked = noise * inputs
        residual = target[..., None] - masked @ weights
        weights = weights - rate / batch * (penalty - masked.transpose(0, 2, 1) @ residual)
        path[step] = weights
    return path - problems.minimum[..., None]


def _wandering(
    problems: _LinearProblems, away: FloatArray, keep_prob: float
) -> dict[str, FloatArray]:
    """Measure distances to the minimum, each shape (seeds, rates)."""
    inputs = keep_prob * problems.inputs
    gram = inputs.transpose(0, 2, 1) @ inputs / inputs.shape[1]
    last, averaged = away[-(len(away) // 10) :], away[len(away) // 2 :].mean(axis=0)
    return {
        "latest weights": np.sqrt(np.einsum("tsir,sij,tsjr->sr", last, gram, last) / len(last)),
        "averaged weights": np.sqrt(np.einsum("sir,sij,sjr->sr", averaged, gram, averaged)),
    }


# the two schemes, mask by mask


@dataclass(frozen=True)
class StepConstants:
    """What decides a step: w ← w − learning_rate (gradient + weight_decay w), ‖w‖ ≤ max_norm."""

    learning_rate: float
    weight_decay: float
    max_norm: float


def standard_against_inverted(
    seeds: Sequence[int],
    *,
    keep_prob: float = 0.8,
    learning_rate: float = 0.1,
    weight_decay: float = 0.02,
    max_norm: float = 1.0,
    num_steps: int = 1000,
) -> list[Record]:
    """Train a linear unit by both schemes with the same examples and masks, and compare the paths.

    The standard scheme has weights w and the given constants. The inverted scheme has weights v and
    in arm "all rescaled" p² times the learning rate, the weight decay divided by p², and p times
    the norm; in the other arms one of these stays what it was.

    Measure "largest gap": the largest |p w_j − v_j| over all steps and weights.
    """
    standard = StepConstants(learning_rate, weight_decay, max_norm)
    rescaled = StepConstants(
        learning_rate * keep_prob**2, weight_decay / keep_prob**2, max_norm * keep_prob
    )
    arms = {
        "all rescaled": rescaled,
        "but not the learning rate": replace(rescaled, learning_rate=learning_rate),
        "but not the weight decay": replace(rescaled, weight_decay=weight_decay),
        "but not the max-norm": replace(rescaled, max_norm=max_norm),
    }
    return [
        Record(
            arm, None, "largest gap", seed,
            _largest_gap(seed, keep_prob, standard, inverted, num_steps),
        )
        for arm, inverted in arms.items()
        for seed in seeds
    ]  # fmt: skip


def _largest_gap(
    seed: int, keep_prob: float, standard: StepConstants, inverted: StepConstants, num_steps: int
) -> float:
    rng = np.random.default_rng(whole_number("seeds", seed, 0))
    inputs, target = data.synthetic_regression(200, LINEAR_WEIGHTS, 1.0, rng)
    w, v, largest = np.zeros(LINEAR_WEIGHTS.size), np.zeros(LINEAR_WEIGHTS.size), 0.0
    for row in rng.integers(len(target), size=num_steps):
        masked = (rng.random(w.size) < keep_prob) * inputs[row]
        w = _step(w, masked, target[row], standard)
        v = _step(v, masked / keep_prob, target[row], inverted)
        largest = max(largest, float(np.abs(keep_prob * w - v).max()))
    return largest


def _step(
    weights: FloatArray, inputs: FloatArray, target: float, constants: StepConstants
) -> FloatArray:
    gradient = (weights @ inputs - target) * inputs + constants.weight_decay * weights
    weights = weights - constants.learning_rate * gradient
    return weights * min(1.0, constants.max_norm / max(np.linalg.norm(weights), 1e-300))


# --- chapter `scaling` ----------------------------------------------------------------------------


def forgotten_scaling(
    seeds: Sequence[int], *, keep_prob: tuple[float, ...] = (0.8, 0.5, 0.5), hidden_units: int = 128
) -> list[Record]:
    """Measure what wrong weights at test time do to networks trained with standard dropout.

    Arms "weights × p" (right), "not scaled", "biases × p too" and "weights × p twice"; measures
    "test error", in percent, "test loss" and "training loss". Two hidden layers of ReLU units.
    """
    halves = [part.tolist() for part in np.array_split(seeds, 2) if part.size]
    jobs = (delayed(_forgotten)(half, keep_prob, hidden_units) for half in halves)
    return [record for records in Parallel(n_jobs=-1)(jobs) for record in records]


def _forgotten(
    seeds: Sequence[int], keep_prob: tuple[float, ...], hidden_units: int
) -> list[Record]:
    sizes = (64, hidden_units, hidden_units, 10)
    trained = train_arm(Arm("net", sizes=sizes, keep_prob=keep_prob), seeds)
    right = nn.scaled_for_test(trained.network)
    biases = zip(right.biases, keep_prob, strict=True)
    weights = zip(right.weights, keep_prob, strict=True)
    networks = {
        "weights × p": right,
        "not scaled": replace(right, weights=trained.network.weights),
        "biases × p too": replace(right, biases=tuple(b * b.dtype.type(p) for b, p in biases)),
        "weights × p twice": replace(right, weights=tuple(w * w.dtype.type(p) for w, p in weights)),
    }
    inputs, targets = trained.test
    records = []
    for name, network in networks.items():
        outputs = nn.forward(network, inputs)[-1]
        records += _judged(name, None, network, outputs, targets, seeds)
        seen = nn.loss(network, nn.forward(network, trained.train[0])[-1], trained.train[1])
        records += _records(name, None, seeds, {"training loss": seen})
    return records


@dataclass(frozen=True)
class SchemeGaps:
    """How far apart networks with standard and with inverted dropout are as training goes on.

    updates: shape (records,). gaps: for (rate, decay, norm), each whether that setting of the
    inverted network was rescaled, shape (seeds, records): the largest difference between the two
    networks' ten probabilities at test time, mean over the test images.
    """

    updates: np.ndarray
    gaps: dict[tuple[bool, bool, bool], FloatArray]


@dataclass(frozen=True)
class _Steps:
    """Settings of plain gradient descent for each layer's weights; biases have `bias_rate`."""

    rates: tuple[float, ...]
    decays: tuple[float, ...]
    norms: tuple[float, ...]
    bias_rate: float


def scheme_gaps(
    seeds: Sequence[int],
    *,
    keep_prob: tuple[float, ...] = (0.8, 0.6),
    hidden_units: int = 32,
    learning_rate: float = 0.2,
    l2: float = 0.01,
    max_norm: float = 1.5,
    updates: int = 300,
) -> SchemeGaps:
    """Train standard and inverted networks from one function, with the same masks and examples.

    The inverted networks start at p times the weights of the standard ones. They are trained with
    the same learning rate, L2 strength and largest norm, or with these rescaled to p² η, λ / p² and
    p c (for the weights of each layer, with its p), in all eight combinations. Plain mini-batch
    gradient descent in float64; one hidden layer of ReLU units.
    """
    boxes = list(product((False, True), repeat=3))
    steps = [_steps(keep_prob, learning_rate, l2, max_norm, rescaled) for rescaled in boxes]
    record_at = np.unique(np.linspace(0, updates, 31).astype(int))
    jobs = (
        delayed(_gaps_of_seed)(seed, keep_prob, hidden_units, steps, record_at) for seed in seeds
    )
    gaps = np.array(Parallel(n_jobs=-1)(jobs))
    return SchemeGaps(record_at, dict(zip(boxes, np.moveaxis(gaps, 2, 0), strict=True)))


def _gaps_of_seed(
    seed: int,
    keep_prob: tuple[float, ...],
    hidden_units: int,
    steps: Sequence[_Steps],
    record_at: np.ndarray,
) -> FloatArray:
    """Train one standard network and its inverted twins; the first settings are not rescaled.

    Returns shape (records, twins).
    """
    split = data.digit_split(300, np.random.default_rng(seed))
    rng = np.random.default_rng([seed, 1])
    sizes = (64, hidden_units, 10)
    standard = nn.new_network(sizes, rng, keep_prob=keep_prob, dtype=np.float64)
    twins = [_inverted_twin(standard) for _ in steps]
    gaps = []
    for update in range(record_at[-1] + 1):
        if update in record_at:
            gaps.append([_gap(standard, twin, split.test_inputs) for twin in twins])
        rows = rng.permutation(300)[:50]
        examples = split.train_inputs[rows], split.train_targets[rows]
        kept = nn.draw_noise(standard, 50, rng)
        scaled = [z / p for z, p in zip(kept, keep_prob, strict=True)]
        _plain_step(standard, *examples, kept, steps[0])
        for twin, settings in zip(twins, steps, strict=True):
            _plain_step(twin, *examples, scaled, settings)
    return np.array(gaps)


def _steps(
    keep_prob: tuple[float, ...],
    rate: float,
    l2: float,
    max_norm: float,
    rescaled: tuple[bool, bool, bool],
) -> _Steps:
    """Settings for the weights behind each layer, rescaled by its p where asked."""
    of_rate, of_decay, of_norm = rescaled
    return _Steps(
        tuple(rate * p**2 if of_rate else rate for p in keep_prob),
        tuple(l2 / p**2 if of_decay else l2 for p in keep_prob),
        tuple(max_norm * p if of_norm else max_norm for p in keep_prob),
        rate,
    )


def _inverted_twin(network: Network) -> Network:
    """The same function, mask by mask and at test time, with the inverted scheme."""
    pairs = zip(network.weights, network.keep_prob, strict=True)
    weights = tuple(p * w for w, p in pairs)
    biases = tuple(b.copy() for b in network.biases)
    return replace(network, weights=weights, biases=biases, scheme="inverted")


def _plain_step(
    network: Network,
    inputs: FloatArray,
    targets: FloatArray,
    noise: Sequence[FloatArray],
    steps: _Steps,
) -> None:
    """Take one step of gradient descent, in place."""
    activations = nn.forward(network, inputs, noise)
    weight_gradients, bias_gradients = nn.backward(network, activations, noise, targets)
    for layer, (w, b) in enumerate(zip(network.weights, network.biases, strict=True)):
        w[...] -= steps.rates[layer] * (weight_gradients[layer] + steps.decays[layer] * w)
        training.limit_norms(w, steps.norms[layer])
        b[...] -= steps.bias_rate * bias_gradients[layer]


def _gap(one: Network, other: Network, inputs: FloatArray) -> float:
    """Largest difference between the outputs of two networks, mean over the images."""
    return np.abs(nn.predict(one, inputs) - nn.predict(other, inputs)).max(axis=-1).mean()


def _small_arms(keep_prob: float, units: int) -> list[Arm]:
    """Networks with `units` units that may be dropped, in one hidden layer and in two."""
    return [
        Arm("one layer", sizes=(64, units, 10), keep_prob=(1.0, keep_prob)),
        Arm(
            "two layers",
            sizes=(64, units // 2, units // 2, 10),
            keep_prob=(1.0, keep_prob, keep_prob),
        ),
    ]


def single_network(network: Network, replicate: int) -> Network:
    """Return one of many networks, in float64."""
    if not network.replicates:
        raise ValueError("network must have replicates; got one network")
    replicate = whole_number("replicate", replicate, 0, network.replicates[0] - 1)
    return replace(
        network,
        weights=tuple(w[replicate].astype(np.float64) for w in network.weights),
        biases=tuple(b[replicate].astype(np.float64) for b in network.biases),
    )


def measure_exact_averages(trained: Trained, num_images: int = 100) -> dict[str, FloatArray]:
    """Compare weight scaling with the exact averages of all thinned networks, on test images.

    "from normalised geometric" and "from arithmetic": the largest difference between the ten
    probabilities of weight scaling and of that average, mean over the images. "other class, ...":
    the percentage of images to which that average gives another class than weight scaling. "loss,
    ..." and, in percent, "error, ...": of each, and of weight scaling ("loss, scaling").
    """
    found: dict[str, list[float]] = {}
    for k in range(trained.network.replicates[0]):
        network = single_network(trained.network, k)
        inputs, targets = (part[k, :num_images] for part in trained.test)
        outputs = {
            "scaling": nn.predict(network, inputs),
            "normalised geometric": averaging.exact_average(
                network, inputs, mean="normalized geometric"
            ),
            "arithmetic": averaging.exact_average(network, inputs),
        }
        for name, values in outputs.items():
            distance = np.abs(values - outputs["scaling"]).max(axis=-1).mean()
            found.setdefault(f"from {name}", []).append(distance)
            other = values.argmax(axis=-1) != outputs["scaling"].argmax(axis=-1)
            found.setdefault(f"other class, {name}", []).append(100 * other.mean())
            loss = float(nn.loss(network, values, targets))
            found.setdefault(f"loss, {name}", []).append(loss)
            error = 100 * float(nn.error(network, values, targets))
            found.setdefault(f"error, {name}", []).append(error)
    del found["from scaling"], found["other class, scaling"]
    return {name: np.array(values) for name, values in found.items()}


def exact_averages(
    seeds: Sequence[int],
    *,
    keep_prob: float = 0.8,
    units: int = 12,
    num_images: int = 100,
    progress: bool = True,
) -> list[Record]:
    """Measure how near weight scaling is to the exact averages, with one and two dropped layers.

    Arms "one layer" and "two layers", `units` ReLU units in all that may be dropped. Measures: see
    `measure_exact_averages`.
    """
    measure = partial(measure_exact_averages, num_images=num_images)
    return sweep(_small_arms(keep_prob, units), seeds, measure, progress=progress)


@dataclass(frozen=True)
class AverageStreams:
    """The probability that small networks give to the right class of a few images.

    Dictionaries by arm, "one layer" and "two layers", and `averaging.MEANS` entry, the arithmetic
    and the normalized geometric one. num_masks: shape (counts,). scaling: by arm, shape (images,).
    exact: by arm and mean, shape (images,). monte_carlo: by arm and mean, shape (images, streams,
    counts), each stream a growing mean over masks of its own.
    """

    num_masks: tuple[int, ...]
    scaling: dict[str, FloatArray]
    exact: dict[tuple[str, str], FloatArray]
    monte_carlo: dict[tuple[str, str], FloatArray]


def average_streams(
    seed: int,
    *,
    keep_prob: float = 0.8,
    units: int = 12,
    images: int = 4,
    streams: int = 8,
    num_masks: Sequence[int] = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000),
) -> AverageStreams:
    """Average the masks of two small networks in every way, for a few test images.

    The images are those to whose right class both weight-scaled networks give a probability near
    one half: the farther of the two is nearest to it. Networks as in `exact_averages`.
    """
    arms = _small_arms(keep_prob, units)
    nets = {arm.name: train_arm(arm, [seed]) for arm in arms}
    inputs, targets = (part[0] for part in nets["one layer"].test)
    networks = {name: single_network(trained.network, 0) for name, trained in nets.items()}
    right = targets.argmax(axis=-1)
    own = (np.arange(len(right)), right)
    from_half = [np.abs(nn.predict(network, inputs)[own] - 0.5) for network in networks.values()]
    picked = np.argsort(np.max(from_half, axis=0), kind="stable")[:images]
    inputs, right = inputs[picked], right[picked]
    pick = (..., np.arange(images), right)
    scaling, exact, monte_carlo = {}, {}, {}
    for name, network in networks.items():
        scaling[name] = nn.predict(network, inputs)[pick]
        for mean in ("arithmetic", "normalized geometric"):
            exact[name, mean] = averaging.exact_average(network, inputs, mean=mean)[pick]
            # a fresh mask for every example: copies of an image are streams of their own
            copies = np.tile(inputs, (streams, 1))
            rng = np.random.default_rng([seed, 3])
            grown = averaging.monte_carlo_average(network, copies, num_masks, rng, mean=mean)
            grown = grown.reshape(len(num_masks), streams, images, -1)[pick]
            monte_carlo[name, mean] = grown.transpose(2, 1, 0)
    return AverageStreams(tuple(num_masks), scaling, exact, monte_carlo)


def averages_against_masks(
    seeds: Sequence[int],
    *,
    num_masks: Sequence[int] = (1, 2, 5, 10, 20, 50, 100, 200),
    label_noises: Sequence[float] = (0.0, 0.2),
) -> dict[float, list[Record]]:
    """Return what `monte_carlo_against_weight_scaling` finds for each share of redrawn labels."""
    jobs = (
        delayed(monte_carlo_against_weight_scaling)(seeds, num_masks=num_masks, label_noise=noise)
        for noise in label_noises
    )
    return dict(zip(label_noises, Parallel(n_jobs=-1)(jobs), strict=True))


# --- chapter `masking`: one mask a mini-batch, or a fresh one for each example --------------------


def mask_sharing_noise(
    seeds: Sequence[int],
    *,
    batch_sizes: Sequence[int] = (1, 2, 5, 10, 20, 50, 100),
    draws: int = 100,
    keep_prob: tuple[float, ...] = (0.8, 0.5),
    epochs: int = 30,
) -> list[Record]:
    """Measure how much the masks alone make the gradient of a mini-batch vary.

    Networks of 64 hidden ReLU units, trained with fresh masks for `epochs`. Arms "fresh masks" and
    "shared mask"; settings are examples in a mini-batch. Measure "gradient variance": the variance
    over masks of each parameter's gradient, summed over the parameters, mean over mini-batches. It
    is half the mean squared distance of two gradients of one mini-batch with masks drawn anew, over
    `draws` random mini-batches.
    """
    trained = train_arm(Arm("net", keep_prob=keep_prob, recipe=Recipe(epochs=epochs)), seeds)
    records = []
    for arm, fresh_mask in (("fresh masks", "example"), ("shared mask", "batch")):
        network = replace(trained.network, fresh_mask=fresh_mask)
        for size in batch_sizes:
            size = whole_number("batch_sizes", size, 1)  # noqa: PLW2901 - checked
            rng = [np.random.default_rng([seed, 2, size]) for seed in seeds]
            found = _mask_variance(network, trained.split, size, draws, rng)
            records += _records(arm, size, seeds, {"gradient variance": found})
    return records


def _mask_variance(
    network: Network,
    split: data.Split,
    size: int,
    draws: int,
    rng: Sequence[np.random.Generator],
) -> FloatArray:
    """Half the mean squared distance of two gradients of one mini-batch: shape (replicates,)."""
    total = np.zeros(len(rng))
    for _ in range(whole_number("draws", draws, 1)):
        examples = split.train_inputs.shape[1]
        picked = np.stack([source.permutation(examples)[:size] for source in rng])[..., None]
        x = np.take_along_axis(split.train_inputs, picked, axis=1)
        t = np.take_along_axis(split.train_targets, picked, axis=1)
        one, other = (_flat_gradient(network, x, t, rng) for _twice in range(2))
        total += ((one - other) ** 2).sum(axis=1) / 2
    return total / draws


def _flat_gradient(
    network: Network, x: FloatArray, t: FloatArray, rng: Sequence[np.random.Generator]
) -> FloatArray:
    """All gradients under masks drawn now, shape (replicates, parameters)."""
    noise = nn.draw_noise(network, x.shape[1], rng)
    gradients = nn.backward(network, nn.forward(network, x, noise), noise, t)
    return np.concatenate([part.reshape(len(rng), -1) for parts in gradients for part in parts], 1)


def mask_sharing_error(
    seeds: Sequence[int],
    *,
    learning_rates: Sequence[float] = (0.1, 0.03, 0.01),
    keep_prob: tuple[float, ...] = (0.8, 0.5),
    epochs: int = 400,
    progress: bool = True,
) -> list[Record]:
    """Measure the test error of training with fresh masks and with a shared one.

    Arms "fresh masks" and "shared mask", one a mini-batch of 50 examples; settings are learning
    rates. Measure "test error", in percent.
    """
    arms = [
        Arm(
            name,
            rate,
            keep_prob=keep_prob,
            recipe=Recipe(epochs=epochs, learning_rate=rate),
            network=(("fresh_mask", fresh_mask),),
        )
        for name, fresh_mask in (("fresh masks", "example"), ("shared mask", "batch"))
        for rate in learning_rates
    ]
    return sweep(arms, seeds, measure_test_error, progress=progress)


# --- chapter `coadaptation` -----------------------------------------------------------------------


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
    return history.epochs, errors, _records(arm.name, arm.setting, seeds, _measure_all(trained))


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


def watch_arm(arm: Arm, seeds: Sequence[int], records: int) -> tuple[Trained, training.History]:
    """Train the networks of an arm as `train_arm` does, and record their errors on the way."""
    split = digit_splits(arm, seeds)
    rng = [np.random.default_rng([seed, 1]) for seed in seeds]
    network = nn.new_network(arm.sizes, rng, keep_prob=arm.keep_prob, **dict(arm.network))
    network, history = training.train(
        network,
        split.train_inputs,
        split.train_targets,
        arm.recipe,
        rng,
        test=(split.test_inputs, split.test_targets),
        records=records,
        progress=False,
    )
    return Trained(network, split, rng), history


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
    return errors, network.weights[0], _records(arm.name, arm.setting, seeds, measured)


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
        records += _records(name, None, seeds, found)
    return records


def _error_without(network: Network, trained: Trained, unit: int) -> FloatArray:
    inputs, targets = trained.test
    kept = np.ones((inputs.shape[1], network.sizes[-2]))
    kept[:, unit] = 0
    return 100 * nn.error(network, nn.forward(network, inputs, [None, kept])[-1], targets)
