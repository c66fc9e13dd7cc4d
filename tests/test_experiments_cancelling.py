"""A price on cancellation: its gradient, and that nothing else is moved."""

from dataclasses import replace

import joblib
import numpy as np
import pytest

from dropoutlab import coadaptation, experiments, training
from dropoutlab import network as nn
from dropoutlab.experiments import cancelling
from dropoutlab.experiments.arms import Arm
from dropoutlab.samples import pick
from dropoutlab.training import Recipe

RNG = np.random.default_rng(0)
SIZES, EXAMPLES = (5, 6, 4), 7
INPUTS = RNG.standard_normal((2, EXAMPLES, SIZES[0]))
TARGETS = np.eye(SIZES[-1])[RNG.integers(SIZES[-1], size=(2, EXAMPLES))]
ALL = np.tile(np.arange(EXAMPLES), (2, 1))


@pytest.fixture(autouse=True)
def in_this_process():
    with joblib.parallel_config("sequential"):
        yield


def generators():
    return [np.random.default_rng([seed, 2]) for seed in (0, 1)]


def priced_loss(network, price):
    """Loss under the masks that `generators` draw, and price times what the package measures."""
    noise = [None, np.stack([g.random((EXAMPLES, 6)) < 0.6 for g in generators()])]
    loss = nn.loss(network, nn.forward(network, INPUTS, noise)[-1], TARGETS)
    whole = coadaptation.cancellation(coadaptation.centred(network), INPUTS)
    return loss + price * whole


@pytest.mark.parametrize("price", [0.7, -2.0])
def test_the_gradient_is_that_of_the_loss_and_the_measure(price):
    network = nn.new_network(SIZES, generators(), keep_prob=(1.0, 0.6), dtype=np.float64)
    found = cancelling._gradients(network, (INPUTS, TARGETS), generators(), price, ALL)
    parameters = (*network.weights, *network.biases)
    for place, (values, gradient) in enumerate(zip(parameters, found, strict=True)):
        for index in np.ndindex(values.shape[1:]):
            ends = []
            for step in (1e-6, -1e-6):
                moved = [part.copy() for part in parameters]
                moved[place][:, *index] += step
                there = replace(network, weights=tuple(moved[:2]), biases=tuple(moved[2:]))
                ends.append(priced_loss(there, price))
            slope = (ends[0] - ends[1]) / 2e-6
            assert gradient[:, *index] == pytest.approx(slope, abs=1e-6)


def test_silent_units_have_no_slope():
    weights, h = np.ones((3, 2)), np.zeros((4, 2))
    for slope in cancelling.cancellation_gradients(weights, h):
        assert (slope == 0).all()


@pytest.mark.parametrize("keep_prob", [1.0, 0.6])
def test_without_a_price_it_is_the_training_of_everybody(keep_prob):
    arm = Arm("a", keep_prob=(1.0, keep_prob), train_size=120, recipe=Recipe(epochs=2))
    mine = cancelling._train(arm, 0.0, (0, 1))
    other = experiments.train_arm(arm, (0, 1))
    for one, two in zip(mine.network.weights, other.network.weights, strict=True):
        assert np.array_equal(one, two)
    error = training.evaluate(mine.network, *mine.test)[1]
    assert np.array_equal(error, training.evaluate(other.network, *other.test)[1])


def test_what_has_a_price_becomes_less(monkeypatch):
    monkeypatch.setattr(cancelling, "PRICES", {"none": (-3.0, 0.0, 1.0), "dropout": (0.0, 1.0)})
    shortly = replace(Arm("a"), recipe=Recipe(epochs=15), train_size=300)
    monkeypatch.setattr(cancelling, "Arm", lambda name, **more: replace(shortly, name=name, **more))
    found = experiments.price_study((0, 1, 2), 0.6, progress=False)
    assert {part.measure for part in found} == {"training error", "test error", "cancellation"}
    of = {
        (arm, price): pick(found, arm, "cancellation", price=price).values
        for arm, prices in cancelling.PRICES.items()
        for price in prices
    }
    assert (of["none", -3.0] > of["none", 0.0]).all()
    assert (of["none", 0.0] > of["none", 1.0] + 0.1).all()
    assert (of["dropout", 0.0] > of["dropout", 1.0]).all()
