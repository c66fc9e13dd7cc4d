"""The claims about training, on seeds that the chapters do not use."""

import pytest

from dropoutlab.data import digit_slants
from dropoutlab.experiments import dropout_path_distances


@pytest.fixture(scope="module")
def distances():
    inputs, target = digit_slants()
    return dropout_path_distances(
        inputs, target, 0.5, seeds=range(100, 112), learning_rate=0.05, num_steps=30_000,
        progress=False,
    )  # fmt: skip


def test_averaged_weights_land_on_the_minimum_of_the_regularised_error(distances):
    assert (distances.average[:, -1] < 0.2 * distances.apart).all()


def test_they_keep_closing_in(distances):
    early = distances.steps.searchsorted(3_000)
    assert (distances.average[:, -1] < 0.6 * distances.average[:, early]).all()


def test_they_stay_away_from_least_squares(distances):
    assert (distances.least_squares[:, -1] > 0.8 * distances.apart).all()


def test_the_latest_weights_are_farther_away_than_the_averaged_ones(distances):
    assert distances.last[:, -1].mean() > distances.average[:, -1].mean()


def test_the_records_have_one_row_a_seed(distances):
    assert distances.average.shape == distances.last.shape == (12, len(distances.steps))
    assert distances.steps[-1] == 30_000
