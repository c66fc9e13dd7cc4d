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
from numpy.typing import ArrayLike

from dropoutlab import _kernel as kernel
from dropoutlab import _network_checks as checks
from dropoutlab._checks import choice, finite_result, flag, generators, whole_number, whole_numbers
from dropoutlab._kernel import Array
from dropoutlab._names import public_dir
from dropoutlab._threads import one_blas_thread

__dir__ = public_dir(__name__)

Rng = np.random.Generator | Sequence[np.random.Generator]

HIDDEN = ("relu", "sigmoid", "tanh", "linear")
OUTPUT = ("softmax", "logistic", "linear")


@dataclass(frozen=True, eq=False)
class Network:
    """The parameters of a network, or of many of one shape, and how it drops units.

    weights: W^(l) for l = 0 ... L − 1, shapes (..., n_(l+1), n_l). biases: b^(l), (..., n_(l+1)).
    All float32 or all float64; whole numbers and lists become float64 arrays. hidden: the hidden
    units, one of HIDDEN. output: the output units, one of OUTPUT; the loss goes with them.
    keep_prob: the probability above 0 that a unit is kept, one for the inputs and one for each
    hidden layer. scheme: "standard" or "inverted". noise: "bernoulli" or "gaussian". fresh_mask:
    per "example", or one per mini-"batch".
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
        weights, biases = checks.parameter_arrays(self.weights, self.biases)
        keep_prob = checks.layer_probabilities(self.keep_prob, len(weights))
        if self.scheme == "inverted":
            checks.invertible(keep_prob, weights[0].dtype)
        checks.settle(self, weights=weights, biases=biases, keep_prob=keep_prob)

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
    sizes = whole_numbers("sizes", sizes, 1)
    if len(sizes) < 2:
        raise ValueError(f"sizes must be two or more numbers of units; got {sizes!r}")
    checks.float_dtype(dtype)
    many, sources = generators("rng", rng)
    gain = 2 if settings.get("hidden", "relu") == "relu" else 1
    shapes = list(zip(sizes[1:], sizes[:-1], strict=True))
    drawn = [
        [np.sqrt(gain / n) * source.standard_normal((m, n)) for m, n in shapes]
        for source in sources
    ]
    weights = [np.stack(layer).astype(dtype) for layer in zip(*drawn, strict=True)]
    biases = [np.zeros(w.shape[:-1], dtype) for w in weights]
    return Network(
        tuple(weights if many else (w[0] for w in weights)),
        tuple(biases if many else (b[0] for b in biases)),
        (1.0,) * len(shapes) if keep_prob is None else keep_prob,
        **settings,
    )


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
    return kernel.draw_noise(network, batch, replicate_generators(network, rng))


@one_blas_thread
@finite_result("inputs", "network")
def forward(
    network: Network, inputs: ArrayLike, noise: Sequence[ArrayLike | None] | None = None
) -> list[Array]:
    """Return the activations h^(0), ..., h^(L) of all layers.

    Args:
        network: its weights are used as they are: see `predict` for those of test time.
        inputs: h^(0), shape (batch, n_0), or (..., batch, n_0) with the replicates' axis.
        noise: what multiplies each layer but the last, as from `draw_noise`: one row, or one an
            example; None changes nothing. A single example may meet many rows of noise.

    Raises:
        TypeError, ValueError: an argument is of the wrong kind or shape, or a pre-activation
            overflows, even if the units would hide it.
    """
    return kernel.forward(network, *_inputs_and_noise(network, inputs, noise), checked=True)


@one_blas_thread
@finite_result("inputs", "network")
def logits(
    network: Network, inputs: ArrayLike, noise: Sequence[ArrayLike | None] | None = None
) -> Array:
    """Return the outputs before their activation, W^(L−1) h^(L−1) + b^(L−1): (..., batch, n_L).

    The outputs are σ of these numbers: a logistic output is rounded to 1 from 37 on (17 in
    float32), and `loss` cannot tell how sure it was. Arguments as for `forward`.
    """
    arguments = _inputs_and_noise(network, inputs, noise)
    return kernel.hidden_and_logits(network, *arguments, checked=True)[-1]


def predict(network: Network, inputs: ArrayLike) -> Array:
    """Return the outputs at test time, nothing dropped: shape (..., batch, n_L).

    With the standard scheme each layer's outgoing weights are multiplied by its keep-probability
    ("weight scaling"); with the inverted scheme they are used as they are.

    Raises:
        TypeError, ValueError: as `forward`.
    """
    return forward(scaled_for_test(network), inputs)[-1]


def scaled_for_test(network: Network) -> Network:
    """Return the network that is used at test time: weights times p if the scheme is standard."""
    checks.network_argument(network)
    weights = network.weights
    if network.scheme == "standard":
        pairs = zip(weights, network.keep_prob, strict=True)
        weights = tuple(w * w.dtype.type(keep_prob) for w, keep_prob in pairs)
    return replace(network, weights=weights, keep_prob=(1.0,) * len(weights))


@one_blas_thread
@finite_result("outputs", "targets")
def loss(
    network: Network, outputs: ArrayLike, targets: ArrayLike, *, logits: bool = False
) -> Array:
    """Return the mean loss of a batch: shape (...), one a replicate.

    softmax: −Σ_k t_k log o_k. logistic: −Σ_k t_k log o_k + (1 − t_k) log(1 − o_k). linear:
    ½ Σ_k (t_k − o_k)².

    Args:
        network: its `output` says which loss.
        outputs: o, shape (..., batch, n_L); or what the function `logits` returns, which keeps all
            digits where an output is rounded to 0 or 1.
        targets: t, the same shape or (batch, n_L): numbers; or probabilities, one-hot for classes,
            that add up to 1 for softmax outputs.
        logits: whether `outputs` are those of the function `logits`.

    Raises:
        ValueError: an output is exactly 0 or 1 and wrong, so that its loss cannot be known.
    """
    if flag("logits", logits):
        outputs = checks.layer_values("outputs", outputs, network, -1)
        targets = checks.target_values(network, targets, outputs.shape[-2])
        return kernel.example_losses(network, outputs, targets).mean(axis=-1)
    outputs = checks.output_values("outputs", outputs, network)
    targets = checks.target_values(network, targets, outputs.shape[-2])
    losses = kernel.example_losses_of_outputs(network, outputs, targets)
    if network.output != "linear" and np.isinf(losses).any():
        raise ValueError(
            "outputs must not be 0 or 1 where targets are not, which a rounded probability may be: "
            "pass network.logits(...) and logits=True; got an infinite loss"
        )
    return losses.mean(axis=-1)


@finite_result("outputs", "targets")
def error(network: Network, outputs: ArrayLike, targets: ArrayLike) -> Array:
    """Return the error of a batch: shape (...), one a replicate.

    softmax: the share of examples whose largest output is not the target's. logistic: the share of
    outputs on the wrong side of ½. linear: the root of the mean squared error.
    """
    outputs = checks.output_values("outputs", outputs, network)
    targets = checks.target_values(network, targets, outputs.shape[-2])
    return kernel.error(network, outputs, targets)


@one_blas_thread
@finite_result("activations", "network", "targets")
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
    activations = checks.layer_activations(network, activations)
    examples = activations[-1].shape[-2]
    noise = checks.layer_noise(network, noise, examples)
    targets = checks.target_values(network, targets, examples)
    return kernel.backward(network, activations, noise, targets)


def replicate_generators(network: Network, rng: Rng) -> list[np.random.Generator]:
    """Return `rng` as a list, one generator a replicate; raise if it is not that many."""
    return checks.replicate_generators(network, rng)


def _inputs_and_noise(
    network: Network, inputs: ArrayLike, noise: Sequence[ArrayLike | None] | None
) -> tuple[Array, list[Array | None]]:
    inputs = checks.layer_values("inputs", inputs, network, 0)
    return inputs, checks.layer_noise(network, noise, inputs.shape[-2])
