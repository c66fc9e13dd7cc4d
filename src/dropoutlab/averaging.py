"""The output at test time: weight scaling, Monte-Carlo averages, and the exact one of 2^n nets.

A network with n units that may be dropped is 2^n thinned networks, mask z with probability P(z).
Their outputs O(z) may be averaged as (Baldi & Sadowski 2013, section 3)

    arithmetic             E = Σ P O
    geometric              G = Π O^P
    normalized geometric   G_k / Σ_k G_k (softmax), G / (G + G′) with G′ = Π (1 − O)^P (logistic)

With one dropped layer under softmax or logistic outputs, the normalized geometric mean IS weight
scaling, `network.predict`; `symbolic.prove_normalized_means` proves it.

Averages of a network are taken from the pre-activation a of its outputs, O = σ(a), which still has
its digits where O is rounded to 0 or 1; the normalized geometric mean is σ(Σ P a).
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import logit

from dropoutlab import _kernel as kernel
from dropoutlab import _network_checks as checks
from dropoutlab._checks import (
    FloatArray,
    choice,
    finite_result,
    flag,
    is_sequence,
    real_array,
    whole_number,
    whole_numbers,
)
from dropoutlab._names import public_dir
from dropoutlab._threads import one_blas_thread
from dropoutlab.masks import MAX_ENUMERATED_UNITS, enumerate_masks, mask_probability
from dropoutlab.network import Array, Network, Rng

__dir__ = public_dir(__name__)

MEANS = ("arithmetic", "geometric", "normalized geometric")
CHUNK_NUMBERS = 2**21  # at most so many numbers a layer are in memory at once


@one_blas_thread
@finite_result("outputs")
def ensemble_mean(
    outputs: ArrayLike,
    probability: ArrayLike | None = None,
    *,
    mean: str = "arithmetic",
    output: str = "softmax",
    logits: bool = False,
) -> FloatArray:
    """Return the mean over the members of an ensemble.

    Args:
        outputs: shape (members, ..., n_L), from 0 to 1 unless the mean is arithmetic; or
            pre-activations, as from `network.logits`.
        probability: of each member, shape (members,), at least 0 and with sum 1; equal if None.
        mean: one of MEANS.
        output: "softmax" or "logistic"; says how a geometric mean is normalized.
        logits: whether `outputs` are pre-activations.

    Returns:
        Shape (..., n_L).

    Raises:
        ValueError: among others, for outputs of 0 and 1 that leave no normalized geometric mean.
    """
    outputs = real_array("outputs", outputs, ["(...)"])
    if outputs.ndim < 2:
        raise ValueError(f"outputs must have shape (members, ..., n); got {outputs.shape}")
    choice("mean", mean, MEANS)
    choice("output", output, ("softmax", "logistic"))
    probability = _member_probability(probability, len(outputs))
    if flag("logits", logits):
        terms = _terms(mean, output, outputs)
        return _mean_of_sum(mean, output, np.tensordot(probability, terms, 1))
    if mean != "arithmetic" and ((outputs < 0) | (outputs > 1)).any():
        raise ValueError(
            f"outputs must be from 0 to 1 for a geometric mean; got {outputs.min()} to "
            f"{outputs.max()}"
        )
    possible = probability > 0  # 0⁰ = 1: what never happens does not count
    terms = _terms_of_outputs(mean, output, outputs[possible])
    total = np.tensordot(probability[possible], terms, 1)
    if mean == "normalized geometric" and _undefined(output, total):
        raise ValueError(
            "outputs must not make all geometric means 0, which have no normalized mean: pass "
            "pre-activations and logits=True; got outputs of 0 (and 1) that contradict each other"
        )
    return _mean_of_sum(mean, output, total)


@one_blas_thread
@finite_result("inputs", "network")
def exact_average(network: Network, inputs: ArrayLike, *, mean: str = "arithmetic") -> FloatArray:
    """Return the mean output of all 2^n thinned networks, in float64 and bounded memory.

    Args:
        network: one network with Bernoulli noise and at most 20 units that may be dropped: n counts
            those of all layers with a keep-probability below 1. With n = 0 it is its own mean.
        inputs: shape (batch, n_0).
        mean: one of MEANS; only "arithmetic" with linear outputs.

    Returns:
        Shape (batch, n_L).
    """
    network, inputs = _ensemble(network, inputs, mean)
    rows = max(1, CHUNK_NUMBERS // max(network.sizes))
    parts = np.split(inputs, range(rows, len(inputs), rows))
    return np.concatenate([_exact_mean(network, part, mean) for part in parts])


@one_blas_thread
@finite_result("inputs", "network")
def monte_carlo_average(
    network: Network,
    inputs: ArrayLike,
    num_masks: int | Sequence[int],
    rng: Rng,
    *,
    mean: str = "arithmetic",
) -> Array:
    """Return the mean output over random masks, a fresh one for every example.

    Args:
        network: one, or replicates.
        inputs: shape (batch, n_0), or (replicates, batch, n_0).
        num_masks: how many; or several numbers, rising, to see the mean grow.
        rng: the source of randomness; one a replicate if there are replicates.
        mean: one of MEANS; only "arithmetic" with linear outputs.

    Returns:
        Shape (..., batch, n_L), or (numbers, ..., batch, n_L).
    """
    _check_mean(network, mean)
    several = is_sequence(num_masks)
    counts = whole_numbers("num_masks", num_masks if several else [num_masks], 1)
    if counts != sorted(set(counts)):
        raise ValueError(f"num_masks must rise from number to number; got {num_masks!r}")
    sources = checks.replicate_generators(network, rng)
    inputs = checks.layer_values("inputs", inputs, network, 0)
    network = replace(network, fresh_mask="example")
    total, means = 0.0, []
    for done in range(1, counts[-1] + 1):
        noise = kernel.draw_noise(network, inputs.shape[-2], sources)
        logits = kernel.hidden_and_logits(network, inputs, noise, checked=True)[-1].astype(
            np.float64
        )
        total = total + _terms(mean, network.output, logits)
        if done in counts:
            means.append(_mean_of_sum(mean, network.output, total / done))
    return np.stack(means) if several else means[0]


@one_blas_thread
@finite_result("inputs", "network")
def monte_carlo_spread(
    network: Network, inputs: ArrayLike, num_masks: int, rng: Rng
) -> tuple[Array, Array]:
    """Return the mean of the outputs over random masks and their standard deviation.

    "Monte-Carlo dropout" (Gal & Ghahramani 2016). The spread is that of the masks, whose rate was
    chosen beforehand: it need not shrink when there are more examples (Osband 2016).

    Args:
        network: one, or replicates.
        inputs: shape (batch, n_0), or (replicates, batch, n_0).
        num_masks: two or more passes; the spread of m of them is off by about 1 / √(2m).
        rng: the source of randomness; one a replicate if there are replicates.

    Returns:
        Both of shape (..., batch, n_L); the spread with m − 1.
    """
    checks.network_argument(network)
    num_masks = whole_number("num_masks", num_masks, 2)
    sources = checks.replicate_generators(network, rng)
    inputs = checks.layer_values("inputs", inputs, network, 0)
    network = replace(network, fresh_mask="example")
    mean, squares = 0.0, 0.0
    for done in range(1, num_masks + 1):
        noise = kernel.draw_noise(network, inputs.shape[-2], sources)
        outputs = kernel.forward(network, inputs, noise, checked=True)[-1].astype(np.float64)
        gap = outputs - mean
        mean = mean + gap / done
        squares = squares + gap * (outputs - mean)  # Welford: no difference of large numbers
    dtype = network.weights[0].dtype
    return mean.astype(dtype), np.sqrt(squares / (num_masks - 1)).astype(dtype)


# --- the parts ------------------------------------------------------------------------------------


def _terms(mean: str, output: str, logits: FloatArray) -> FloatArray:
    """What is added up over the members: O, log O, or the pre-activation; `logits` is used up."""
    if mean == "arithmetic":
        return kernel.activate(output, logits)
    return kernel.log_activate(output, logits) if mean == "geometric" else logits


def _terms_of_outputs(mean: str, output: str, outputs: FloatArray) -> FloatArray:
    """The same from the outputs; infinite where they are 0 or 1."""
    if mean == "arithmetic":
        return outputs
    with np.errstate(divide="ignore"):
        odds = mean == "normalized geometric" and output == "logistic"
        return logit(outputs) if odds else np.log(outputs)


def _mean_of_sum(mean: str, output: str, total: FloatArray) -> FloatArray:
    """The mean, from the sum of the terms, each times its probability."""
    if mean == "arithmetic":
        return total
    return np.exp(total) if mean == "geometric" else kernel.activate(output, total.copy())


def _undefined(output: str, total: FloatArray) -> bool:
    if output == "logistic":
        return bool(np.isnan(total).any())
    return bool(np.isneginf(total).all(axis=-1).any())


def _member_probability(probability: ArrayLike | None, members: int) -> FloatArray:
    if probability is None:
        return np.full(members, 1 / members)
    probability = real_array("probability", probability, ["(members,)"])
    if len(probability) != members or (probability < 0).any() or abs(probability.sum() - 1) > 1e-9:
        raise ValueError(
            f"probability must be {members} numbers of at least 0 with sum 1; "
            f"got {len(probability)} with sum {probability.sum()}"
        )
    return probability


def _exact_mean(network: Network, inputs: FloatArray, mean: str) -> FloatArray:
    total = 0.0
    for noise, probability in _thinned(network, len(inputs)):
        logits = kernel.hidden_and_logits(network, inputs, noise, checked=True)[-1]
        logits = np.broadcast_to(logits, (len(probability), *logits.shape[-2:])).copy()
        total = total + np.tensordot(probability, _terms(mean, network.output, logits), 1)
    return _mean_of_sum(mean, network.output, total)


def _check_mean(network: Network, mean: str) -> None:
    checks.network_argument(network)
    choice("mean", mean, MEANS)
    if network.output == "linear" and mean != "arithmetic":
        raise ValueError(f"mean must be 'arithmetic' with linear outputs; got {mean!r}")


def _ensemble(network: Network, inputs: ArrayLike, mean: str) -> tuple[Network, FloatArray]:
    _check_mean(network, mean)
    units = sum(_dropped_sizes(network))
    if network.replicates or network.noise != "bernoulli" or units > MAX_ENUMERATED_UNITS:
        raise ValueError(
            f"network must be one network with Bernoulli noise and at most {MAX_ENUMERATED_UNITS} "
            f"units that may be dropped; got {units}, {network.noise} noise, "
            f"replicates {network.replicates}"
        )
    network = replace(
        network,
        weights=tuple(w.astype(np.float64) for w in network.weights),
        biases=tuple(b.astype(np.float64) for b in network.biases),
    )
    inputs = checks.layer_values("inputs", inputs, network, 0)
    return network, inputs


def _dropped_sizes(network: Network) -> list[int]:
    """Units that may be dropped in each layer but the last."""
    pairs = zip(network.sizes, network.keep_prob, strict=False)
    return [size if keep_prob < 1 else 0 for size, keep_prob in pairs]


def _thinned(network: Network, batch: int) -> Iterator[tuple[list[Array | None], FloatArray]]:
    """Yield noise of shape (masks, 1, n_l) a layer, and the probability of each mask."""
    sizes = _dropped_sizes(network)
    if not sum(sizes):
        yield [None] * len(sizes), np.ones(1)
        return
    keep_prob = np.repeat(network.keep_prob, sizes)
    chunk = max(1, CHUNK_NUMBERS // (batch * max(network.sizes)))
    for masks in enumerate_masks(sum(sizes), chunk):
        probability = mask_probability(masks, keep_prob)
        scale = keep_prob if network.scheme == "inverted" else 1.0
        parts = np.split((masks / scale)[:, None, :], np.cumsum(sizes)[:-1], axis=2)
        yield [part if part.shape[2] else None for part in parts], probability
