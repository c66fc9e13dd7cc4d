"""The error contract of everything that takes a network: its parameters, its arrays, its noise."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from dropoutlab._checks import (
    generators,
    is_sequence,
    items,
    parameter_array,
    probability,
    real_array,
)
from dropoutlab._kernel import Array

if TYPE_CHECKING:
    from dropoutlab.network import Network, Rng

SUM_TOLERANCE = 1e-5  # of targets that are probabilities: what float32 leaves of their sum


def network_argument(network: Network) -> Network:
    """Return `network` if it is one."""
    if not all(hasattr(network, part) for part in ("weights", "keep_prob", "fresh_mask")):
        raise TypeError(
            "network must be a dropoutlab.network.Network, for example from new_network; "
            f"got {type(network).__name__}"
        )
    return network


def parameter_arrays(
    weights: Sequence[ArrayLike], biases: Sequence[ArrayLike]
) -> tuple[tuple[Array, ...], tuple[Array, ...]]:
    """Return weights and biases of one dtype that fit together."""
    arrays = {}
    for name, value, axes in (("weights", weights, 2), ("biases", biases, 1)):
        parts = items(name, value, "arrays, one a layer")
        arrays[name] = tuple(parameter_array(name, part) for part in parts)
        for part in arrays[name]:
            if part.ndim - axes not in (0, 1):
                raise ValueError(
                    f"{name} must have {axes} axes, or one more with replicates; "
                    f"got shape {part.shape}"
                )
    weights, biases = arrays.values()
    kinds = sorted({part.dtype.name for part in (*weights, *biases)})
    if len(kinds) > 1:
        raise ValueError(f"weights and biases must have one dtype; got {' and '.join(kinds)}")
    shapes, of_biases = [w.shape for w in weights], [b.shape for b in biases]
    joined = all(
        after == (*before[:-2], after[-2], before[-2]) for before, after in pairwise(shapes)
    )
    if not joined or of_biases != [shape[:-1] for shape in shapes]:
        raise ValueError(
            "weights and biases must fit together, W^(l) of shape (..., n_(l+1), n_l) and "
            f"b^(l) of shape (..., n_(l+1)); got {shapes} and {of_biases}"
        )
    return weights, biases


def layer_probabilities(
    keep_prob: Sequence[float], layers: int, inverse_in: np.dtype | None
) -> tuple[float, ...]:
    """Return one keep-probability a layer; its inverse has to fit in a dtype if one is given."""
    if not is_sequence(keep_prob):
        raise TypeError(f"keep_prob must be a sequence, one value a layer; got {keep_prob!r}")
    values = items("keep_prob", keep_prob, "values, for the inputs and each hidden layer", layers)
    values = tuple(probability("keep_prob", value, above_zero=True) for value in values)
    if inverse_in is not None and min(values) * np.finfo(inverse_in).max < 1:
        raise ValueError(
            f"keep_prob must be large enough that {inverse_in.name} holds 1 / keep_prob with the "
            f"inverted scheme; got {min(values)}"
        )
    return values


def layer_values(name: str, values: ArrayLike, network: Network, layer: int) -> Array:
    """Return the values of a layer in the network's dtype, shape (batch, n) or one a replicate."""
    network_argument(network)
    size = network.sizes[layer]
    kinds = "biuf" if name == "noise" else "iuf"  # a mask may be booleans
    array = real_array(name, values, ["(...)"], dtype=network.weights[0].dtype, kinds=kinds)
    lead = network.replicates
    if array.ndim not in (2, 2 + len(lead)) or array.shape[-1] != size:
        raise ValueError(
            f"{name} must have shape (batch, {size}){' or (replicates, batch, n)' * len(lead)} "
            f"for layer {layer % len(network.sizes)} of the network; got {array.shape}"
        )
    if array.ndim == 3 and array.shape[:1] != lead:
        raise ValueError(f"{name} must be for {lead[0]} replicates; got shape {array.shape}")
    return array


def output_values(name: str, values: ArrayLike, network: Network) -> Array:
    """Return outputs, which are probabilities unless they are linear."""
    outputs = layer_values(name, values, network, -1)
    if network.output == "linear":
        return outputs
    if outputs.min() < 0 or outputs.max() > 1 + SUM_TOLERANCE:
        raise ValueError(
            f"{name} must be from 0 to 1 for {network.output} outputs; "
            f"got {outputs.min()} to {outputs.max()}"
        )
    return np.minimum(outputs, 1)  # a mean of ones may be rounded up


def target_values(
    network: Network, targets: ArrayLike, examples: int, name: str = "targets"
) -> Array:
    """Return targets for so many examples: probabilities unless the outputs are linear."""
    targets = layer_values(name, targets, network, -1)
    if targets.shape[-2] != examples:
        raise ValueError(
            f"{name} must be as many as the examples, {examples} of inputs or outputs; "
            f"got {targets.shape[-2]}"
        )
    if network.output != "linear" and ((targets < 0).any() or (targets > 1).any()):
        raise ValueError(
            f"{name} must be from 0 to 1 for {network.output} outputs (one-hot for classes); "
            f"got {targets.min()} to {targets.max()}"
        )
    sums = targets.sum(axis=-1)
    if network.output == "softmax" and (np.abs(sums - 1) > SUM_TOLERANCE).any():
        raise ValueError(
            f"{name} must add up to 1 over the classes for softmax outputs (one-hot for classes); "
            f"got sums from {sums.min()} to {sums.max()}"
        )
    return targets


def layer_noise(
    network: Network, noise: Sequence[ArrayLike | None] | None, examples: int
) -> list[Array | None]:
    """Return noise for each layer but the last, of one row or of as many as there are examples.

    One example may meet many rows of noise.
    """
    layers = len(network_argument(network).weights)
    if noise is None:
        return [None] * layers
    parts = items("noise", noise, "arrays or None, one a layer but the last", layers)
    parts = [
        None if part is None else layer_values("noise", part, network, layer)
        for layer, part in enumerate(parts)
    ]
    rows = {examples, *(part.shape[-2] for part in parts if part is not None)} - {1}
    if len(rows) > 1:
        raise ValueError(
            f"noise must have one row, or one an example of inputs: {examples}; got "
            f"{[None if part is None else part.shape for part in parts]}"
        )
    return parts


def layer_activations(network: Network, activations: Sequence[ArrayLike]) -> list[Array]:
    """Return the activations of all layers, with as many rows each."""
    layers = len(network_argument(network).weights)
    parts = items("activations", activations, "arrays, as from forward", layers + 1)
    arrays = [
        layer_values("activations", part, network, layer) for layer, part in enumerate(parts[:-1])
    ]
    arrays.append(output_values("activations", parts[-1], network))
    rows = max(part.shape[-2] for part in arrays)
    if any(part.shape[-2] not in (1, rows) for part in arrays):
        raise ValueError(
            "activations must have as many rows in each layer; "
            f"got {[part.shape for part in arrays]}"
        )
    return [np.broadcast_to(part, (*part.shape[:-2], rows, part.shape[-1])) for part in arrays]


def replicate_generators(network: Network, rng: Rng) -> list[np.random.Generator]:
    """Return `rng` as a list, one generator a replicate; raise if it is not that many."""
    replicates = network_argument(network).replicates
    many, sources = generators("rng", rng)
    if many != bool(replicates) or (many and len(sources) != replicates[0]):
        wanted = f"{replicates[0]} generators" if replicates else "one generator"
        raise ValueError(f"rng must be {wanted}, one a network; got {len(sources)}")
    return sources
