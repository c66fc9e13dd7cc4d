"""The first picture: the answers it shows are those of the network it draws."""

import numpy as np
import pytest

from dropoutlab import network as nn
from dropoutlab.figures import index as figures
from dropoutlab.figures import style
from dropoutlab.masks import enumerate_masks, mask_probability


def answers_drawn(figure):
    return next(line for line in figure.axes[1].lines if line.get_color() == style.TRAINING)


def units_drawn(figure, color):
    return sum(
        len(line.get_xdata()) for line in figure.axes[0].lines
        if line.get_color() == color and line.get_marker() == "o"
    )  # fmt: skip


@pytest.mark.parametrize("step", [1, 7, 20])
def test_a_training_step_shows_its_thinned_network_and_the_answers_so_far(step):
    figure = figures.draw_dropout(step, 0.5)
    masks = figures.hidden_masks(step, 0.5)
    kept = int(sum(mask.sum() for mask in masks))
    assert units_drawn(figure, style.KEPT) == kept + 3 + 1  # inputs and output are never dropped
    answers, steps = answers_drawn(figure).get_data()
    assert list(steps) == list(range(1, step + 1))
    # the thinned network without its dropped units: rows and columns cut out by hand
    network = figures.with_keep_prob(0.5)
    one, two = (mask == 1 for mask in masks)
    small = [network.weights[0][one], network.weights[1][np.ix_(two, one)]]
    h = np.array(figures.INPUTS[0])
    for weights in small:
        h = np.maximum(weights @ h, 0)
    by_hand = 1 / (1 + np.exp(-(network.weights[2][:, two] @ h)[0]))
    assert answers[-1] == pytest.approx(by_hand)
    assert f"{kept} of 10 hidden units" in figures.describe_dropout(step, 0.5)
    assert f"{by_hand:.3f}." in figures.describe_dropout(step, 0.5)


def test_test_time_shows_weight_scaling_and_the_mean_of_all_thinned_networks():
    network = figures.with_keep_prob(0.4)
    (masks,) = enumerate_masks(10)
    noise = [None, masks[:, :5], masks[:, 5:]]
    outputs = nn.forward(network, np.repeat(figures.INPUTS, len(masks), axis=0), noise)[-1][:, 0]
    mean = mask_probability(masks, 0.4) @ outputs
    solid, dashed = (
        next(line.get_xdata()[0] for line in figures.draw_dropout(figures.TEST, 0.4).axes[1].lines
             if line.get_color() == color)
        for color in (style.TEST, style.EXACT)
    )  # fmt: skip
    assert dashed == pytest.approx(mean)
    assert solid == pytest.approx(nn.predict(network, figures.INPUTS)[0, 0])
    said = figures.describe_dropout(figures.TEST, 0.4)
    assert f"{mean:.3f} (dashed line)" in said and f"{solid:.3f} (solid line)" in said


def test_with_everything_kept_there_is_one_network_only():
    answers, _steps = answers_drawn(figures.draw_dropout(figures.TEST, 1.0)).get_data()
    assert np.ptp(answers) == 0
    assert figures.mean_answer(1.0) == figures.test_answer(1.0) == pytest.approx(answers[0])
