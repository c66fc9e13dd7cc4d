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


def replicated_weights(weights: Sequence[ArrayLike], least: int) -> list[Array]:
    """Return weights of R networks, `least` arrays (R, inputs, outputs) or more."""
    parts = items("weights", weights, "arrays (replicates, inputs, outputs)")
    if len(parts) < least:
        raise ValueError(f"weights must be {least} arrays or more; got {len(parts)}")
    arrays = [parameter_array("weights", part) for part in parts]
    for array in arrays:
        if array.ndim != 3 or 0 in array.shape:
            raise ValueError(
                "weights must have three axes, (replicates, inputs, outputs), none of them empty; "
                f"got shape {array.shape}"
            )
    return arrays


def arrays_of_shapes(
    name: str, values: Sequence[ArrayLike], shapes: Sequence[tuple[int, ...]], dtype: np.dtype
) -> tuple[Array, ...]:
    """Return arrays of just these shapes and this dtype."""
    if not is_sequence(values):
        raise TypeError(f"{name} must be a sequence of arrays; got {type(values).__name__}")
    arrays = tuple(parameter_array(name, value) for value in values)
    found = [array.shape for array in arrays]
    if found != list(shapes):
        raise ValueError(f"{name} must have the shapes {list(shapes)}; got {found}")
    for array in arrays:
        if array.dtype != dtype:
            raise ValueError(f"{name} must be {dtype}, as the first weights are; got {array.dtype}")
    return arrays


def settle(network: object, **values: object) -> None:
    """Give a frozen network its checked values."""
    for name, value in values.items():
        object.__setattr__(network, name, value)


def float_dtype(dtype: type) -> type:
    """Return `dtype` if networks can have it."""
    if not isinstance(dtype, (type, np.dtype)) or dtype not in (np.float32, np.float64):
        raise TypeError(f"dtype must be numpy.float32 or numpy.float64; got {dtype!r}")
    return dtype


def invertible(keep_prob: Sequence[float], dtype: type | np.dtype) -> None:
    """Raise if the inverse of a keep-probability does not fit in a dtype."""
    if min(keep_prob) * np.finfo(dtype).max < 1:
        raise ValueError(
            f"keep_prob must be large enough that {np.dtype(dtype)} holds 1 / keep_prob, which "
            f"inverted dropout multiplies by; got {min(keep_prob)}"
        )


def layer_probabilities(
    keep_prob: Sequence[float], layers: int, of: str = "for the inputs and each hidden layer"
) -> tuple[float, ...]:
    """Return one keep-probability a layer; what the layers are is said in the message."""
    if not is_sequence(keep_prob):
        raise TypeError(f"keep_prob must be a sequence, one value a layer; got {keep_prob!r}")
    values = items("keep_prob", keep_prob, f"values, {of}", layers)
    return tuple(probability("keep_prob", value, above_zero=True) for value in values)


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
    return targets_of(network.output, targets, examples, name)


def class_targets(targets: ArrayLike, weights: Array, examples: int, classes: int) -> Array:
    """Return targets of so many examples for softmax outputs: (R, batch, classes).

    weights: of R networks, whose axis is the first.
    """
    targets = inputs_fit(targets, weights, "batch, n", classes, "targets")
    return targets_of("softmax", targets, examples, "targets")


def targets_of(output: str, targets: Array, examples: int, name: str) -> Array:
    """Return targets if they are for so many examples and suit the kind of output."""
    if targets.shape[-2] != examples:
        raise ValueError(
            f"{name} must be as many as the examples, {examples} of inputs or outputs; "
            f"got {targets.shape[-2]}"
        )
    if output != "linear" and ((targets < 0).any() or (targets > 1).any()):
        raise ValueError(
            f"{name} must be from 0 to 1 for {output} outputs (one-hot for classes); "
            f"got {targets.min()} to {targets.max()}"
        )
    sums = targets.sum(axis=-1)
    if output == "softmax" and (np.abs(sums - 1) > SUM_TOLERANCE).any():
        raise ValueError(
            f"{name} must add up to 1 over the classes for softmax outputs (one-hot for classes); "
            f"got sums from {sums.min()} to {sums.max()}"
        )
    return targets


def inputs_fit(
    values: ArrayLike, weights: Array, axes: str, size: int, name: str = "inputs"
) -> Array:
    """Return values for R networks, an array each or one for all, with the networks' axis first.

    weights: of the networks, whose axis is the first. axes: of one network's array, "batch, n"
    for instance, of which the last has a size.
    """
    nets = len(weights)
    array = real_array(name, values, [f"({axes})", f"(R, {axes})"], dtype=weights.dtype)
    many = array.ndim > len(axes.split(","))
    if array.shape[-1] != size or (many and len(array) != nets):
        raise ValueError(
            f"{name} must have shape ({axes}) or (R, {axes}) with R = {nets} and n = {size}; "
            f"got {array.shape}"
        )
    return array if many else np.broadcast_to(array, (nets, *array.shape))


def one_source_each(rng: Rng, networks: int | None) -> list[np.random.Generator]:
    """Return `rng` as a list of one generator a network; None is a network without replicates."""
    many, sources = generators("rng", rng)
    if len(sources) != (networks or 1) or (many and networks is None):
        wanted = "one generator" if networks is None else f"{networks} generators"
        got = f"a sequence of {len(sources)}" if many else "one generator"
        raise ValueError(f"rng must be {wanted}, one a network; got {got}")
    return sources


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
    return one_source_each(rng, *network_argument(network).replicates or (None,))
