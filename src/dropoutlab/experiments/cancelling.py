"""Move cancellation alone: the loss gets a price for it, with dropout or without."""

from collections.abc import Sequence
from functools import partial

import numpy as np
from joblib import delayed

from dropoutlab import _kernel as kernel
from dropoutlab._checks import probability, seed_numbers
from dropoutlab._minibatches import descend_to_the_end, of_each, with_own_arrays
from dropoutlab._names import public_dir
from dropoutlab._progress import on_all_cores
from dropoutlab.experiments._once import once
from dropoutlab.experiments.arms import Arm, Trained, splits, training_streams
from dropoutlab.experiments.coadaptation import measure_coadaptation
from dropoutlab.network import Array, Network
from dropoutlab.samples import Sample, samples_of

__dir__ = public_dir(__name__)

# a negative price is a reward
PRICES: dict[str, tuple[float, ...]] = {
    "none": (0.0, 0.1, 0.3, 1.0),
    "dropout": (0.3, 0.0, -1.0, -3.0),
}


@once
def price_study(seeds: Sequence[int], keep_prob: float, *, progress: bool = True) -> list[Sample]:
    """Train networks that pay for the cancellation of the contributions of their hidden units.

    Price times the cancellation c of `coadaptation`, of centred outgoing weights, is added to the
    loss: the mean over a mini-batch and the outputs, before a mask. All else is as in the arms
    "none" and "dropout" of `penalty_study`.

    Args:
        seeds: two or more.
        keep_prob: of the hidden units of the arm "dropout".
        progress: show a bar if it takes longer than 2 seconds.

    Returns:
        For each arm and "price" of PRICES the "training error" and the "test error", in percent,
        and the "cancellation" on new examples.
    """
    seeds, keep_prob = seed_numbers(seeds, 2), probability("keep_prob", keep_prob, above_zero=True)
    keep_probs = {"none": 1.0, "dropout": keep_prob}
    jobs = [
        delayed(_measured)(Arm(name, keep_prob=(1.0, keep_probs[name])), price, seeds)
        for name, prices in PRICES.items()
        for price in prices
    ]
    found = on_all_cores(jobs, "prices", show=progress)
    return [sample for samples in found for sample in samples]


def _measured(arm: Arm, price: float, seeds: Sequence[int]) -> list[Sample]:
    trained = _train(arm, price, seeds)
    found = measure_coadaptation(trained, ("training error", "test error", "cancellation"))
    return samples_of(arm.name, {"price": price}, seeds, found)


def _train(arm: Arm, price: float, seeds: Sequence[int]) -> Trained:
    split, sources = splits(arm, seeds), training_streams(seeds)
    network = with_own_arrays(arm.new_network(sources), "weights", "biases")
    kind = network.weights[0].dtype
    data = split.train_inputs.astype(kind), split.train_targets.astype(kind)
    gradients = partial(_gradients, network, data, sources, price)
    descend_to_the_end(
        network.weights, network.biases, arm.recipe, arm.train_size, sources, gradients
    )
    return Trained(network, split, tuple(seeds))


def _gradients(
    network: Network,
    data: tuple[Array, Array],
    sources: Sequence[np.random.Generator],
    price: float,
    picked: np.ndarray,
) -> list[Array]:
    """The gradients of loss + price × cancellation, in a mini-batch of each network."""
    x, targets = (of_each(values, picked) for values in data)
    noise = kernel.draw_noise(network, picked.shape[1], sources)
    activations = kernel.forward(network, x, noise)
    (first, last), (first_bias, last_bias) = kernel.backward(network, activations, noise, targets)
    outgoing, hidden = cancellation_gradients(network.weights[1], activations[1])
    last += price * outgoing
    hidden *= price * (activations[1] > 0)  # through the ReLU
    first += hidden.swapaxes(-1, -2) @ x
    first_bias += hidden.sum(axis=-2)
    return [first, last, first_bias, last_bias]


def cancellation_gradients(weights: Array, h: Array) -> tuple[Array, Array]:
    """Return the slopes of the mean cancellation along outgoing weights and along activations.

    c = 1 − |Σ_j w_kj h_j| / Σ_j |w_kj h_j| with w_kj less the mean over k, as in
    `coadaptation.cancellation` of the `centred` network; the mean is over examples and outputs k.

    Args:
        weights: floating point, shape (..., outputs, units).
        h: at least 0, shape (..., examples, units).
    """
    centred = weights - weights.mean(axis=-2, keepdims=True)
    sizes = np.abs(centred)
    net, gross = h @ centred.swapaxes(-1, -2), h @ sizes.swapaxes(-1, -2)
    gross[gross == 0] = 1  # nothing is there to cancel, and nothing slopes
    share = 1 / (net.shape[-1] * net.shape[-2])
    along_net, along_gross = -share * np.sign(net) / gross, share * np.abs(net) / gross**2
    outgoing = along_net.swapaxes(-1, -2) @ h
    outgoing += along_gross.swapaxes(-1, -2) @ h * np.sign(centred)
    outgoing -= outgoing.mean(axis=-2, keepdims=True)
    return outgoing, along_net @ centred + along_gross @ sizes
