"""Measures of how much the units of a network lean on each other.

All look at a trained network as it is used at test time, on given examples, and return one number a
network: shape () or (replicates,). The unit of the last hidden layer number j has activation h_j
and outgoing weights w_kj, scaled for test time. How a function is written down can be taken out
first: `centred` and `equally_confident` give the network that a measure should look at.

    measure              range      what it says
    cancellation         0 to 1     share of the units' contributions to an output that cancel out
    chance_cancellation  0 to 1     the same with random signs of the outgoing weights
    interaction          0 up       error of adding the effects of removing units one by one
    negative_share       0 to 1     how much of the interaction is negative
    ablation             as error   error when a random share of the units is removed
    half_agreement       0 to 1     how often two halves of the units give the same class
    steadiness           −1 to 1    how alike a unit's refitted weights are in two companies
    refit_error          as error   error of an output refitted on a few random units
    active_share         0 to 1     share of h that are above 0 (sparsity is what is missing to 1)
    mean_correlation     0 to 1     mean |correlation| of two units over the examples
    effective_units      1 to n     over how many units the contributions to the outputs are spread
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from dropoutlab import _kernel as kernel
from dropoutlab import _network_checks as checks
from dropoutlab import network as nn
from dropoutlab._checks import finite_result, items, positive_number, probability, whole_number
from dropoutlab._names import public_dir
from dropoutlab._threads import one_blas_thread
from dropoutlab.network import Array, Network, Rng

__dir__ = public_dir(__name__)


@one_blas_thread
@finite_result("network", "inputs")
def cancellation(network: Network, inputs: ArrayLike) -> Array:
    """Return the mean over examples and outputs k of 1 − |Σ_j w_kj h_j| / Σ_j |w_kj h_j|.

    0: all units push an output the same way. 1: they cancel out. Outputs to which no unit
    contributes count as 0. Biases are left out.
    """
    network, activations = _test_time(network, inputs)
    weights, h = _of_unit_size(network.weights[-1]), _of_unit_size(activations[-2])
    net = np.abs(h @ weights.swapaxes(-1, -2))
    gross = np.abs(h) @ np.abs(weights).swapaxes(-1, -2)
    share = np.where(gross > 0, net / np.where(gross > 0, gross, 1), 1)
    return 1 - share.mean(axis=(-2, -1))


@one_blas_thread
@finite_result("network", "inputs")
def chance_cancellation(network: Network, inputs: ArrayLike, rng: Rng, *, draws: int = 10) -> Array:
    """Return the mean cancellation with the signs of all outgoing weights drawn at random.

    Which units are active, and how large their contributions are, stays as it is.

    Args:
        network: one, or replicates.
        inputs: shape (examples, n_0), or (replicates, examples, n_0).
        rng: draws the signs; one a replicate if there are replicates.
        draws: how many choices of signs to average.
    """
    draws = whole_number("draws", draws, 1)
    sources = checks.replicate_generators(network, rng)
    outgoing = _hidden_layer(network).weights[-1]
    found = []
    for _ in range(draws):
        signs = np.array([source.choice([-1, 1], outgoing.shape[-2:]) for source in sources])
        turned = outgoing * signs.reshape(outgoing.shape).astype(outgoing.dtype)
        found.append(cancellation(_with_outgoing(network, turned), inputs))
    return np.mean(found, axis=0)


@one_blas_thread
@np.errstate(over="ignore", invalid="ignore")  # noticed and named by _ratio
def interaction(
    network: Network, inputs: ArrayLike, targets: ArrayLike, rng: Rng, *, pairs: int = 50
) -> Array:
    """Return mean |Δ_ij − (Δ_i + Δ_j)| / mean |Δ_i + Δ_j| over examples and random pairs.

    Δ_i is the change of an example's loss when unit i of the last hidden layer is removed, Δ_ij
    when both are; the others stay as they are. 0: effects add up. NaN if no removal has an effect,
    infinite if the two of every pair undo each other's.

    Args:
        network: with at least two units in its last hidden layer.
        inputs: shape (examples, n_0), or (replicates, examples, n_0).
        targets: shape (examples, n_L), or (replicates, examples, n_L).
        rng: picks the pairs; one a replicate if there are replicates.
        pairs: how many pairs of different units.
    """
    beyond, together = 0.0, 0.0
    for first, second, both in _pair_effects(network, inputs, targets, rng, pairs):
        beyond = beyond + np.abs(both - first - second).mean(axis=-1)
        together = together + np.abs(first + second).mean(axis=-1)
    return _ratio(beyond, together)


@one_blas_thread
@np.errstate(over="ignore", invalid="ignore")  # noticed and named by _ratio
def negative_share(
    network: Network, inputs: ArrayLike, targets: ArrayLike, rng: Rng, *, pairs: int = 50
) -> Array:
    """Return how much of the interaction is negative: Σ max(−I, 0) / Σ |I|.

    I is Δ_ij − (Δ_i + Δ_j), the sums run over examples and random pairs, as for `interaction`. For
    a linear output and a squared error I is the product of two contributions: 1 if all pairs undo
    each other, 0 if all push the same way. NaN if nothing interacts. Arguments as there.
    """
    negative, size = 0.0, 0.0
    for first, second, both in _pair_effects(network, inputs, targets, rng, pairs):
        beyond = both - first - second
        negative = negative + np.maximum(-beyond, 0).sum(axis=-1)
        size = size + np.abs(beyond).sum(axis=-1)
    return _ratio(negative, size)


@one_blas_thread
@finite_result("network", "inputs")
def ablation(
    network: Network,
    inputs: ArrayLike,
    targets: ArrayLike,
    fraction: float,
    rng: Rng,
    *,
    draws: int = 10,
) -> Array:
    """Return the mean error with a random fraction of the last hidden units removed.

    The units that stay are divided by their share, so that sums keep their size. Training with
    dropout trains for just this: the measure is circular as evidence for dropout.

    Args:
        network: one, or replicates.
        inputs: shape (examples, n_0), or (replicates, examples, n_0).
        targets: shape (examples, n_L), or (replicates, examples, n_L).
        fraction: from 0 to below 1; rounded to a whole number of units, one at least stays.
        rng: picks the units; one a replicate if there are replicates.
        draws: how many random choices of units to average.
    """
    fraction = probability("fraction", fraction, below_one=True)
    draws = whole_number("draws", draws, 1)
    sources = checks.replicate_generators(network, rng)
    network, h, targets = _hidden_and_targets(network, inputs, targets)
    units = network.sizes[-2]
    removed = min(round(fraction * units), units - 1)
    errors = []
    for _ in range(draws if removed else 1):
        picked = _random_units(units, removed, sources)
        kept = _without(network, h, picked) * (units / (units - removed))
        errors.append(
            kernel.error(network, kernel.activate(network.output, _logits(network, kept)), targets)
        )
    return np.mean(errors, axis=0)


@one_blas_thread
@finite_result("network", "train", "test")
def refit_error(
    network: Network,
    train: tuple[ArrayLike, ArrayLike],
    test: tuple[ArrayLike, ArrayLike],
    rng: Rng,
    *,
    units: int = 10,
    draws: int = 10,
    ridge: float = 1e-3,
) -> Array:
    """Return the mean test error of a linear output refitted on a few random hidden units.

    Least squares to the targets, with a constant and a ridge penalty. Unlike `ablation` it does not
    ask the units to work without a refit, for which dropout trains.

    Args:
        network: one, or replicates.
        train: inputs and targets to fit.
        test: inputs and targets to judge.
        rng: picks the units; one a replicate if there are replicates.
        units: how many of the last hidden layer.
        draws: how many random choices to average.
        ridge: penalty above 0, relative to the mean square of the chosen activations.
    """
    units = whole_number("units", units, 1, _hidden_layer(network).sizes[-2])
    draws = whole_number("draws", draws, 1)
    ridge = positive_number("ridge", ridge)
    sources = checks.replicate_generators(network, rng)
    train = items("train", train, "arrays, inputs and targets", 2)
    test = items("test", test, "arrays, inputs and targets", 2)
    scaled, fitted, goal = _hidden_and_targets(network, *train, name="train ")
    _scaled, judged, truth = _hidden_and_targets(network, *test, name="test ")
    errors = []
    for _ in range(draws):
        picked = _random_units(network.sizes[-2], units, sources)
        outputs = _refitted(
            _only(scaled, fitted, picked), goal, _only(scaled, judged, picked), ridge
        )
        errors.append(kernel.error(scaled, outputs, truth))
    return np.mean(errors, axis=0)


@one_blas_thread
@finite_result("network", "inputs")
def half_agreement(network: Network, inputs: ArrayLike, rng: Rng, *, draws: int = 10) -> Array:
    """Return the share of examples that two disjoint random halves put in the same class.

    Each half of the last hidden units is multiplied by its share's inverse, so that sums keep their
    size; with an odd number of units one is left out. As with `ablation`, dropout trains for this.

    Args:
        network: with softmax outputs and at least two units in its last hidden layer.
        inputs: shape (examples, n_0), or (replicates, examples, n_0).
        rng: splits the units; one a replicate if there are replicates.
        draws: how many random splits to average.
    """
    draws, units = whole_number("draws", draws, 1), _hidden_units(network, 2)
    sources = checks.replicate_generators(network, rng)
    _softmax_outputs(network)
    network, activations = _test_time(network, inputs)
    h, size, shares = activations[-2], units // 2, []
    for _ in range(draws):
        order = _random_units(units, units, sources)
        classes = [
            _logits(network, _without(network, h, np.delete(order, part, axis=1)) * (units / size))
            .argmax(axis=-1)
            for part in (slice(size), slice(size, 2 * size))
        ]  # fmt: skip
        shares.append((classes[0] == classes[1]).mean(axis=-1))
    return np.mean(shares, axis=0)


@one_blas_thread
@finite_result("network", "inputs")
def steadiness(
    network: Network,
    inputs: ArrayLike,
    targets: ArrayLike,
    rng: Rng,
    *,
    draws: int = 5,
    ridge: float = 1e-2,
) -> Array:
    """Return how alike the refitted outgoing weights of units are in two different companies.

    A fifth of the last hidden units is picked, and the others are split in two. An output is fitted
    by least squares to the picked units with one half of the others, and again with the other half.
    For the picked units the two sets of weights, centred over the outputs and each times its unit's
    standard deviation, are correlated. 1: what a unit is for does not depend on its company. No
    unit is removed from the network that was trained, and no size of weights matters.

    Args:
        network: with at least 15 units in its last hidden layer.
        inputs: shape (examples, n_0), or (replicates, examples, n_0); to fit, and so the training
            set, as a rule.
        targets: shape (examples, n_L), or (replicates, examples, n_L), with n_L at least 2.
        rng: picks the units; one a replicate if there are replicates.
        draws: how many random choices to average.
        ridge: penalty above 0, relative to the mean square of the chosen activations.

    Raises:
        ValueError: among others, all units that were picked are dead.
    """
    draws, units = whole_number("draws", draws, 1), _hidden_units(network, 15)
    ridge, sources = positive_number("ridge", ridge), checks.replicate_generators(network, rng)
    if network.sizes[-1] < 2:
        raise ValueError("network must have two outputs or more; got 1")
    network, h, targets = _hidden_and_targets(network, inputs, targets)
    spread = h.std(axis=-2, dtype=np.float64)[..., None]
    group, found = units // 5, []
    for _ in range(draws):
        order = _random_units(units, units, sources)
        picked, rest = order[:, :group], order[:, group:]
        half = rest.shape[1] // 2
        fits = []
        for others in (rest[:, :half], rest[:, half : 2 * half]):
            company = np.concatenate([picked, others], axis=1)
            weights = _solved(_only(network, h, company), targets, ridge)[..., :group, :]
            index = picked[..., None] if network.replicates else picked[0][:, None]
            weights = weights * np.take_along_axis(spread, index, axis=-2)
            fits.append(_of_unit_size(weights - weights.mean(axis=-1, keepdims=True), (-2, -1)))
        product, one, other = (
            (a * b).sum(axis=(-2, -1)) for a, b in ((fits[0], fits[1]), *((f, f) for f in fits))
        )
        if ((one == 0) | (other == 0)).any():
            raise ValueError(
                "network and targets must give units weights that can be alike; got units that do "
                "not change from example to example, or targets that are the same for all outputs"
            )
        found.append(_ratio(product, np.sqrt(one * other)))
    return np.mean(found, axis=0)


@one_blas_thread
@finite_result("network", "inputs")
def active_share(network: Network, inputs: ArrayLike) -> Array:
    """Return the share of the last hidden layer's activations that are above 0."""
    return (_test_time(network, inputs)[1][-2] > 0).mean(axis=(-2, -1))


@one_blas_thread
def mean_correlation(network: Network, inputs: ArrayLike) -> Array:
    """Return the mean |correlation| over the examples of two units of the last hidden layer.

    Units that never change are left out. NaN if fewer than two change.
    """
    h = _test_time(network, inputs)[1][-2].astype(np.float64)
    return np.reshape([_correlation(one) for one in h.reshape(-1, *h.shape[-2:])], h.shape[:-2])


@one_blas_thread
def effective_units(network: Network, inputs: ArrayLike) -> Array:
    """Return (Σ_j s_j)² / Σ_j s_j², with s_j the mean size of the contributions of unit j.

    s_j is the mean over examples and outputs k of |w_kj h_j|. n if all n units of the last hidden
    layer contribute the same, m if m of them do and the others nothing: the effective sample size
    of survey statistics (L. Kish, Survey Sampling, 1965). NaN if nothing contributes.
    """
    network, activations = _test_time(network, inputs)
    h, outgoing = (_of_unit_size(part, (-2, -1)) for part in (activations[-2], network.weights[-1]))
    size = _of_unit_size(np.abs(h).mean(axis=-2) * np.abs(outgoing).mean(axis=-2))
    return _ratio(size.sum(axis=-1) ** 2, (size**2).sum(axis=-1))


def centred(network: Network) -> Network:
    """Return the network with each last hidden unit's outgoing weights less their mean.

    A softmax does not see the same number added to all outputs: the network says the same, but
    contributions that go to all outputs alike are not counted as contributions any more.
    """
    _softmax_outputs(network)
    outgoing = _hidden_layer(network).weights[-1]
    return _with_outgoing(network, outgoing - outgoing.mean(axis=-2, keepdims=True))


@one_blas_thread
def equally_confident(network: Network, inputs: ArrayLike, *, margin: float = 1.0) -> Network:
    """Return the network of test time with its outputs multiplied to a given mean margin.

    The margin of an example is its largest logit minus the second largest. A factor on all outgoing
    weights and biases of the last layer changes no answer, but how sure the network is of it, and
    with that its losses.

    Args:
        network: with softmax outputs of two classes or more.
        inputs: shape (examples, n_0), or (replicates, examples, n_0).
        margin: above 0.

    Raises:
        ValueError: among others, all outputs of a network are equal, so that no factor helps, or
            the outgoing weights would vanish.
    """
    margin = positive_number("margin", margin)
    _softmax_outputs(network)
    network = nn.scaled_for_test(network)
    top = np.sort(nn.logits(network, inputs).astype(np.float64), axis=-1)[..., -2:]
    mean = np.diff(top).mean(axis=(-2, -1))[..., None]
    with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
        factor = (margin / mean).astype(network.weights[0].dtype)
        last = network.weights[-1] * factor[..., None], network.biases[-1] * factor
    if not all(np.isfinite(part).all() for part in last):
        raise ValueError(
            f"network must tell classes apart well enough for margin {margin}; "
            f"got mean margins of {mean.min()} and more"
        )
    tiny, most = np.finfo(factor.dtype).tiny, np.abs(network.weights[-1]).max(axis=(-2, -1))
    vanish = (most > 0) & (np.abs(last[0]).max(axis=(-2, -1)) < tiny)
    if (factor < tiny).any() or vanish.any():
        raise ValueError(
            f"margin must be large enough that {factor.dtype} holds the outgoing weights and what "
            f"they are multiplied by; got {margin}"
        )
    return replace(
        network,
        weights=(*network.weights[:-1], last[0]),
        biases=(*network.biases[:-1], last[1]),
    )


# --- the parts ------------------------------------------------------------------------------------


def _hidden_layer(network: Network) -> Network:
    if len(checks.network_argument(network).weights) < 2:
        raise ValueError("network must have a hidden layer; got none")
    return network


def _hidden_units(network: Network, least: int) -> int:
    units = _hidden_layer(network).sizes[-2]
    if units < least:
        raise ValueError(
            f"network must have at least {least} units in its last hidden layer; got {units}"
        )
    return units


def _softmax_outputs(network: Network) -> None:
    if checks.network_argument(network).output != "softmax" or network.sizes[-1] < 2:
        raise ValueError(
            "network must have softmax outputs of two classes or more; "
            f"got {network.output!r} and {network.sizes[-1]}"
        )


@finite_result("inputs", "network")
def _hidden_activations(network: Network, inputs: ArrayLike, name: str) -> list[Array]:
    inputs = checks.layer_values(name, inputs, network, 0)
    return kernel.hidden_and_logits(network, inputs, [None] * len(network.weights), checked=True)


def _test_time(
    network: Network, inputs: ArrayLike, name: str = "inputs"
) -> tuple[Network, list[Array]]:
    """The network at test time, and its activations up to the last hidden layer."""
    network = nn.scaled_for_test(_hidden_layer(network))
    return network, _hidden_activations(network, inputs, name)


def _hidden_and_targets(
    network: Network, inputs: ArrayLike, targets: ArrayLike, name: str = ""
) -> tuple[Network, Array, Array]:
    """The network at test time, its last hidden activations, and the targets that go with them."""
    network, activations = _test_time(network, inputs, f"{name}inputs")
    h = activations[-2]
    return network, h, checks.target_values(network, targets, h.shape[-2], f"{name}targets")


def _of_unit_size(values: Array, axes: int | tuple[int, int] = -1) -> Array:
    """Values over a power of two, which is exact, so that the largest along the axes is near 1."""
    exponent = np.frexp(np.abs(values).max(axis=axes, keepdims=True))[1]
    return np.ldexp(values, -exponent)


def _ratio(part: ArrayLike, whole: ArrayLike) -> Array:
    """Part / whole; NaN where both are 0, and infinite where only the whole is."""
    if not np.isfinite([part, whole]).all():
        raise ValueError(
            "network and targets must be small enough for finite losses; got losses that overflow"
        )
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(part) / np.asarray(whole)


def _with_outgoing(network: Network, outgoing: Array) -> Network:
    return replace(network, weights=(*network.weights[:-1], outgoing))


def _pair_effects(
    network: Network, inputs: ArrayLike, targets: ArrayLike, rng: Rng, pairs: int
) -> Iterator[tuple[Array, Array, Array]]:
    """Changes of the examples' losses without one unit, without another, and without both."""
    pairs = whole_number("pairs", pairs, 1)
    sources = checks.replicate_generators(network, rng)
    units = _hidden_units(network, 2)
    network, h, targets = _hidden_and_targets(network, inputs, targets)
    whole = _losses(network, h, targets)
    for _ in range(pairs):
        picked = _random_units(units, 2, sources)
        removed = (picked[:, :1], picked[:, 1:], picked)
        yield tuple(_losses(network, _without(network, h, of), targets) - whole for of in removed)


def _random_units(units: int, count: int, sources: Sequence[np.random.Generator]) -> np.ndarray:
    """`count` different units for each network: shape (networks, count)."""
    return np.stack([source.choice(units, count, replace=False) for source in sources])


@finite_result("network", "inputs")
def _logits(network: Network, h: Array) -> Array:
    """The outputs' pre-activation from given activations of the last hidden layer."""
    return kernel.pre_activation(network, -1, h)


def _losses(network: Network, h: Array, targets: Array) -> Array:
    return kernel.example_losses(network, _logits(network, h), targets)


def _without(network: Network, h: Array, picked: np.ndarray) -> Array:
    """Activations with the picked units, shape (networks, count), set to 0."""
    kept = np.ones((len(picked), h.shape[-1]), h.dtype)
    np.put_along_axis(kept, picked, 0, axis=1)
    return h * (kept[:, None, :] if network.replicates else kept[0])


def _only(network: Network, h: Array, picked: np.ndarray) -> Array:
    """The picked units' activations and a constant 1, as float64."""
    index = picked[:, None, :] if network.replicates else picked[0][None, :]
    chosen = np.take_along_axis(h, np.broadcast_to(index, (*h.shape[:-1], picked.shape[1])), -1)
    return np.concatenate([chosen, np.ones_like(chosen[..., :1])], axis=-1).astype(np.float64)


@finite_result("network", "train", "test")
def _refitted(h: Array, goal: Array, judged: Array, ridge: float) -> Array:
    return judged @ _solved(h, goal, ridge)


def _solved(h: Array, goal: Array, ridge: float) -> Array:
    """Weights of least squares with a relative ridge penalty: shape (..., units, outputs)."""
    transposed = h.swapaxes(-1, -2)
    strength = ridge * (h**2).sum(axis=(-2, -1), keepdims=True) / h.shape[-1]
    system = transposed @ h + strength * np.eye(h.shape[-1])
    try:
        found = np.linalg.solve(system, transposed @ goal)
    except np.linalg.LinAlgError:
        found = np.array(np.nan)
    if not np.isfinite(found).all():
        raise ValueError(
            "ridge must be large enough for one solution with these units and, like network and "
            f"inputs, small enough for a finite one; got {ridge}"
        )
    return found


def _correlation(h: Array) -> float:
    changing = _of_unit_size(h[:, np.ptp(h, axis=0) > 0], 0)
    if changing.shape[1] < 2:
        return float("nan")
    matrix = np.abs(np.corrcoef(changing, rowvar=False))
    return float(matrix[np.triu_indices(len(matrix), 1)].mean())
