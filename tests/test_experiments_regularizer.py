"""The runs of a linear unit: that they make the steps they say, and what no seed decides."""

import numpy as np
import pytest

from dropoutlab import data, experiments, linear
from dropoutlab.data import digit_slants
from dropoutlab.samples import pick


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


TINY = {"inputs": [[1.0, 2.0], [3.0, 4.0]], "target": [1.0, 2.0], "keep_prob": 0.5, "num_steps": 2}


@pytest.mark.parametrize(
    ("experiment", "arguments"),
    [
        (experiments.spread_around_minimum, {"learning_rates": (3.0,)}),
        (experiments.spread_around_minimum, {"learning_rates": (1e99, 0.1), "num_steps": 20}),
        (experiments.dropout_path_distances, {**TINY, "learning_rate": 1e100, "progress": False}),
        (experiments.standard_against_inverted, {"learning_rate": 1e308, "num_steps": 3}),
        (experiments.standard_against_inverted, {"weight_decay": 1e300, "max_norm": 1e308}),
    ],
)
def test_training_that_diverges_is_said_to(experiment, arguments):
    with pytest.raises(FloatingPointError, match="grew without bound: use a smaller learning_rate"):
        experiment(seeds=(0, 10**30), **arguments)


def test_a_gap_that_is_no_number_at_some_step_is_not_the_largest_number(monkeypatch):
    def steps(parameters, *_others):
        yield 1
        parameters[0][...] = np.nan
        yield 2

    monkeypatch.setattr(experiments.regularizer, "descend", steps)
    assert np.isnan(experiments.regularizer._largest_gap(0, 0.5, None, None, 2))


# --- on real digits


def test_descent_has_not_arrived_and_what_it_has_left_is_in_the_weights_of_seldom_lit_pixels():
    inputs, target = digit_slants()
    minimum = 0.5 * linear.regularized_minimizer(inputs, target, 0.5)
    left = experiments.regularizer._descent_from_zero(inputs, minimum, 0.5, 0.05, 30_000) - minimum
    apart = inputs @ (linear.least_squares_minimizer(inputs, target) - minimum)
    assert ((inputs @ left) ** 2).mean() > 0.06**2 * (apart**2).mean()
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
def gaps():  # every run, by many orders of magnitude
    return experiments.standard_against_inverted(range(9100, 9104))


def test_with_all_constants_rescaled_only_rounding_is_left(gaps):
    assert 0 < pick(gaps, "all rescaled").values.max() < 1e-13


@pytest.mark.parametrize("forgotten", ["learning rate", "weight decay", "max-norm"])
def test_with_one_forgotten_the_paths_part(gaps, forgotten):
    assert pick(gaps, f"but not the {forgotten}").values.min() > 1e-4


def problems_and_weights():
    problems = experiments.regularizer._linear_problems([9100, 9101], 30, 0.5)
    rates = np.random.default_rng(0).normal(size=(2, 8, 3))  # weights for three learning rates
    return problems, rates


def test_a_problem_has_targets_of_deviation_1_and_its_own_minimum():
    problems, _weights = problems_and_weights()
    assert problems.inputs.shape == (2, 30, 8) and problems.target.shape == (2, 30)
    assert np.allclose(problems.target.std(axis=1), 1)
    for k, seed in enumerate((9100, 9101)):
        rng = np.random.default_rng(seed)
        x, y = data.synthetic_regression(30, experiments.LINEAR_WEIGHTS, 1.0, rng)
        assert np.array_equal(problems.inputs[k], x)
        assert np.allclose(problems.target[k], y / y.std())
        minimum = linear.regularized_minimizer(x, y / y.std(), 0.5)
        assert np.allclose(problems.minimum[k], minimum)
        assert problems.rng[k].random() == rng.random()


@pytest.mark.parametrize("masks", [True, False])
def test_a_gradient_is_the_sum_over_the_examples_drawn(masks):
    problems, weights = problems_and_weights()
    found = experiments.regularizer._gradient(problems, weights, 0.5, masks=masks, batch_size=4)
    again, _weights = problems_and_weights()
    for k, rng in enumerate(again.rng):
        rows = rng.integers(30, size=4)
        x, y = problems.inputs[k][rows], problems.target[k][rows]
        noise = (rng.random((4, 8)) < 0.5).astype(float) if masks else None
        for rate in range(3):
            w = weights[k, :, rate]
            gradient = (
                linear.gradient_with_dropout(w, x, y, noise) if masks
                else linear.regularized_gradient(w, x, y, 0.5)
            )  # fmt: skip
            assert np.allclose(found[k, :, rate], gradient)


def test_how_far_runs_wander_by_hand():
    problems, _weights = problems_and_weights()
    away = np.random.default_rng(1).normal(size=(40, 2, 8, 3))
    found = experiments.regularizer._wandering(problems, away, 0.5)
    for k, x in enumerate(problems.inputs):
        for rate in range(3):
            steps = 0.5 * away[:, k, :, rate] @ x.T  # differences of the outputs
            latest = np.sqrt((steps[36:] ** 2).mean())
            averaged = np.sqrt((steps[20:].mean(axis=0) ** 2).mean())
            assert found["latest weights"][k, rate] == pytest.approx(latest)
            assert found["averaged weights"][k, rate] == pytest.approx(averaged)
