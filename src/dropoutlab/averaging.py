"""The output at test time: weight scaling, Monte-Carlo averages, and the exact one of 2^n nets.

A network with n units that may be dropped is 2^n thinned networks, mask z with probability P(z).
Their outputs O(z) may be averaged as (Baldi & Sadowski 2013, section 3)

    arithmetic             E = Σ P O
    geometric              G = Π O^P
    normalized geometric   G_k / Σ_k G_k (softmax), G / (G + G′) with G′ = Π (1 − O)^P (logistic)

With one dropped layer under softmax or logistic outputs, the normalized geometric mean IS weight
scaling, `network.predict`; `symbolic.prove_normalized_means` proves it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit

from dropoutlab import network as nn
from dropoutlab._checks import FloatArray, choice, real_array, whole_number
from dropoutlab.masks import MAX_ENUMERATED_UNITS, enumerate_masks, mask_probability
from dropoutlab.network import Array, Network, Rng

MEANS = ("arithmetic", "geometric", "normalized geometric")
CHUNK_NUMBERS = 2**21  # at most so many numbers a layer are in memory at once


def ensemble_mean(
    outputs: ArrayLike,
    probability: ArrayLike | None = None,
    *,
    mean: str = "arithmetic",
    output: str = "softmax",
) -> FloatArray:
    """Return the mean over the members of an ensemble.

    Args:
        outputs: shape (members, ..., n_L), from 0 to 1 unless the mean is arithmetic.
        probability: of each member, shape (members,), at least 0 and with sum 1; equal if None.
        mean: one of MEANS.
        output: "softmax" or "logistic"; says how a geometric mean is normalized.

    Returns:
        Shape (..., n_L).
    """
    outputs = real_array("outputs", outputs, ["(...)"])
    if outputs.ndim < 2:
        raise ValueError(f"outputs must have shape (members, ..., n); got {outputs.shape}")
    choice("mean", mean, MEANS)
    choice("output", output, ("softmax", "logistic"))
    if mean != "arithmetic" and ((outputs < 0) | (outputs > 1)).any():
        raise ValueError(
            f"outputs must be from 0 to 1 for a geometric mean; got {outputs.min()} to "
            f"{outputs.max()}"
        )
    members = len(outputs)
    if probability is None:
        probability = np.full(members, 1 / members)
    probability = real_array("probability", probability, ["(members,)"])
    if len(probability) != members or (probability < 0).any() or abs(probability.sum() - 1) > 1e-9:
        raise ValueError(
            f"probability must be {members} numbers of at least 0 with sum 1; "
            f"got {len(probability)} with sum {probability.sum()}"
        )
    total = _Mean(mean, output)
    total.add(outputs, probability)
    return total.value()


def exact_average(network: Network, inputs: ArrayLike, *, mean: str = "arithmetic") -> FloatArray:
    """Return the mean output of all 2^n thinned networks, in float64 and bounded memory.

    Args:
        network: one network with Bernoulli noise and at most 20 units that may be dropped: n counts
            those of all layers with a keep-probability below 1.
        inputs: shape (batch, n_0).
        mean: one of MEANS; only "arithmetic" with linear outputs.

    Returns:
        Shape (batch, n_L).
    """
    network, inputs = _ensemble(network, inputs, mean)
    total = _Mean(mean, network.output)
    for noise, probability in _thinned(network, len(inputs)):
        outputs = nn._forward(network, inputs, noise)[-1]
        total.add(np.broadcast_to(outputs, (len(probability), *outputs.shape[-2:])), probability)
    return total.value()


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
    several = isinstance(num_masks, Sequence) and not isinstance(num_masks, str)
    counts = [whole_number("num_masks", k, 1) for k in (num_masks if several else [num_masks])]
    if not counts or counts != sorted(set(counts)):
        raise ValueError(f"num_masks must rise from number to number; got {num_masks!r}")
    _check_mean(network, mean)
    sources = nn.replicate_generators(network, rng)
    inputs = nn._layer_values("inputs", inputs, network, 0)
    network = replace(network, fresh_mask="example")
    total, means = _Mean(mean, network.output), []
    for done in range(1, counts[-1] + 1):
        noise = nn._draw_noise(network, inputs.shape[-2], sources)
        total.add(nn._forward(network, inputs, noise)[-1][None], np.ones(1))
        if done in counts:
            means.append(total.value(done))
    return np.stack(means) if several else means[0]


# --- the parts ------------------------------------------------------------------------------------


class _Mean:
    """A mean that grows: Σ P O, or Σ P log O (and Σ P log(1 − O) for logistic outputs)."""

    def __init__(self, mean: str, output: str) -> None:
        self.mean, self.output = mean, output
        self.total: Array | float = 0.0
        self.other: Array | float = 0.0

    def add(self, outputs: Array, probability: Array) -> None:
        """Add members: outputs (members, ..., n), probability (members,)."""
        if self.mean == "arithmetic":
            self.total = self.total + np.tensordot(probability, outputs, 1)
            return
        self.total = self.total + np.tensordot(probability, nn._log(outputs), 1)
        if self.output == "logistic":
            self.other = self.other + np.tensordot(probability, nn._log(1 - outputs), 1)

    def value(self, count: float = 1.0) -> Array:
        """The mean, if the probabilities so far add up to `count`."""
        total = self.total / count
        if self.mean == "arithmetic":
            return total
        if self.mean == "geometric":
            return np.exp(total)
        if self.output == "logistic":
            return expit(total - self.other / count)
        return nn._softmax(total.copy())


def _check_mean(network: Network, mean: str) -> None:
    choice("mean", mean, MEANS)
    if network.output == "linear" and mean != "arithmetic":
        raise ValueError(f"mean must be 'arithmetic' with linear outputs; got {mean!r}")


def _ensemble(network: Network, inputs: ArrayLike, mean: str) -> tuple[Network, FloatArray]:
    _check_mean(network, mean)
    units = sum(_dropped_sizes(network))
    if network.replicates or network.noise != "bernoulli" or not 1 <= units <= MAX_ENUMERATED_UNITS:
        raise ValueError(
            f"network must be one network with Bernoulli noise and 1 to {MAX_ENUMERATED_UNITS} "
            f"units that may be dropped; got {units}, {network.noise} noise, "
            f"replicates {network.replicates}"
        )
    network = replace(
        network,
        weights=tuple(w.astype(np.float64) for w in network.weights),
        biases=tuple(b.astype(np.float64) for b in network.biases),
    )
    inputs = nn._layer_values("inputs", inputs, network, 0)
    return network, inputs


def _dropped_sizes(network: Network) -> list[int]:
    """Units that may be dropped in each layer but the last."""
    pairs = zip(network.sizes, network.keep_prob, strict=False)
    return [size if keep_prob < 1 else 0 for size, keep_prob in pairs]


def _thinned(network: Network, batch: int) -> Iterator[tuple[list[Array | None], FloatArray]]:
    """Yield noise of shape (masks, 1, n_l) a layer, and the probability of each mask."""
    sizes = _dropped_sizes(network)
    keep_prob = np.repeat(network.keep_prob, sizes)
    chunk = max(1, CHUNK_NUMBERS // (batch * max(network.sizes)))
    for masks in enumerate_masks(sum(sizes), chunk):
        probability = mask_probability(masks, keep_prob)
        if network.scheme == "inverted":
            masks = masks / keep_prob  # noqa: PLW2901 - what multiplies the layer
        parts = np.split(masks[:, None, :], np.cumsum(sizes)[:-1], axis=2)
        yield [part if part.shape[2] else None for part in parts], probability
