"""Experiments of the chapter `scaling`: two schemes, three averages, how many masks."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice, product

import numpy as np
from joblib import delayed
from numpy.typing import ArrayLike

from dropoutlab import averaging, data
from dropoutlab import network as nn
from dropoutlab._checks import (
    FloatArray,
    positive_number,
    probability,
    seed_numbers,
    squared_inverse,
    whole_number,
)
from dropoutlab._descent import Rule, descend
from dropoutlab._names import public_dir
from dropoutlab._network_checks import layer_probabilities
from dropoutlab._progress import on_all_cores
from dropoutlab.experiments._once import once
from dropoutlab.experiments.arms import (
    Arm,
    Trained,
    growing_counts,
    single_network,
    sweep,
    train_arm,
)
from dropoutlab.network import Network
from dropoutlab.samples import Sample, Settings, samples_of

__dir__ = public_dir(__name__)

MEANS = {"Monte-Carlo": "arithmetic", "geometric Monte-Carlo": "normalized geometric"}  # by arm
TWO_LAYERS = (1.0, 0.8, 0.8)  # keep-probabilities of networks with two hidden layers
NUM_TEST = 1000  # examples


@once
def averages_against_masks(
    seeds: Sequence[int],
    *,
    num_masks: Sequence[int] = (1, 2, 5, 10, 20, 50, 100, 200),
    keep_prob: Sequence[float] = TWO_LAYERS,
    hidden_units: int = 100,
) -> list[Sample]:
    """Measure test error and loss of averages over masks, and of weight scaling (Fig. 11).

    Arms "Monte-Carlo" and "geometric Monte-Carlo" (normalized; setting "masks": how many) and
    "weight scaling". Two hidden layers, 1,000 test examples.
    """
    seeds = seed_numbers(seeds, 2)
    num_masks = growing_counts("num_masks", num_masks, 1)
    return _averaged(_two_layers(hidden_units, keep_prob, NUM_TEST), seeds, num_masks)


def _two_layers(units: int, keep_prob: Sequence[float], test_size: int | None = None) -> Arm:
    sizes = (data.CURVE_LENGTH, *[whole_number("hidden_units", units, 1)] * 2, 10)
    return Arm("net", sizes=sizes, keep_prob=layer_probabilities(keep_prob, 3), test_size=test_size)


def _averaged(arm: Arm, seeds: Sequence[int], num_masks: Sequence[int]) -> list[Sample]:
    trained = train_arm(arm, seeds)
    network, (inputs, targets) = trained.network, trained.test
    outputs = nn.predict(network, inputs)
    samples = _judged("weight scaling", {}, network, outputs, targets, seeds)
    for name, mean in MEANS.items():
        rng = [np.random.default_rng([seed, 2]) for seed in seeds]
        averages = averaging.monte_carlo_average(network, inputs, num_masks, rng, mean=mean)
        for k, outputs in zip(num_masks, averages, strict=True):
            samples += _judged(name, {"masks": k}, network, outputs, targets, seeds)
    return samples


def _judged(
    arm: str,
    settings: Settings,
    network: Network,
    outputs: ArrayLike,
    targets: ArrayLike,
    seeds: Sequence[int],
) -> list[Sample]:
    found = {
        "test error": 100 * nn.error(network, outputs, targets),
        "test loss": nn.loss(network, outputs, targets),
    }
    return samples_of(arm, settings, seeds, found)


@once
def forgotten_scaling(
    seeds: Sequence[int], *, keep_prob: Sequence[float] = TWO_LAYERS, hidden_units: int = 100
) -> list[Sample]:
    """Measure what wrong weights at test time do to networks trained with standard dropout.

    Arms "weights × p" (right), "not scaled", "biases × p too", "weights × p twice" and "masks left
    on", a mask for each example as in training; measures "test error" and "changed answers", in
    percent of the answers, "overconfidence", by how many points the mean of the largest probability
    is above the share of right answers, "test loss" and "training loss". Two hidden layers of ReLU
    units.
    """
    trained = train_arm(_two_layers(hidden_units, keep_prob), seed_numbers(seeds, 2))
    right = nn.scaled_for_test(trained.network)
    biases = zip(right.biases, keep_prob, strict=True)
    weights = zip(right.weights, keep_prob, strict=True)
    networks = {
        "weights × p": right,
        "not scaled": replace(right, weights=trained.network.weights),
        "biases × p too": replace(right, biases=tuple(b * b.dtype.type(p) for b, p in biases)),
        "weights × p twice": replace(right, weights=tuple(w * w.dtype.type(p) for w, p in weights)),
    }
    samples, answers = [], nn.predict(trained.network, trained.test[0]).argmax(axis=-1)
    for name, network in networks.items():
        samples += _used_as(name, network, trained, answers, [None] * 3, [None] * 3)
    noise = [
        nn.draw_noise(trained.network, part[0].shape[1], trained.streams(name))
        for name, part in (("test masks", trained.test), ("training masks", trained.train))
    ]
    return samples + _used_as("masks left on", trained.network, trained, answers, *noise)


def _used_as(
    arm: str,
    network: Network,
    trained: Trained,
    right: np.ndarray,
    test_noise: Sequence[ArrayLike | None],
    train_noise: Sequence[ArrayLike | None],
) -> list[Sample]:
    """Judge networks with their weights as they are."""
    outputs = nn.forward(network, trained.test[0], test_noise)[-1]
    error = 100 * nn.error(network, outputs, trained.test[1])
    logits = nn.logits(network, trained.test[0], test_noise)
    seen = nn.logits(network, trained.train[0], train_noise)
    found = {
        "test error": error,
        "overconfidence": 100 * outputs.max(axis=-1).mean(axis=-1, dtype=float) - (100 - error),
        "changed answers": 100 * (outputs.argmax(axis=-1) != right).mean(axis=-1),
        "test loss": nn.loss(network, logits, trained.test[1], logits=True),
        "training loss": nn.loss(network, seen, trained.train[1], logits=True),
    }
    return samples_of(arm, {}, trained.seeds, found)


@dataclass(frozen=True, eq=False)
class SchemeGaps:
    """How far apart networks with standard and with inverted dropout are as training goes on.

    updates: shape (records,). gaps: for (rate, decay, norm), each whether that setting of the
    inverted network was rescaled, shape (seeds, records): the largest difference between the two
    networks' ten probabilities at test time, mean over the test examples.
    """

    updates: np.ndarray
    gaps: dict[tuple[bool, bool, bool], FloatArray]


@once
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

    Raises:
        FloatingPointError: the weights grew without bound; learning rate or penalty is too large.
    """
    seeds, keep_prob = seed_numbers(seeds), layer_probabilities(keep_prob, 2)
    hidden_units = whole_number("hidden_units", hidden_units, 1)
    updates = whole_number("updates", updates, 1)
    for name, value in (("learning_rate", learning_rate), ("l2", l2), ("max_norm", max_norm)):
        positive_number(name, value)
    squared_inverse("keep_prob", min(keep_prob), "l2", l2)
    boxes = list(product((False, True), repeat=3))
    steps = [_steps(keep_prob, learning_rate, l2, max_norm, rescaled) for rescaled in boxes]
    record_at = np.unique(np.linspace(0, updates, 31).astype(int))
    jobs = [
        delayed(_gaps_of_seed)(seed, keep_prob, hidden_units, steps, record_at) for seed in seeds
    ]
    gaps = np.array(on_all_cores(jobs, "seeds"))
    return SchemeGaps(record_at, dict(zip(boxes, np.moveaxis(gaps, 2, 0), strict=True)))


def _gaps_of_seed(
    seed: int,
    keep_prob: tuple[float, ...],
    hidden_units: int,
    steps: Sequence[Sequence[Rule]],
    record_at: np.ndarray,
) -> FloatArray:
    """Train one standard network and its inverted twins; the first settings are not rescaled.

    Returns shape (records, twins).
    """
    split = data.mnist1d_split(300, np.random.default_rng(seed))
    rng = np.random.default_rng([seed, 1])
    sizes = (data.CURVE_LENGTH, hidden_units, 10)
    standard = nn.new_network(sizes, rng, keep_prob=keep_prob, dtype=np.float64)
    twins = [_inverted_twin(standard) for _ in steps]

    def gaps() -> list[float]:
        return [_gap(standard, twin, split.test_inputs) for twin in twins]

    found = [gaps()]
    networks = [standard, *twins]
    updates = descend(
        [part for network in networks for part in (*network.weights, *network.biases)],
        [rule for rules in (steps[0], *steps) for rule in rules],
        islice(_gradients(networks, split, rng), record_at[-1]),
    )
    try:
        with np.errstate(over="ignore", invalid="ignore"):
            found += [gaps() for update in updates if update in record_at]
    except ValueError as error:  # of numbers that overflow: all else has been checked
        raise FloatingPointError(
            "the weights grew without bound: use a smaller learning_rate or l2"
        ) from error
    return np.array(found)


def _gradients(
    networks: Sequence[Network], split: data.Split, rng: np.random.Generator
) -> Iterator[list[FloatArray]]:
    """Yield the gradients of a standard network and its inverted twins, one mini-batch for all."""
    standard = networks[0]
    while True:
        rows = rng.permutation(300)[:50]
        kept = nn.draw_noise(standard, 50, rng)
        scaled = [z / p for z, p in zip(kept, standard.keep_prob, strict=True)]
        gradients = []
        for network in networks:
            noise = kept if network is standard else scaled
            activations = nn.forward(network, split.train_inputs[rows], noise)
            weights, biases = nn.backward(network, activations, noise, split.train_targets[rows])
            gradients += [*weights, *biases]
        yield gradients


def _steps(
    keep_prob: tuple[float, ...],
    rate: float,
    l2: float,
    max_norm: float,
    rescaled: tuple[bool, bool, bool],
) -> list[Rule]:
    """Rules for the weights behind each layer, rescaled by its p where asked, and the biases."""
    of_rate, of_decay, of_norm = rescaled
    of_weights = [
        Rule(
            rate * p**2 if of_rate else rate,
            l2=l2 / p**2 if of_decay else l2,
            max_norm=max_norm * p if of_norm else max_norm,
        )
        for p in keep_prob
    ]
    return of_weights + [Rule(rate)] * len(keep_prob)


def _inverted_twin(network: Network) -> Network:
    """The same function, mask by mask and at test time, with the inverted scheme."""
    pairs = zip(network.weights, network.keep_prob, strict=True)
    weights = tuple(p * w for w, p in pairs)
    biases = tuple(b.copy() for b in network.biases)
    return replace(network, weights=weights, biases=biases, scheme="inverted")


def _gap(one: Network, other: Network, inputs: FloatArray) -> float:
    """Largest difference between the outputs of two networks, mean over the examples."""
    return np.abs(nn.predict(one, inputs) - nn.predict(other, inputs)).max(axis=-1).mean()


def _small_arms(keep_prob: float, units: int) -> list[Arm]:
    """Networks with `units` units that may be dropped, in one hidden layer and in two."""
    keep_prob = probability("keep_prob", keep_prob, above_zero=True)
    if whole_number("units", units, 2, 20) % 2:
        raise ValueError(f"units must be even, half of them a layer; got {units}")
    return [
        Arm("one layer", sizes=(data.CURVE_LENGTH, units, 10), keep_prob=(1.0, keep_prob)),
        Arm(
            "two layers",
            sizes=(data.CURVE_LENGTH, units // 2, units // 2, 10),
            keep_prob=(1.0, keep_prob, keep_prob),
        ),
    ]


def _exact_averages_of(trained: Trained, num_examples: int) -> dict[str, FloatArray]:
    """Compare weight scaling with the exact averages of all thinned networks, on test examples."""
    found: dict[str, list[float]] = {}
    for k in range(trained.network.replicates[0]):
        network = single_network(trained.network, k)
        inputs, targets = (part[k, :num_examples] for part in trained.test)
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


@once
def exact_averages(
    seeds: Sequence[int],
    *,
    keep_prob: float = 0.8,
    units: int = 12,
    num_examples: int = 100,
    progress: bool = True,
) -> list[Sample]:
    """Measure how near weight scaling is to the exact averages, with one and two dropped layers.

    Arms "one layer" and "two layers", `units` ReLU units in all that may be dropped. Measures:
    "from normalised geometric" and "from arithmetic": the largest difference between the ten
    probabilities of weight scaling and of that average, mean over the examples. "other class, ...":
    the percentage of examples to which that average gives another class than weight scaling. "loss,
    ..." and, in percent, "error, ...": of each, and of weight scaling ("loss, scaling").
    """
    num_examples = whole_number("num_examples", num_examples, 1, NUM_TEST)
    measure = partial(_exact_averages_of, num_examples=num_examples)
    return sweep(_small_arms(keep_prob, units), seeds, measure, progress=progress)
