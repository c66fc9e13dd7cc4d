"""A multilayer perceptron with dropout, in plain NumPy: forward, backward, predict.

Layer l holds activations h^(l), l = 0 for the inputs. In training every layer but the last is
multiplied by noise z^(l), and what is left goes on:

    h^(l+1) = σ(W^(l) (h^(l) ∘ z^(l)) + b^(l))

The bias is never masked (Srivastava et al. 2014, section 4). The noise is, for a layer with
keep-probability p:

    scheme      noise in training               at test    source
    standard    Bernoulli(p)                    p W        Srivastava et al. 2014, section 4
    inverted    Bernoulli(p) / p                W          the same, section 10
    inverted    Gaussian N(1, (1 − p) / p)      W          the same, section 10

Many networks of one shape ("replicates") are held in the same arrays, with the replicates as first
axis; every function then works on all of them at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit

from dropoutlab._checks import choice, generators, probability, real_array, whole_number

Array = NDArray[np.floating]
Rng = np.random.Generator | Sequence[np.random.Generator]

HIDDEN = ("relu", "sigmoid", "tanh", "linear")
OUTPUT = ("softmax", "logistic", "linear")


@dataclass(frozen=True)
class Network:
    """The parameters of a network, or of many of one shape, and how it drops units.

    weights: W^(l) for l = 0 ... L − 1, shapes (..., n_(l+1), n_l). biases: b^(l), (..., n_(l+1)).
    hidden: the hidden units, one of HIDDEN. output: the output units, one of OUTPUT; the loss goes
    with them. keep_prob: the probability above 0 that a unit is kept, one for the inputs and one
    for each hidden layer. scheme: "standard" or "inverted". noise: "bernoulli" or "gaussian".
    fresh_mask: per "example", or one per mini-"batch".
    """

    weights: tuple[Array, ...]
    biases: tuple[Array, ...]
    keep_prob: tuple[float, ...]
    hidden: str = "relu"
    output: str = "softmax"
    scheme: str = "standard"
    noise: str = "bernoulli"
    fresh_mask: str = "example"

    def __post_init__(self) -> None:
        choice("hidden", self.hidden, HIDDEN)
        choice("output", self.output, OUTPUT)
        choice("scheme", self.scheme, ("standard", "inverted"))
        choice("noise", self.noise, ("bernoulli", "gaussian"))
        choice("fresh_mask", self.fresh_mask, ("example", "batch"))
        if self.noise == "gaussian" and self.scheme != "inverted":
            raise ValueError(f"scheme must be 'inverted' with gaussian noise; got {self.scheme!r}")
        _check_parameters(self.weights, self.biases)
        keep_prob = _layer_probabilities(self.keep_prob, len(self.weights))
        object.__setattr__(self, "keep_prob", keep_prob)

    @property
    def sizes(self) -> tuple[int, ...]:
        """Units in each layer, the inputs first."""
        return (self.weights[0].shape[-1], *(w.shape[-2] for w in self.weights))

    @property
    def replicates(self) -> tuple[int, ...]:
        """() for one network, (R,) for R of them."""
        return self.weights[0].shape[:-2]


def new_network(
    sizes: Sequence[int],
    rng: Rng,
    *,
    keep_prob: Sequence[float] | None = None,
    dtype: type = np.float32,
    **settings: str,
) -> Network:
    """Return a network with random weights: W^(l) ~ N(0, c / n_l), c = 2 for ReLU, else 1; b = 0.

    Args:
        sizes: units in each layer, the inputs first, the outputs last.
        rng: the source of randomness; a sequence of them gives one replicate each, with the same
            weights as if it were drawn alone.
        keep_prob: one probability a layer but the last; None drops nothing.
        dtype: numpy.float32, or numpy.float64 for twice the digits.
        settings: `hidden`, `output`, `scheme`, `noise`, `fresh_mask`, as in `Network`.

    Raises:
        TypeError, ValueError: an argument is of the wrong kind or out of range.
    """
    if isinstance(sizes, str) or not isinstance(sizes, Sequence) or len(sizes) < 2:
        raise ValueError(f"sizes must be two or more numbers of units; got {sizes!r}")
    sizes = [whole_number("sizes", size, 1) for size in sizes]
    if dtype not in (np.float32, np.float64):
        raise TypeError(f"dtype must be numpy.float32 or numpy.float64; got {dtype!r}")
    many, sources = generators("rng", rng)
    gain = 2 if settings.get("hidden", "relu") == "relu" else 1
    weights, biases = [], []
    for source in sources:
        shapes = zip(sizes[1:], sizes[:-1], strict=True)
        weights.append([np.sqrt(gain / n) * source.standard_normal((m, n)) for m, n in shapes])
        biases.append([np.zeros(m) for m in sizes[1:]])
    layers = range(len(sizes) - 1)
    stack = np.stack if many else (lambda arrays: arrays[0])
    return Network(
        tuple(stack([w[k] for w in weights]).astype(dtype) for k in layers),
        tuple(stack([b[k] for b in biases]).astype(dtype) for k in layers),
        (1.0,) * len(layers) if keep_prob is None else keep_prob,
        **settings,
    )


# --- forward --------------------------------------------------------------------------------------


def draw_noise(network: Network, batch: int, rng: Rng) -> list[Array | None]:
    """Draw what multiplies the layers of a mini-batch in training.

    Args:
        network: says how its layers are dropped.
        batch: examples in the mini-batch.
        rng: the source of randomness; one a replicate if there are replicates.

    Returns:
        One array a layer but the last, shape (..., batch, n_l), or (..., 1, n_l) if one mask
        serves the batch; None for a layer that keeps everything.
    """
    batch = whole_number("batch", batch, 1)
    return _draw_noise(network, batch, replicate_generators(network, rng))


def forward(
    network: Network, inputs: ArrayLike, noise: Sequence[ArrayLike | None] | None = None
) -> list[Array]:
    """Return the activations h^(0), ..., h^(L) of all layers.

    Args:
        network: its weights are used as they are: see `predict` for those of test time.
        inputs: h^(0), shape (batch, n_0), or (..., batch, n_0) with the replicates' axis.
        noise: what multiplies each layer but the last, as from `draw_noise`; None changes nothing.
    """
    inputs = _layer_values("inputs", inputs, network, 0)
    noise = _checked_noise(network, noise)
    return _forward(network, inputs, noise)


def predict(network: Network, inputs: ArrayLike) -> Array:
    """Return the outputs at test time, nothing dropped: shape (..., batch, n_L).

    With the standard scheme each layer's outgoing weights are multiplied by its keep-probability
    ("weight scaling"); with the inverted scheme they are used as they are.
    """
    return forward(scaled_for_test(network), inputs)[-1]


def scaled_for_test(network: Network) -> Network:
    """Return the network that is used at test time: weights times p if the scheme is standard."""
    if network.scheme == "inverted":
        return replace(network, keep_prob=(1.0,) * len(network.weights))
    pairs = zip(network.weights, network.keep_prob, strict=True)
    weights = tuple(w * w.dtype.type(keep_prob) for w, keep_prob in pairs)
    return replace(network, weights=weights, keep_prob=(1.0,) * len(weights))


# --- loss and backward ----------------------------------------------------------------------------


def loss(network: Network, outputs: ArrayLike, targets: ArrayLike) -> Array:
    """Return the mean loss of a batch: shape (...), one a replicate.

    softmax: −Σ_k t_k log o_k. logistic: −Σ_k t_k log o_k + (1 − t_k) log(1 − o_k). linear:
    ½ Σ_k (t_k − o_k)². A logarithm is taken of no less than the smallest normal number.

    Args:
        network: its `output` says which loss.
        outputs: o, shape (..., batch, n_L).
        targets: t, the same shape or (batch, n_L): probabilities, one-hot for classes, or numbers.
    """
    outputs = _layer_values("outputs", outputs, network, -1)
    targets = _targets(network, targets, outputs.shape[-2])
    return _example_losses(network, outputs, targets).mean(axis=-1)


def backward(
    network: Network,
    activations: Sequence[ArrayLike],
    noise: Sequence[ArrayLike | None] | None,
    targets: ArrayLike,
) -> tuple[list[Array], list[Array]]:
    """Return the gradients of the mean loss with respect to W^(l) and b^(l).

    Args:
        network: the network that `forward` was given.
        activations: what `forward` returned.
        noise: the noise that it was given.
        targets: shape (..., batch, n_L).
    """
    if len(activations) != len(network.weights) + 1:
        raise ValueError(
            f"activations must be those of {len(network.weights) + 1} layers; "
            f"got {len(activations)}"
        )
    activations = [
        _layer_values("activations", h, network, layer) for layer, h in enumerate(activations)
    ]
    noise = _checked_noise(network, noise)
    targets = _targets(network, targets, activations[-1].shape[-2])
    return _backward(network, activations, noise, targets)


def error(network: Network, outputs: ArrayLike, targets: ArrayLike) -> Array:
    """Return the error of a batch: shape (...), one a replicate.

    softmax: the share of examples whose largest output is not the target's. logistic: the share of
    outputs on the wrong side of ½. linear: the root of the mean squared error.
    """
    outputs = _layer_values("outputs", outputs, network, -1)
    return _error(network, outputs, _targets(network, targets, outputs.shape[-2]))


# --- the mathematics, on arrays that have been checked --------------------------------------------


def _draw_noise(
    network: Network, batch: int, sources: Sequence[np.random.Generator]
) -> list[Array | None]:
    rows = batch if network.fresh_mask == "example" else 1
    layers = []
    for size, keep_prob in zip(network.sizes, network.keep_prob, strict=False):
        if keep_prob == 1:
            layers.append(None)
            continue
        noise = np.empty((len(sources), rows, size), network.weights[0].dtype)
        for source, part in zip(sources, noise, strict=True):
            draw = source.random if network.noise == "bernoulli" else source.standard_normal
            draw(out=part, dtype=part.dtype)
        if network.noise == "gaussian":
            noise *= np.sqrt((1 - keep_prob) / keep_prob)
            noise += 1
        else:
            np.less(noise, noise.dtype.type(keep_prob), out=noise)
            if network.scheme == "inverted":
                noise *= 1 / keep_prob
        layers.append(noise if network.replicates else noise[0])
    return layers


def _forward(network: Network, inputs: Array, noise: Sequence[Array | None]) -> list[Array]:
    activations = [inputs]
    last = len(network.weights) - 1
    for layer, (weights, biases) in enumerate(zip(network.weights, network.biases, strict=True)):
        h = _kept(activations[-1], noise[layer])
        pre_activation = h @ weights.swapaxes(-1, -2)
        pre_activation += biases[..., None, :]
        units = network.output if layer == last else network.hidden
        activations.append(_ACTIVATIONS[units](pre_activation))
    return activations


def _backward(
    network: Network, activations: Sequence[Array], noise: Sequence[Array | None], targets: Array
) -> tuple[list[Array], list[Array]]:
    layers = len(network.weights)
    weight_gradients, bias_gradients = [None] * layers, [None] * layers
    # ∂loss/∂pre-activation of the outputs: the same for each output with the loss that matches it
    delta = activations[-1] - targets
    delta /= delta.shape[-2]
    for layer in reversed(range(layers)):
        h = _kept(activations[layer], noise[layer])
        weight_gradients[layer] = delta.swapaxes(-1, -2) @ h
        bias_gradients[layer] = delta.sum(axis=-2)
        if layer:
            delta = delta @ network.weights[layer]
            if noise[layer] is not None:
                delta *= noise[layer]
            _SLOPES[network.hidden](delta, activations[layer])
    return weight_gradients, bias_gradients


def _kept(activations: Array, noise: Array | None) -> Array:
    return activations if noise is None else activations * noise


def _relu(a: Array) -> Array:
    return np.maximum(a, 0, out=a)


def _softmax(a: Array) -> Array:
    a -= a.max(axis=-1, keepdims=True)
    np.exp(a, out=a)
    a /= a.sum(axis=-1, keepdims=True)
    return a


_ACTIVATIONS = {
    "relu": _relu,
    "sigmoid": expit,
    "logistic": expit,
    "tanh": np.tanh,
    "linear": lambda a: a,
    "softmax": _softmax,
}
# multiply ∂loss/∂h, in place, by ∂h/∂pre-activation, written in terms of h
_SLOPES = {
    "relu": lambda delta, h: np.multiply(delta, h > 0, out=delta),
    "sigmoid": lambda delta, h: np.multiply(delta, h * (1 - h), out=delta),
    "tanh": lambda delta, h: np.multiply(delta, 1 - h * h, out=delta),
    "linear": lambda delta, h: None,
}


def _example_losses(network: Network, outputs: Array, targets: Array) -> Array:
    """The loss of each example: shape (..., batch)."""
    if network.output == "linear":
        return 0.5 * ((targets - outputs) ** 2).sum(axis=-1)
    losses = -targets * _log(outputs)
    if network.output == "logistic":
        losses -= (1 - targets) * _log(1 - outputs)
    return losses.sum(axis=-1)


def _log(values: Array) -> Array:
    """Log, of no less than the smallest normal number."""
    return np.log(np.maximum(values, np.finfo(values.dtype).tiny))


def _error(network: Network, outputs: Array, targets: Array) -> Array:
    if network.output == "softmax":
        return (outputs.argmax(axis=-1) != targets.argmax(axis=-1)).mean(axis=-1)
    if network.output == "logistic":
        return ((outputs > 0.5) != (targets > 0.5)).mean(axis=(-2, -1))
    return np.sqrt(((targets - outputs) ** 2).mean(axis=(-2, -1)))


# --- checks ---------------------------------------------------------------------------------------


def replicate_generators(network: Network, rng: Rng) -> list[np.random.Generator]:
    """Return `rng` as a list, one generator a replicate; raise if it is not that many."""
    many, sources = generators("rng", rng)
    if many != bool(network.replicates) or (many and len(sources) != network.replicates[0]):
        wanted = f"{network.replicates[0]} generators" if network.replicates else "one generator"
        raise ValueError(f"rng must be {wanted}, one a network; got {len(sources)}")
    return sources


def _check_parameters(weights: Sequence[Array], biases: Sequence[Array]) -> None:
    if len(weights) == 0 or len(weights) != len(biases):
        raise ValueError(
            f"weights and biases must be as many, one a layer; got {len(weights)} and {len(biases)}"
        )
    for name, arrays, axes in (("weights", weights, 2), ("biases", biases, 1)):
        for array in arrays:
            real_array(name, array, ["(...)"])
            if array.ndim - axes not in (0, 1) or array.dtype != weights[0].dtype:
                raise ValueError(
                    f"{name} must have {axes} axes, or one more with replicates, and one dtype; "
                    f"got shape {array.shape}, {array.dtype}"
                )
    shapes = [w.shape for w in weights]
    for k, b in enumerate(biases):
        joined = k == 0 or shapes[k] == (*shapes[k - 1][:-2], shapes[k][-2], shapes[k - 1][-2])
        if b.shape != shapes[k][:-1] or not joined:
            raise ValueError(
                "weights and biases must fit together, W^(l) of shape (..., n_(l+1), n_l) and "
                f"b^(l) of shape (..., n_(l+1)); got {shapes} and {[b.shape for b in biases]}"
            )


def _layer_probabilities(keep_prob: Sequence[float], layers: int) -> tuple[float, ...]:
    if isinstance(keep_prob, str) or not isinstance(keep_prob, Sequence):
        raise TypeError(f"keep_prob must be a sequence, one value a layer; got {keep_prob!r}")
    if len(keep_prob) != layers:
        raise ValueError(
            f"keep_prob must have {layers} values, one for the inputs and one for each hidden "
            f"layer; got {len(keep_prob)}"
        )
    return tuple(probability("keep_prob", value, above_zero=True) for value in keep_prob)


def _layer_values(name: str, values: ArrayLike, network: Network, layer: int) -> Array:
    size = network.sizes[layer]
    array = real_array(name, values, ["(...)"]).astype(network.weights[0].dtype)
    lead = network.replicates
    if array.ndim not in (2, 2 + len(lead)) or array.shape[-1] != size:
        raise ValueError(
            f"{name} must have shape (batch, {size}){' or (replicates, batch, n)' * len(lead)} "
            f"for layer {layer % len(network.sizes)}; got {array.shape}"
        )
    if array.ndim == 3 and array.shape[:1] != lead:
        raise ValueError(f"{name} must be for {lead[0]} replicates; got shape {array.shape}")
    return array


def _targets(network: Network, targets: ArrayLike, examples: int) -> Array:
    targets = _layer_values("targets", targets, network, -1)
    if targets.shape[-2] != examples:
        raise ValueError(
            f"targets must be as many as the examples, {examples}; got {targets.shape[-2]}"
        )
    if network.output != "linear" and ((targets < 0).any() or (targets > 1).any()):
        raise ValueError(
            f"targets must be from 0 to 1 for {network.output} outputs (one-hot for classes); "
            f"got {targets.min()} to {targets.max()}"
        )
    return targets


def _checked_noise(
    network: Network, noise: Sequence[ArrayLike | None] | None
) -> Sequence[Array | None]:
    if noise is None:
        return [None] * len(network.weights)
    if len(noise) != len(network.weights):
        raise ValueError(
            f"noise must have {len(network.weights)} entries, one a layer but the last; "
            f"got {len(noise)}"
        )
    return [
        None if part is None else _layer_values("noise", part, network, layer)
        for layer, part in enumerate(noise)
    ]
