"""Experiments of the first page: which of two networks survives the loss of a unit."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from dropoutlab import network as nn
from dropoutlab._checks import FloatArray, probability, seed_numbers, whole_number
from dropoutlab._names import public_dir
from dropoutlab.experiments._once import once
from dropoutlab.experiments.arms import Arm, Trained, train_arm
from dropoutlab.masks import enumerate_masks
from dropoutlab.network import Network
from dropoutlab.samples import Sample, samples_of
from dropoutlab.training import Recipe

__dir__ = public_dir(__name__)

EXAMPLES = 6
DIGITS = {
    "train_size": 1000,
    "source": "digits",
    "recipe": Recipe(epochs=200, learning_rate=0.01),  # small steps: few units die
}
MAX_UNITS = 10  # of which every set is taken away


@dataclass(frozen=True, eq=False)
class UnitLosses:
    """What two networks say of six test images, with every set of hidden units taken away.

    images: shape (6, 8, 8), ink from 0 to 1. digits: what they show, shape (6,). Dictionaries by
    arm, "none" and "dropout", with the mask as first axis, in the order of `enumerate_masks`:
    outputs: probabilities, shape (2^n, 6, 10). error: the test error in percent, shape (2^n,).
    """

    images: FloatArray
    digits: np.ndarray
    outputs: dict[str, FloatArray]
    error: dict[str, FloatArray]


@once
def unit_losses(seed: int, *, units: int = 8, keep_prob: float = 0.8) -> UnitLosses:
    """Train two networks 64–units–10 on the same digits, and take away every set of hidden units.

    1,000 digits, one network without dropout and one with it. What is taken away gives 0, and
    nothing else is changed. The images are the first six of the test set, each of another digit,
    that both whole networks read correctly.

    Raises:
        ValueError: they read fewer than six of the digits.
    """
    seed, tops, hidden = whole_number("seed", seed, 0, None), {}, {}
    for arm in _arms(units, keep_prob):
        trained = train_arm(arm, [seed])
        tops[arm.name], hidden[arm.name] = _top(trained)
    labels = trained.test[1][0].argmax(axis=-1)
    whole = [nn.forward(tops[name], hidden[name])[-1][0].argmax(axis=-1) for name in tops]
    correct = np.flatnonzero(np.all(np.equal(whole, labels), axis=0))
    firsts = correct[np.unique(labels[correct], return_index=True)[1]]  # one of each digit
    if len(firsts) < EXAMPLES:
        raise ValueError(
            f"units and keep_prob must leave {EXAMPLES} digits that both networks read rightly; "
            f"got {units} and {keep_prob}, and {len(firsts)} are"
        )
    picked, outputs, error = np.sort(firsts)[:EXAMPLES], {}, {}
    masks = np.concatenate(list(enumerate_masks(units)))
    for name, top in tops.items():
        answers = [nn.forward(top, hidden[name], [mask[None]])[-1][0] for mask in masks]
        outputs[name] = np.array([answer[picked] for answer in answers])
        wrong = [answer.argmax(axis=-1) != labels for answer in answers]
        error[name] = 100 * np.mean(wrong, axis=-1)
    images = trained.test[0][0, picked].reshape(EXAMPLES, 8, 8)
    return UnitLosses(images, labels[picked], outputs, error)


@once
def answers_kept(seeds: Sequence[int], *, units: int = 8, keep_prob: float = 0.8) -> list[Sample]:
    """Measure how often an answer survives the loss of a unit or two, in `unit_losses`' networks.

    Arms "none" and "dropout"; setting "gone", how many units are taken away. Measures, in percent,
    means over all sets of so many units: "answers kept", of the test images that both whole
    networks read rightly, those that are still read rightly (`gone` 1 and 2); and "test error", of
    all test images (`gone` 0, 1 and 2).
    """
    seeds, right, samples = seed_numbers(seeds, 2), {}, []
    for arm in _arms(units, keep_prob):
        trained = train_arm(arm, seeds)
        labels = trained.test[1].argmax(axis=-1)
        right[arm.name] = [
            np.array([answer == labels for answer in _answers_without(*_top(trained), gone)])
            for gone in range(3)
        ]
    both = np.all([of_arm[0][0] for of_arm in right.values()], axis=0)
    for name, of_arm in right.items():
        for gone, still in enumerate(of_arm):
            found = {"test error": 100 * (1 - still.mean(axis=(0, 2)))}
            if gone:
                share = (still & both).sum(axis=-1) / both.sum(axis=-1)
                found["answers kept"] = 100 * share.mean(axis=0)
            samples += samples_of(name, {"gone": gone}, seeds, found)
    return samples


def _arms(units: int, keep_prob: float) -> list[Arm]:
    sizes = (64, whole_number("units", units, 2, MAX_UNITS), 10)
    keep_prob = probability("keep_prob", keep_prob, above_zero=True)
    return [
        Arm(name, sizes=sizes, keep_prob=(1.0, p), **DIGITS)
        for name, p in {"none": 1.0, "dropout": keep_prob}.items()
    ]


def _top(trained: Trained) -> tuple[Network, FloatArray]:
    """The last layer as a network of its own, as at test time, and the test set's hidden units."""
    network = nn.scaled_for_test(trained.network)
    top = Network(network.weights[-1:], network.biases[-1:], (1.0,), output=network.output)
    return top, nn.forward(network, trained.test[0])[-2]


def _answers_without(top: Network, hidden: FloatArray, gone: int) -> list[np.ndarray]:
    """The digits read without each set of `gone` units, each of shape (seeds, images)."""
    answers = []
    for units in combinations(range(top.sizes[0]), gone):
        kept = np.ones(top.sizes[0])
        kept[list(units)] = 0
        answers.append(nn.logits(top, hidden, [kept[None]]).argmax(axis=-1))
    return answers
