"""The picture of the first page: a network in training, step by step, and at test."""

from dataclasses import replace
from functools import cache

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from dropoutlab import averaging
from dropoutlab import network as nn
from dropoutlab.figures import style
from dropoutlab.figures.network_drawing import draw_network
from dropoutlab.masks import draw_mask
from dropoutlab.network import Network

STEPS = 20
TEST = STEPS + 1
SIZES = (3, 5, 5, 1)
HIDDEN_UNITS = SIZES[1] + SIZES[2]
INPUTS = ((1.0, -0.5, 0.8),)  # one example
MASKS_SEED, WEIGHTS_SEED = 3, 13


def draw_dropout(step: int = 1, keep_prob: float = 0.5) -> Figure:
    """Draw the network of one training step and the answers so far; or, last, that of test time.

    Args:
        step: 1 to STEPS in training; TEST is test time.
        keep_prob: probability above 0 that a hidden unit is kept.
    """
    figure, (above, below) = style.new_panels(2.4, 1.3)
    figure.subplots_adjust(hspace=0.15)
    masks = [None, *(hidden_masks(step, keep_prob) if step <= STEPS else (None, None))]
    draw_network(above, SIZES, masks, unit_size=15)
    _draw_answers(below, step, keep_prob)
    return figure


def describe_dropout(step: int, keep_prob: float) -> str:
    """Say how many units are kept and what the network answers."""
    network = with_keep_prob(keep_prob)
    if step == TEST:
        return (
            f"At test all {HIDDEN_UNITS} hidden units are kept and their outgoing weights are "
            f"multiplied by {keep_prob:.1f}: it answers {test_answer(keep_prob):.3f} (solid line); "
            f"the mean answer of all {2**HIDDEN_UNITS} thinned networks is "
            f"{mean_answer(keep_prob):.3f} (dashed line)."
        )
    kept = int(sum(mask.sum() for mask in hidden_masks(step, keep_prob)))
    return (
        f"Training step {step} of {STEPS}, keep probability {keep_prob:.1f}: {kept} of "
        f"{HIDDEN_UNITS} hidden units are kept, and this thinned network answers "
        f"{answer(network, step):.3f}."
    )


@cache
def with_keep_prob(keep_prob: float) -> Network:
    """Return the network, whose weights are the same whatever the keep-probability."""
    rng = np.random.default_rng(WEIGHTS_SEED)
    network = nn.new_network(SIZES, rng, dtype=np.float64, output="logistic")
    return replace(network, keep_prob=(1.0, keep_prob, keep_prob))


def hidden_masks(step: int, keep_prob: float) -> list[np.ndarray]:
    """Return the masks of the two hidden layers at a step."""
    rng = np.random.default_rng([MASKS_SEED, step])
    return [draw_mask(size, keep_prob, rng) for size in SIZES[1:-1]]


def answer(network: Network, step: int) -> float:
    """Return the output of the thinned network of one training step."""
    noise = [None, *(mask[None] for mask in hidden_masks(step, network.keep_prob[1]))]
    return float(nn.forward(network, INPUTS, noise)[-1][0, 0])


def test_answer(keep_prob: float) -> float:
    """Return the output at test time, the weights times p."""
    return float(nn.predict(with_keep_prob(keep_prob), INPUTS)[0, 0])


@cache
def mean_answer(keep_prob: float) -> float:
    """Return the mean output of all thinned networks, each as often as its mask comes."""
    if keep_prob == 1:
        return test_answer(keep_prob)
    return float(averaging.exact_average(with_keep_prob(keep_prob), INPUTS)[0, 0])


def _draw_answers(axes: Axes, step: int, keep_prob: float) -> None:
    """One dot a training step, the newest on top; at test the one answer as a line."""
    network = with_keep_prob(keep_prob)
    steps = np.arange(1, min(step, STEPS) + 1)
    answers = [answer(network, int(k)) for k in steps]
    axes.plot(answers, steps, "o", color=style.TRAINING, markersize=5)
    if step == TEST:
        axes.axvline(mean_answer(keep_prob), color=style.EXACT, linestyle="--")
        axes.axvline(test_answer(keep_prob), color=style.TEST)
    else:
        axes.plot(answers[-1], step, "o", color=style.KEPT, markersize=9)
    axes.set(xlim=(0, 1), ylim=(0, STEPS + 1), xlabel="the network's answer", ylabel="step")
    axes.set_xticks([0, 0.5, 1], ["0", "0.5", "1"])
    axes.set_yticks([1, STEPS])
