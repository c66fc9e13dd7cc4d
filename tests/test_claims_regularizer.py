"""What the chapter `regularizer` says of runs, on seeds that it does not use.

A claim is that the 95 % confidence interval of a difference, paired by seed, lies on one side.
"""

import numpy as np
import pytest

from dropoutlab import data, experiments, linear
from dropoutlab.data import digit_slants
from dropoutlab.samples import Sample, pick

SEEDS = range(9100, 9124)
BOTH, EXAMPLES, MASKS = experiments.LINEAR_NOISES
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("regularizer")]


@pytest.fixture(scope="module")
def spread():
    return experiments.spread_around_minimum(SEEDS)


def away(spread, arm, rate, measure="latest weights"):
    return pick(spread, arm, measure, learning_rate=rate)


def low(sample):
    return sample.summary().low


def high(sample):
    return sample.summary().high


@pytest.mark.parametrize("noise", experiments.LINEAR_NOISES)
def test_no_noise_stays_at_the_minimum_and_a_quarter_of_the_rate_halves_the_distance(spread, noise):
    fast, slow = away(spread, noise, 0.08), away(spread, noise, 0.02)
    assert fast.values.min() > 0
    assert low(slow - 0.42 * fast) > 0 > high(slow - 0.58 * fast)


@pytest.mark.parametrize("noise", experiments.LINEAR_NOISES)
@pytest.mark.parametrize("rate", [0.08, 0.02])
def test_averaging_comes_much_closer(spread, noise, rate):
    averaged = away(spread, noise, rate, "averaged weights")
    assert high(2 * averaged - away(spread, noise, rate)) < 0  # by half or more


def test_a_falling_rate_comes_much_closer(spread):
    falling = away(spread, f"{BOTH}, falling rate", 0.08)
    assert high(2 * falling - away(spread, BOTH, 0.02)) < 0


@pytest.mark.parametrize("rate", [0.08, 0.02])
def test_masks_add_to_the_noise_of_the_examples_and_alone_make_less_of_it(spread, rate):
    of_examples = away(spread, EXAMPLES, rate)
    assert (
        low(away(spread, BOTH, rate) - of_examples)
        > 0
        > high(away(spread, MASKS, rate) - of_examples)
    )


def test_the_steps_are_those_of_the_linear_unit():
    # one data set, masks on all examples: the same steps made with `linear`, one by one
    problems = experiments.regularizer._linear_problems([9100], 200, 0.5)
    x, y, w = problems.inputs[0], problems.target[0], problems.minimum[0]
    rng = np.random.default_rng(9100)
    data.synthetic_regression(200, experiments.LINEAR_WEIGHTS, 1.0, rng)
    for _ in range(5):
        masks = (rng.random((200, 8)) < 0.5).astype(float)
        w = w - 0.08 / 200 * linear.gradient_with_dropout(w, x, y, masks)
    away = experiments.regularizer._walk(
        problems, np.full((5, 1), 0.08), 0.5, masks=True, batch_size=None
    )
    assert np.allclose(away[-1, 0, :, 0], w - problems.minimum[0])
    distance = np.sqrt(((x @ (0.5 * (w - problems.minimum[0]))) ** 2).mean())
    found = experiments.regularizer._wandering(problems, np.repeat(away[-1:], 20, axis=0), 0.5)
    assert np.allclose(found["latest weights"], distance)
    assert np.allclose(found["averaged weights"], distance)


def test_without_masks_the_gradient_is_that_of_the_regularised_error():
    problems = experiments.regularizer._linear_problems([9100], 200, 0.5)
    problems.minimum[:] = 1.0
    away = experiments.regularizer._walk(
        problems, np.full((1, 1), 0.08), 0.5, masks=False, batch_size=None
    )
    gradient = linear.regularized_gradient(
        problems.minimum[0], problems.inputs[0], problems.target[0], 0.5
    )
    assert np.allclose(away[0, 0, :, 0], -0.08 / 200 * gradient)


# --- on real digits


# All runs agree closely: a tenth of the mean, and less, is the spread of what is left.
FEW = SEEDS[:6]


@pytest.fixture(scope="module")
def distances():
    inputs, target = digit_slants()
    return experiments.dropout_path_distances(
        inputs, target, 0.5, seeds=FEW, learning_rate=0.05, num_steps=30_000, progress=False
    )


def of_runs(values):
    return Sample("dropout", "distance", FEW, values)


def test_what_is_left_is_about_a_tenth_of_the_way_and_no_chance(distances):
    left = of_runs(distances.average[:, -1])
    assert low(left - 0.08 * distances.apart) > 0 > high(left - 0.12 * distances.apart)
    assert left.values.std(ddof=1) < 0.1 * left.values.mean()


def test_the_averaged_weights_keep_closing_in_and_stay_away_from_least_squares(distances):
    early = distances.steps.searchsorted(3_000)
    assert (distances.average[:, -1] < 0.6 * distances.average[:, early]).all()
    assert (distances.least_squares[:, -1] > 0.8 * distances.apart).all()


def test_the_second_half_alone_is_nearer(distances):
    assert low(of_runs(distances.average[:, -1] - distances.second_half)) > 0


def test_descent_without_masks_has_not_arrived_either(distances):
    assert distances.descent > 0.5 * distances.average[:, -1].mean()


def test_the_average_lags_early_and_the_latest_weights_are_farther_late(distances):
    for update, lags in ((100, True), (1000, True), (30_000, False)):
        k = distances.steps.searchsorted(update)
        behind = of_runs(distances.average[:, k] - distances.last[:, k])
        assert low(behind) > 0 if lags else high(behind) < 0


def test_what_descent_has_left_is_in_the_weights_of_seldom_lit_pixels():
    inputs, target = digit_slants()
    minimum = 0.5 * linear.regularized_minimizer(inputs, target, 0.5)
    left = experiments.regularizer._descent_from_zero(inputs, minimum, 0.5, 0.05, 30_000) - minimum
    seldom = (inputs > 0).mean(axis=0) < 0.01
    assert (left[seldom] ** 2).sum() > 0.99 * (left**2).sum()
    assert (inputs[:, ~seldom] @ left[~seldom]).std() < 0.5 * (inputs @ left).std()


def test_descent_from_zero_makes_the_steps_of_descent():
    inputs, target = digit_slants()
    minimum = 0.5 * linear.regularized_minimizer(inputs, target, 0.5)
    path = linear.regularized_descent(inputs, target, 0.5, learning_rate=0.05, num_steps=50)
    found = experiments.regularizer._descent_from_zero(inputs, minimum, 0.5, 0.05, 50)
    assert np.allclose(found, 0.5 * path[-1], atol=1e-10)


def test_the_second_half_is_averaged():
    rng = np.random.default_rng(9100)
    inputs, target = data.synthetic_regression(30, [1.0, -1.0], 1.0, rng)
    settings = {"learning_rate": 0.05, "num_steps": 7, "batch_size": 2}
    path = linear.sgd_with_dropout(
        inputs, target, 0.5, **settings, rng=np.random.default_rng(9100),
        record_at=range(1, 8), progress=False,
    )  # fmt: skip
    found = experiments.dropout_path_distances(
        inputs, target, 0.5, **settings, seeds=[9100], progress=False
    )
    away = path.weights[3:].mean(axis=0) - linear.regularized_minimizer(inputs, target, 0.5)
    assert np.allclose(found.second_half, np.sqrt(((inputs @ away * 0.5) ** 2).mean()))


# --- the two schemes


@pytest.fixture(scope="module")
def gaps():  # every run of twelve, by many orders of magnitude
    return experiments.standard_against_inverted(SEEDS[:12])


def test_with_all_constants_rescaled_only_rounding_is_left(gaps):
    assert 0 < pick(gaps, "all rescaled").values.max() < 1e-13


@pytest.mark.parametrize("forgotten", ["learning rate", "weight decay", "max-norm"])
def test_with_one_forgotten_the_paths_part(gaps, forgotten):
    assert pick(gaps, f"but not the {forgotten}").values.min() > 1e-4
