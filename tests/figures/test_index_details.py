"""The first picture: what stands where, and that its numbers stay what they are."""

import numpy as np
import pytest
from matplotlib.colors import same_color

from dropoutlab.figures import index as figures
from dropoutlab.figures import style


def lines_of(figure, color):
    return [line for line in figure.axes[1].lines if same_color(line.get_color(), color)]


@pytest.mark.parametrize("step", [1, 5, figures.STEPS])
def test_in_training_the_newest_answer_stands_out(step):
    figure = figures.draw_dropout(step, 0.5)
    network = figures.with_keep_prob(0.5)
    answers = [figures.answer(network, k) for k in range(1, step + 1)]
    (dots,) = lines_of(figure, style.TRAINING)
    assert np.array_equal(dots.get_xydata(), np.column_stack([answers, range(1, step + 1)]))
    (newest,) = lines_of(figure, style.KEPT)
    assert newest.get_xydata().tolist() == [[answers[-1], step]]
    for line, size in ((dots, 5), (newest, 9)):
        assert line.get_marker() == "o" and line.get_linestyle() == "None"
        assert line.get_markersize() == size
    assert lines_of(figure, style.EXACT) == []


def test_at_test_two_lines_and_every_step_and_no_mask():
    figure = figures.draw_dropout(figures.TEST, 0.5)
    (dots,) = lines_of(figure, style.TRAINING)
    assert len(dots.get_xdata()) == figures.STEPS
    (dashed,) = lines_of(figure, style.EXACT)
    (solid,) = lines_of(figure, style.TEST)
    assert (dashed.get_linestyle(), solid.get_linestyle()) == ("--", "-")
    discs = [line for line in figure.axes[0].lines if same_color(line.get_color(), style.KEPT)]
    assert sum(len(line.get_xdata()) for line in discs) == sum(figures.SIZES)


def test_the_panels_hold_still():
    for step in (1, figures.STEPS, figures.TEST):
        for keep_prob in (0.3, 1.0):
            below = figures.draw_dropout(step, keep_prob).axes[1]
            assert below.get_xlim() == (0, 1) and below.get_ylim() == (0, figures.STEPS + 1)
            assert below.get_xlabel() == "the network's answer" and below.get_ylabel() == "step"
            assert list(below.get_xticks()) == [0, 0.5, 1]
            assert [t.get_text() for t in below.get_xticklabels()] == ["0", "0.5", "1"]
            assert list(below.get_yticks()) == [1, figures.STEPS]


def test_the_network_is_drawn_above_the_answers():
    figure = figures.draw_dropout()
    above, below = (axes.get_position() for axes in figure.axes)
    assert above.height / below.height == pytest.approx(2.4 / 1.3)
    gap = (above.y0 - below.y1) / ((above.height + below.height) / 2)
    assert gap == pytest.approx(0.15)
    (discs,) = [line for line in figure.axes[0].lines if same_color(line.get_color(), style.KEPT)]
    assert discs.get_markersize() == 15


def test_it_starts_at_the_first_step_with_half_of_the_units():
    explicit = figures.draw_dropout(1, 0.5)
    default = figures.draw_dropout()
    for one, other in zip(default.axes[1].lines, explicit.axes[1].lines, strict=True):
        assert np.array_equal(one.get_xydata(), other.get_xydata())


def test_masks_differ_between_steps_and_layers_and_stay_what_they_are():
    masks = [np.concatenate(figures.hidden_masks(k, 0.5)) for k in range(1, figures.STEPS + 1)]
    assert len({tuple(mask) for mask in masks}) >= figures.STEPS - 2
    rng = np.random.default_rng([figures.MASKS_SEED, 4])
    one, two = figures.hidden_masks(4, 0.5)
    assert np.array_equal(one, rng.random(5) < 0.5) and np.array_equal(two, rng.random(5) < 0.5)


def test_a_smaller_keep_probability_drops_units_and_brings_none_back():
    for step in (1, 7):
        few, many = (np.concatenate(figures.hidden_masks(step, p)) for p in (0.3, 0.8))
        assert (few <= many).all()


def test_the_weights_do_not_depend_on_the_keep_probability():
    one, other = figures.with_keep_prob(0.3), figures.with_keep_prob(0.9)
    assert all(map(np.array_equal, one.weights, other.weights))
    assert [len(b) for b in one.biases] == list(figures.SIZES[1:])
    assert tuple(one.keep_prob) == (1.0, 0.3, 0.3) and one.output == "logistic"
    assert one.weights[0].dtype == np.float64


def test_sentences_say_what_is_drawn():
    assert figures.describe_dropout(3, 0.25).startswith(
        "Training step 3 of 20, keep probability 0.2: "
    )
    said = figures.describe_dropout(figures.TEST, 0.5)
    test, mean = figures.test_answer(0.5), figures.mean_answer(0.5)
    assert said == (
        "At test all 10 hidden units are kept and their outgoing weights are multiplied by 0.5: "
        f"it answers {test:.3f} (solid line); the mean answer of all 1024 thinned networks is "
        f"{mean:.3f} (dashed line)."
    )
    kept = int(np.concatenate(figures.hidden_masks(2, 0.5)).sum())
    answer = figures.answer(figures.with_keep_prob(0.5), 2)
    assert figures.describe_dropout(2, 0.5) == (
        f"Training step 2 of 20, keep probability 0.5: {kept} of 10 hidden units are kept, and "
        f"this thinned network answers {answer:.3f}."
    )
