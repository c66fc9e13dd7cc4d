"""What the chapter `regularizer` says of runs, on seeds that it does not use.

A claim is that the 95 % confidence interval of a difference, paired by seed, lies on one side.
"""

import numpy as np
import pytest

from dropoutlab import experiments
from dropoutlab.records import Record, find, gain, summarize

SEEDS = range(9100, 9124)
BOTH, EXAMPLES, MASKS = experiments.LINEAR_NOISES
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def spread():
    return experiments.spread_around_minimum(SEEDS)


def values(records, arm, setting, measure="latest weights"):
    (found,) = find(summarize(records), arm=arm, measure=measure, setting=setting)
    return found.values


def interval(differences):
    records = [Record("", None, "", seed, d) for seed, d in enumerate(differences)]
    (found,) = summarize(records)
    return found.low, found.high


@pytest.mark.parametrize("noise", experiments.LINEAR_NOISES)
def test_no_noise_stays_at_the_minimum_and_a_quarter_of_the_rate_halves_the_distance(spread, noise):
    fast, slow = values(spread, noise, 0.08), values(spread, noise, 0.02)
    low, high = interval(slow / fast)
    assert fast.min() > 0 and low > 0.42 and high < 0.58


@pytest.mark.parametrize("noise", experiments.LINEAR_NOISES)
@pytest.mark.parametrize("rate", [0.08, 0.02])
def test_averaging_comes_much_closer(spread, noise, rate):
    latest = values(spread, noise, rate)
    averaged = values(spread, noise, rate, "averaged weights")
    assert interval(latest / 2 - averaged)[0] > 0  # by half or more


def test_a_falling_rate_comes_much_closer(spread):
    falling = values(spread, f"{BOTH}, falling rate", 0.08)
    assert interval(values(spread, BOTH, 0.02) / 2 - falling)[0] > 0


def test_masks_add_to_the_noise_of_the_examples(spread):
    for found in gain(spread, "latest weights", EXAMPLES, BOTH):
        assert found.low > 0


def test_masks_on_all_examples_make_less_of_it(spread):
    for found in gain(spread, "latest weights", MASKS, EXAMPLES):
        assert found.low > 0


def test_the_steps_are_those_of_the_linear_unit():
    # one data set, masks on all examples: the same steps made with `linear`, one by one
    problems = experiments._linear_problems([9100], 200, 0.5)
    x, y, w = problems.inputs[0], problems.target[0], problems.minimum[0]
    rng = np.random.default_rng(9100)
    experiments.data.synthetic_regression(200, experiments.LINEAR_WEIGHTS, 1.0, rng)
    for _ in range(5):
        masks = (rng.random((200, 8)) < 0.5).astype(float)
        w = w - 0.08 / 200 * experiments.linear.gradient_with_dropout(w, x, y, masks)
    away = experiments._walk(problems, np.full((5, 1), 0.08), 0.5, masks=True, batch_size=None)
    assert np.allclose(away[-1, 0, :, 0], w - problems.minimum[0])
    distance = np.sqrt(((x @ (0.5 * (w - problems.minimum[0]))) ** 2).mean())
    found = experiments._wandering(problems, np.repeat(away[-1:], 20, axis=0), 0.5)
    assert np.allclose(found["latest weights"], distance)
    assert np.allclose(found["averaged weights"], distance)


def test_without_masks_the_gradient_is_that_of_the_regularised_error():
    problems = experiments._linear_problems([9100], 200, 0.5)
    problems.minimum[:] = 1.0
    away = experiments._walk(problems, np.full((1, 1), 0.08), 0.5, masks=False, batch_size=None)
    gradient = experiments.linear.regularized_gradient(
        problems.minimum[0], problems.inputs[0], problems.target[0], 0.5
    )
    assert np.allclose(away[0, 0, :, 0], -0.08 / 200 * gradient)


# --- the two schemes


@pytest.fixture(scope="module")
def gaps():
    return {s.arm: s for s in summarize(experiments.standard_against_inverted(SEEDS))}


def test_with_all_constants_rescaled_only_rounding_is_left(gaps):
    assert 0 < gaps["all rescaled"].values.max() < 1e-13


@pytest.mark.parametrize("forgotten", ["learning rate", "weight decay", "max-norm"])
def test_with_one_forgotten_the_paths_part(gaps, forgotten):
    assert gaps[f"but not the {forgotten}"].values.min() > 1e-4
