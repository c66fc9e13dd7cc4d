"""What faults in the use of dropout look like while networks train, and what only looks like one.

Networks 40–100–100–10 learn MNIST-1D (1,000 examples, `training.Recipe()`), hidden units kept with
0.8, standard dropout, unless said otherwise. Validation is on 1,000 other examples.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from dropoutlab import _kernel as kernel
from dropoutlab import data
from dropoutlab import network as nn
from dropoutlab._checks import FloatArray, seed_numbers
from dropoutlab._minibatches import descend_epochs, of_each
from dropoutlab._names import public_dir
from dropoutlab.experiments._once import once
from dropoutlab.experiments.arms import (
    CLASSES,
    Arm,
    Trained,
    growing_counts,
    splits,
    training_streams,
)
from dropoutlab.network import Network
from dropoutlab.samples import Sample, samples_of

__dir__ = public_dir(__name__)

SIZES = (data.CURVE_LENGTH, 100, 100, CLASSES)
KEEP, CONFUSED = (1.0, 0.8, 0.8), (1.0, 0.2, 0.2)
OUTPUT_KEEP = 0.5
LOSS, ERROR = "validation loss", "validation error"
RIGHT, LEFT_ON = "right", "masks left on"


@once
def symptom_study(
    seeds: Sequence[int], *, passes: Sequence[int] = (1, 2, 3, 5, 10, 20, 30, 50)
) -> list[Sample]:
    """Watch networks train with a fault and without; setting "passes" over the training set.

    One training judged in several ways: "right", "not scaled", "scaled twice", "scaled by 1 − p"
    and "masks left on". Trained with a fault: "keep and drop confused" (kept with 0.2), "one mask a
    batch", "outputs dropped" (inverted, kept with 0.5, nothing else dropped). Without any: "no
    dropout". Measures: "printed loss", the mean over the last pass with masks on, as a progress bar
    shows it; "training loss", after the pass and as at test time; "validation loss"; "validation
    error", in percent. Of "masks left on", "other answers" too: how many per cent of the examples
    get another class when they are asked again.

    Args:
        seeds: two or more.
        passes: growing, when to look.
    """
    seeds, passes = seed_numbers(seeds, 2), growing_counts("passes", passes, 1)
    right = Arm(RIGHT, sizes=SIZES, keep_prob=KEEP, test_size=1000)
    arms = (
        right,
        replace(right, name="keep and drop confused", keep_prob=CONFUSED),
        replace(right, name="one mask a batch", network={"fresh_mask": "batch"}),
        replace(right, name="no dropout", keep_prob=None),
        replace(right, name="outputs dropped", keep_prob=None),
    )
    samples = []
    for arm in arms:
        output_keep = OUTPUT_KEEP if arm.name == "outputs dropped" else 1.0
        for done, trained, printed in watch_passes(arm, seeds, passes, output_keep):
            for name, found in _judged_in_all_ways(arm, trained).items():
                measured = {"printed loss": printed, **found}
                samples += samples_of(name, {"passes": done}, seeds, measured)
    return samples


@once
def printed_loss_study(
    seeds: Sequence[int], *, passes: Sequence[int] = (1, 2, 3, 5, 10, 20)
) -> list[Sample]:
    """Compare three losses of one training: no fault, 4,000 examples, hidden units kept with 0.5.

    Arm "right", one hidden layer of 100 units; setting and measures as in `symptom_study`.
    """
    seeds, passes = seed_numbers(seeds, 2), growing_counts("passes", passes, 1)
    arm = Arm(RIGHT, keep_prob=(1.0, 0.5), train_size=4000, test_size=1000)
    samples = []
    for done, trained, printed in watch_passes(arm, seeds, passes):
        found = {"printed loss": printed, **_judged(nn.scaled_for_test(trained.network), trained)}
        samples += samples_of(RIGHT, {"passes": done}, seeds, found)
    return samples


def watch_passes(
    arm: Arm, seeds: Sequence[int], passes: Sequence[int], output_keep: float = 1.0
) -> Iterator[tuple[int, Trained, FloatArray]]:
    """Train as `train_arm` does; yield the passes done, the networks, the loss that was printed.

    The networks go on changing. `output_keep`: the pre-activations of the outputs are masked too,
    and divided by it. On arguments that have been checked.
    """
    split, sources = splits(arm, seeds), training_streams(seeds)
    network, recipe = arm.new_network(sources), replace(arm.recipe, epochs=passes[-1])
    trained = Trained(network, split, tuple(seeds))
    losses: list[FloatArray] = []
    gradients = partial(_gradients, trained, sources, output_keep, losses)
    epochs = descend_epochs(
        network.weights, network.biases, recipe, arm.train_size, sources, gradients
    )
    for done in epochs:
        if done in passes:
            yield done, trained, np.mean(losses, axis=0, dtype=float)
        losses.clear()


def _gradients(
    trained: Trained,
    sources: Sequence[np.random.Generator],
    output_keep: float,
    losses: list[FloatArray],
    picked: np.ndarray,
) -> list[FloatArray]:
    """The gradients of a mini-batch, whose mean loss is appended to `losses`."""
    network = trained.network
    x, t = (of_each(part, picked).astype(network.weights[0].dtype) for part in trained.train)
    noise = kernel.draw_noise(network, picked.shape[1], sources)
    layers = kernel.hidden_and_logits(network, x, noise)
    if output_keep < 1:
        mask = kernel.draw_masks(sources, t.shape[1:], t.dtype, output_keep) / output_keep
        layers[-1] *= mask
    losses.append(kernel.example_losses(network, layers[-1], t).mean(axis=-1))
    layers[-1] = kernel.activate(network.output, layers[-1])
    if output_keep < 1:  # `backward` takes outputs − targets for the slope: mask it
        layers[-1] = t + mask * (layers[-1] - t)
    weights, biases = kernel.backward(network, layers, noise, t)
    return [*weights, *biases]


def _judged_in_all_ways(arm: Arm, trained: Trained) -> dict[str, Mapping[str, FloatArray]]:
    """What an arm's networks look like, used rightly and, if it is the right arm, wrongly."""
    right = nn.scaled_for_test(trained.network)
    found = {arm.name: _judged(right, trained)}
    if arm.name != RIGHT:
        return found
    factors = {
        "not scaled": [1 / p for p in KEEP],
        "scaled twice": KEEP,
        "scaled by 1 − p": [(1 - p) / p if p < 1 else 1 for p in KEEP],
    }
    for name, of_layers in factors.items():
        pairs = zip(right.weights, of_layers, strict=True)
        weights = tuple(w * w.dtype.type(factor) for w, factor in pairs)
        found[name] = _judged(replace(right, weights=weights), trained)
    found[LEFT_ON] = _judged_with_masks(trained)
    return found


def _judged(network: Network, trained: Trained) -> dict[str, FloatArray]:
    """Losses and validation error of networks with their weights as they are."""
    logits, seen = (nn.logits(network, part[0]) for part in (trained.test, trained.train))
    return {
        "training loss": nn.loss(network, seen, trained.train[1], logits=True),
        LOSS: nn.loss(network, logits, trained.test[1], logits=True),
        ERROR: 100 * kernel.other_class(logits, trained.test[1]),
    }


def _judged_with_masks(trained: Trained) -> dict[str, FloatArray]:
    """The same with masks left on, and how many answers a second evaluation changes."""
    network, (inputs, targets) = trained.network, trained.test
    rng = trained.streams("validation masks")
    one, other = (
        nn.logits(network, inputs, nn.draw_noise(network, inputs.shape[1], rng)) for _ in range(2)
    )
    right = _judged(nn.scaled_for_test(network), trained)
    return {
        "training loss": right["training loss"],
        LOSS: nn.loss(network, one, targets, logits=True),
        ERROR: 100 * kernel.other_class(one, targets),
        "other answers": 100 * kernel.other_class(one, other),
    }
