"""The figures show the numbers of the mathematics, and their sentences say the same."""

import numpy as np
import pytest
from matplotlib.colors import same_color, to_rgba

from dropoutlab import linear
from dropoutlab.experiments import PathDistances
from dropoutlab.explore.handles import handles_of
from dropoutlab.figures import regularizer as figures
from dropoutlab.figures import style
from dropoutlab.samples import Sample
from tests.figures import seen


def lines(figure):
    return {line.get_label(): line for line in figure.axes[0].lines}


@pytest.mark.parametrize("keep_prob", [0.1, 0.5, 1.0])
def test_error_curves(keep_prob):
    drawn = lines(figures.draw_error_curves(keep_prob, 1.5, 2.0))
    w, mean = drawn["mean of E_D"].get_data()
    assert np.allclose(mean, linear.regularized_error(w[:, None], [1.5], 2.0, keep_prob))
    assert np.allclose(drawn["E_N"].get_ydata(), (2.0 - keep_prob * w * 1.5) ** 2 / 2)
    assert np.allclose(drawn["E_D if kept"].get_ydata(), (2.0 - w * 1.5) ** 2 / 2)
    assert np.allclose(drawn["E_D if dropped"].get_ydata(), 2.0)
    assert {line.get_linestyle() for line in drawn.values() if line.get_color() == style.E_D} == {
        "-", ":",
    }  # fmt: skip


def test_the_minima_are_those_of_the_mathematics():
    assert figures.regularized_minimum(0.5, 1.0, 1.0) == pytest.approx(1.0)
    assert figures.plain_minimum(0.5, 1.0, 1.0) == pytest.approx(2.0)
    assert figures.least_of_errors().startswith("It is least at w = 1, and not at 2: ")
    assert figures.describe_error_curves(0.5, 1.0, 1.0) == (
        "With keep probability 0.5, x = 1.0 and y = 1.0, E_N is least at w = 2.00 "
        "and the mean of E_D at w = 1.00, where it is 0.25."
    )
    assert figures.describe_error_curves(0.2, 2.0, -1.0) == (
        "With keep probability 0.2, x = 2.0 and y = −1.0, E_N is least at w = −2.50 and the mean "
        "of E_D at w = −0.50, where it is 0.40."
    )


def test_path_distances_are_drawn_with_their_range():
    values = np.array([[1.0, 0.5, 0.2], [1.2, 0.7, 0.1]])
    distances = {"average": values, "last": values + 1, "least_squares": values + 2}
    scalars = {"second_half": values[:, 0], "descent": 0.1, "apart": 1.0}
    found = PathDistances(np.array([1, 10, 100]), **distances, **scalars)
    (axes,) = figures.Distances(found).draw(1000).axes
    drawn = lines(axes.figure)
    whole, shown = axes.lines[::2], axes.lines[1::2]
    for name, add, color in (
        ("averaged weights from the minimum", 0, style.E_R),
        ("latest weights from the minimum", 1, style.E_D),
        ("averaged weights from least squares", 2, style.OTHER),
    ):
        assert np.allclose(drawn[name].get_ydata(), values.mean(axis=0) + add)
        assert drawn[name].get_color() == color
    for line, band in zip(shown, axes.collections, strict=True):
        at_end = band.get_paths()[0].vertices
        ends = at_end[at_end[:, 0] == 100][:, 1]
        assert np.allclose([ends.min(), ends.max()], line.get_ydata()[-1] + np.array([-0.05, 0.05]))
    early = figures.Distances(found).draw(10).axes[0]
    assert [line.get_xdata().tolist() for line in early.lines] == [[1, 10, 100], [1, 10]] * 3
    for line, faint in zip(whole, early.lines[::2], strict=True):
        assert np.array_equal(line.get_data(), faint.get_data())
    assert early.get_xlim() == axes.get_xlim()


def test_path_distances_in_words():
    values = np.array([[1.0, 0.2], [1.2, 0.1]])
    found = PathDistances(
        np.array([1, 30_000]), values, values + 1, values + 2, np.array([0.04, 0.06]), 0.07, 1.0
    )
    paths = figures.Distances(found)
    assert paths.describe(30_000) == (
        "After 30,000 updates the latest weights are 1.150 from the minimum of E_R; the averaged "
        "ones are 0.150 from it and 2.150 from least squares."
    )
    assert paths.describe(10).startswith("After 1 updates the latest weights are 2.100 from")
    assert paths.ends() == (
        "In the end the latest weights are 1.150 from the minimum, the averaged ones 0.150, and "
        "descent without masks, in as many steps, 0.070. The minimum and least squares are 1.000 "
        "apart."
    )
    assert figures.UNTIL[-1] == 30_000
    recorded = np.geomspace(1, 30_000, 30).astype(int)  # by the experiment, and some more
    assert set(figures.UNTIL[:-1]) <= set(recorded.tolist())


# --- two copies of one input


@pytest.mark.parametrize("keep_prob", [0.1, 0.5, 0.9, 1.0])
def test_the_curves_of_the_cancelling_pair_have_their_errors(keep_prob):
    axes = figures.draw_cancelling_pair(keep_prob, 3.0).axes[0]
    orange = [line for line in axes.lines if line.get_linewidth() == 1]
    assert len(orange) == len(figures.COPIES_LEVELS) * (2 if keep_prob == 1 else 1)
    heights = set()
    for line in orange:
        weights = np.stack(line.get_data(), axis=-1) / keep_prob
        error = linear.regularized_error(weights, [1.0, 1.0], 1.0, keep_prob)
        assert np.ptp(error) < 1e-9
        heights.add(round(error[0], 6))
    assert heights == set(figures.COPIES_LEVELS)
    drawn = lines(axes.figure)
    valley = np.stack(drawn["E_N = 0"].get_data(), axis=-1) / keep_prob
    for weights in (*valley, np.array([3.0, -2.0]) / keep_prob):
        assert linear.error_without_dropout(weights, [1, 1], 1.0, keep_prob) == pytest.approx(0)
    assert drawn["the pair"].get_xydata().tolist() == [[3.0, -2.0]]
    if keep_prob < 1:  # y / (x (1 + p)) times p
        share = keep_prob / (1 + keep_prob)
        assert np.allclose(drawn["least E_R"].get_xydata(), share)
    else:
        assert "least E_R" not in drawn


def test_the_cancelling_pair_in_words():
    # E_R = 0.5 · (1 − p) / p · (10² + 9²) on the line; least at p / (1 + p)
    assert figures.describe_cancelling_pair(0.5, 10) == (
        "Keep probability 0.5, effective weights (10, −9): E_N = 0.00, E_R = 90.50; "
        "E_R is least, 0.17, at the equal pair (0.33, 0.33)."
    )
    assert figures.describe_cancelling_pair(1.0, 0.5) == (
        "Keep probability 1.0, effective weights (0.5, 0.5): E_N = 0.00, E_R = 0.00; "
        "nothing is dropped, so all pairs on the line are equally good."
    )


def test_the_cancelling_pair_can_be_dragged_along_the_line():
    *spots, (diamond, here) = handles_of(figures.draw_cancelling_pair(0.5, 4))
    assert [settings for _spot, settings in spots] == [{"first": v} for v in (0.5, *range(1, 11))]
    for spot, settings in spots:
        first = settings["first"]
        assert spot.box.get_points().mean(axis=0).tolist() == [first, 1 - first]
    assert here == {"first": 4} and diamond.get_xydata().tolist() == [[4.0, -3.0]]


def test_all_pairs_on_the_line_are_equally_good_where_nothing_is_dropped():
    assert (
        figures.all_are_best()
        == figures.all_are_best(10.0)
        == ("At p = 1 there is no penalty: E_R is 0.00 at (10, −9), and 0.00 at (0.5, 0.5) too.")
    )
    assert " 0.00 at (4, −3), and" in figures.all_are_best(4)


# --- dropout against ridge


def test_smaller_numbers_change_what_ridge_leaves_and_not_what_dropout_does():
    assert (
        figures.smaller_numbers()
        == figures.smaller_numbers(0.25)
        == ("Dropout leaves 50 % and 50 % of the two weights, ridge 50 % and 6 %.")
    )
    assert figures.smaller_numbers(2.0).endswith("50 % and 50 % of the two weights, ridge 50 % and "
                                                 "80 %.")  # fmt: skip


def test_shares_of_orthogonal_inputs():
    for scale in (0.25, 1.0, 2.0):
        assert np.allclose(figures.dropout_shares(scale, 0.0, 0.3), 0.3)
        squares = np.array([1, scale**2])
        assert np.allclose(figures.ridge_shares(scale, 0.0, 0.7), squares / (squares + 0.7))


@pytest.mark.parametrize("correlation", [0.0, 0.4, 0.8])
def test_the_scale_moves_ridge_and_not_dropout(correlation):
    x, y = figures.two_inputs(2.0, correlation)
    assert np.allclose(x.T @ x / 4, [[1, 2 * correlation], [2 * correlation, 4]])
    assert np.allclose(x @ linear.least_squares_minimizer(x, y), y)
    at_one = figures.dropout_shares(1.0, correlation, 0.3)
    assert np.allclose(figures.dropout_shares(0.25, correlation, 0.3), at_one)
    assert np.allclose(figures.ridge_shares(1.0, correlation, 0.7 / 0.3), at_one)
    other = figures.ridge_shares(0.25, correlation, 0.7 / 0.3)
    assert np.abs(other - at_one).max() > 0.1


def test_a_share_can_exceed_one_and_stays_in_the_picture():
    shares = [
        [part for _values, part in figures._share_curves(scale, correlation)]
        for scale in (0.25, 0.5, 1.0, 2.0)
        for correlation in (0.0, 0.4, 0.8)
    ]
    assert max(part.max() for pair in shares for part in pair) > 1
    for pair in shares:
        for part in pair:
            assert (part >= figures.SHARE_RANGE[0]).all() and (part <= figures.SHARE_RANGE[1]).all()


def test_shrinkage_draws_the_shares_and_says_them():
    setting = (0.25, 0.4, 0.3)
    (left,), (right,) = (
        draw(*setting).axes for draw in (figures.draw_dropout_shares, figures.draw_ridge_shares)
    )
    assert left.get_ylim() == right.get_ylim()
    for axes, shares, mark in (
        (left, figures.dropout_shares, 0.3),
        (right, figures.ridge_shares, 0.7 / 0.3),
    ):
        first, dot, second, square = axes.lines
        for curve, k in ((first, 0), (second, 1)):
            values, heights = curve.get_data()
            assert np.allclose(heights, [shares(0.25, 0.4, v)[k] for v in values])
        for point, k in ((dot, 0), (square, 1)):
            assert np.allclose(point.get_xydata(), [[mark, shares(0.25, 0.4, mark)[k]]])
    assert figures.describe_shrinkage(0.25, 0.0, 0.5) == (
        "At the marks, with the second input at scale 0.25 and correlation 0: dropout with p = 0.5 "
        "keeps 50 % and 50 % of the two least-squares weights, and ridge with λ / M = 1.00 keeps "
        "50 % and 6 %."
    )


# --- dropout on its way


def test_the_trajectory_is_that_of_the_masks():
    rng = np.random.default_rng(2)
    dropout, expected = figures._paths(0.2, 2)
    weights = np.array(figures.PATH_START)
    for step in range(1, 40):
        rng.integers(1, size=1)  # which of the one example
        mask = (rng.random((1, 2)) < 0.5).astype(float)
        gradient = linear.gradient_with_dropout(weights, [[1.0, 1.0]], [1.0], mask)
        weights = weights - 0.2 * gradient
        assert np.allclose(dropout[step], weights)
    gradient = linear.regularized_gradient(figures.PATH_START, [1.0, 1.0], 1.0, 0.5)
    assert np.allclose(expected[:2], [[3, -2], np.array([3, -2]) - 0.2 * gradient])


@pytest.mark.parametrize("step", [0, 5, 256])
def test_the_trajectory_is_drawn_up_to_its_step(step):
    axes = figures.draw_trajectory(step, 0.2, 3).axes[0]
    for path, label, line in zip(
        figures._paths(0.2, 3), ("dropout", "descent"), ("-", "--"), strict=True
    ):
        assert np.allclose(lines(axes.figure)[label].get_xydata(), path[step])
        width = {"-": 1.2, "--": 1.8}[line]
        stretches = [s.get_xydata() for s in axes.lines
                     if s.get_linewidth() == width and s.get_linestyle() == line
                     and s.get_label() != label]  # fmt: skip
        assert len(stretches) == figures.PATH_STEPS.index(step)
        joined = np.concatenate([path[:1], *(s[1:] for s in stretches)])
        assert np.allclose(joined, path[: step + 1])
    recent, *_enlarged = (s.get_xydata() for s in axes.lines if s.get_label() != "dropout"
                          and s.get_linewidth() == 1.8 and s.get_linestyle() == "-")  # fmt: skip
    assert np.allclose(recent, figures._paths(0.2, 3)[0][max(0, step - 16) : step + 1])
    assert np.allclose(lines(axes.figure)["least E_R"].get_xydata(), 2 / 3)
    for curve in (c for c in axes.lines if c.get_linewidth() == 0.7):
        there = curve.get_xydata()[np.isfinite(curve.get_xdata())]
        error = linear.regularized_error(there, [1.0, 1.0], 1.0, 0.5)
        assert np.ptp(error) < 1e-12 and min(abs(error[0] - v) for v in figures.PATH_LEVELS) < 1e-9


def test_every_trajectory_stays_in_the_picture_and_never_rests():
    axes = figures.draw_trajectory().axes[0]
    low, high = np.array([axes.get_xlim(), axes.get_ylim()]).T
    for rate in (0.05, 0.2, 0.5):
        for seed in range(1, 5):
            dropout, expected = figures._paths(rate, seed)
            assert (dropout >= low).all() and (dropout <= high).all()
            assert not np.allclose(dropout[-12], dropout[-1], atol=1e-3)
            assert np.abs(dropout - expected).max() > 0.1


@pytest.mark.parametrize("draw", [figures.draw_cancelling_pair, figures.draw_trajectory])
def test_a_plane_of_two_weights_has_equal_axes(draw):
    figure = draw()
    figure.draw_without_rendering()
    (axes,) = figure.axes
    box, (low, high) = axes.get_window_extent(), np.array([axes.get_xlim(), axes.get_ylim()]).T
    assert np.allclose(
        np.array([box.width, box.height]) / (high - low), box.width / (high - low)[0]
    )


def test_a_larger_rate_makes_each_move_longer_and_descent_arrive_in_fewer_steps():
    weights, best = np.array(figures.PATH_START), np.array([2 / 3, 2 / 3])
    for slow, fast in ((0.05, 0.2), (0.2, 0.5)):
        for seed in range(1, 4):
            moves = [figures._paths(rate, seed)[0][1] - weights for rate in (slow, fast)]
            assert np.allclose(moves[0] * fast, moves[1] * slow)
        steps = [
            np.argmax(np.linalg.norm(figures._paths(rate, 1)[1] - best, axis=1) < 0.2)
            for rate in (slow, fast)
        ]
        assert 0 < steps[1] < steps[0]


def test_no_weights_suit_every_mask():
    masks = np.array([[1.0, 1.0], [1.0, 0.0], [0.0, 1.0]])
    best = linear.least_squares_minimizer(masks * figures.COPIES, np.ones(3))
    assert not np.allclose(masks @ best, figures.COPIES_TARGET)


def test_the_trajectory_in_words():
    dropout, expected = (path[32] for path in figures._paths(0.2, 1))
    words = figures.describe_trajectory(32, 0.2, 1)
    assert words.startswith("Run 1, learning rate 0.2, after 32 steps: dropout is at (")
    assert f"({dropout[0]:.2f}, {dropout[1]:.2f})" in words
    assert f"({expected[0]:.2f}, {expected[1]:.2f})" in words
    assert words.endswith(f"{np.linalg.norm(dropout - expected):.2f} apart.")


def test_unrest_is_the_largest_of_the_last_twelve_moves():
    dropout, _expected = figures._paths(0.2, 1)
    moves = [np.hypot(*(dropout[k] - dropout[k - 1])) for k in range(245, 257)]
    assert figures.unrest() == (
        f"After 256 steps, run 1 still makes moves of up to {max(moves):.2f}: no weights suit "
        "every mask."
    )
    assert max(moves) > 0.1
    assert figures.describe_trajectory(256, 0.2, 1).endswith(
        f" apart. Enlarged: the last 12 moves, up to {max(moves):.2f} long."
    )
    moves = [np.hypot(*(dropout[k] - dropout[k - 1])) for k in range(117, 129)]
    assert figures.describe_trajectory(128, 0.2, 1).endswith(f"up to {max(moves):.2f} long.")
    assert figures.describe_trajectory(96, 0.2, 1).endswith(" apart.")


@pytest.mark.parametrize(
    ("step", "rate", "seed", "close"),
    [(256, 0.2, 1, 0.3), (128, 0.05, 2, 0.6), (256, 0.5, 2, 0.6), (192, 0.2, 3, 0.3)],
)
def test_the_last_moves_are_enlarged_round_the_cross(step, rate, seed, close):
    figure = figures.draw_trajectory(step, rate, seed)
    (axes,) = figure.axes
    dropout, best = figures._paths(rate, seed)[0], np.array([2 / 3, 2 / 3])
    around, frame = (patch.get_bbox() for patch in axes.patches)
    assert np.allclose(around.get_points(), [best - close, best + close])
    assert np.allclose(frame.bounds, (1.65, 0.42, 1.65, 1.65))
    moves, last, cross = axes.lines[-3:]
    middle = np.array([2.475, 1.245])
    assert np.allclose(cross.get_xydata(), [middle])
    larger = middle + (dropout[step - 12 : step + 1] - best) * 1.65 / (2 * close)
    assert np.allclose(moves.get_xydata(), larger)
    assert np.allclose(last.get_xydata(), [larger[-1]])
    assert (frame.min <= larger).all() and (larger <= frame.max).all()
    for line in axes.lines[:4]:  # no level runs through it
        assert not (line.get_xydata() > frame.min).all(axis=1).any()
    assert [seen.line(line) for line in axes.lines[-3:]] == [
        "orange - 1.8", "orange o 7", "ink x 11"
    ]  # fmt: skip
    assert [seen.patch(patch) for patch in axes.patches] == ["none, edge ink 0.8"] * 2
    assert [seen.text(text) for text in axes.texts] == [
        "last 12 moves orange at 2.475, 2.1 center bottom"
    ]
    seen.assert_readable(figure)


def test_what_is_enlarged_lies_aside_of_every_path_of_the_page():
    for rate in (0.05, 0.2, 0.5):
        for seed in (1, 2, 3):
            dropout, _expected = figures._paths(rate, seed)
            assert not (dropout > figures.CLOSE_CORNER).all(axis=1).any()
    axes = figures.draw_trajectory(96, 0.2, 1).axes[0]
    assert not axes.patches and not axes.texts
    far = figures.draw_trajectory(256, 1.0, 2).axes[0]  # farther than the page's paths go
    frame, moves = far.patches[1].get_bbox(), far.lines[-3].get_xydata()
    assert (frame.min - 1e-9 <= moves).all() and (moves <= frame.max + 1e-9).all()


# --- how far from the minimum


BOTH = "masks and examples"


def spread():
    """Three arms, one with two rates: a value ± its interval tells which it is."""
    rows = [(BOTH, 0.08), (BOTH, 0.02), (f"{BOTH}, falling rate", 0.08), ("masks only", 0.08)]
    return [
        Sample(arm, measure, (1, 2, 3), add + np.array([0.01, 0.02, 0.03]) * (k + 1) / 2,
               {"learning_rate": rate})
        for k, (arm, rate) in enumerate(rows)
        for measure, add in (("latest weights", 0.01), ("averaged weights", 0.0))
    ]  # fmt: skip


def test_the_spread_has_a_dot_and_an_interval_for_each_arm_and_measure():
    samples = spread()
    figure = figures.Wandering(samples).draw("masks only")
    (axes,) = figure.axes
    measures = {
        "latest weights": ("latest weights", style.E_D),
        "averaged weights": ("mean of second half", style.E_R),
    }
    drawn = [line for line in axes.lines if len(line.get_xdata())]  # without those of the legend
    dots, bars = iter(drawn), iter(axes.collections)
    legend = axes.get_legend().get_texts()
    for text, (measure, (name, color)) in zip(legend, measures.items(), strict=True):
        assert text.get_text() == name and same_color(text.get_color(), color)
        for row, sample in enumerate(s for s in samples if s.measure == measure):
            dot, found = next(dots), sample.summary()
            strong = sample.arm == "masks only"
            assert same_color(dot.get_color(), to_rgba(color, 1.0 if strong else 0.3))
            assert np.allclose(dot.get_xydata(), [[found.mean, row]])
            if strong:  # one would see the interval through a pale dot
                ends = [[[found.low, row], [found.high, row]]]
                assert np.allclose(next(bars).get_segments(), ends)
    assert not list(dots) and not list(bars)
    assert [label.get_text() for label in axes.get_yticklabels()] == [
        f"{BOTH}\nrate 0.08", f"{BOTH}\nrate 0.02", f"{BOTH}\nfalling rate",
        "masks only\nrate 0.08",
    ]  # fmt: skip
    assert axes.get_xlim()[0] == 0 and axes.get_ylim() == (3.5, -0.5)


def test_the_spread_in_words():
    wandering = figures.Wandering(spread())
    assert wandering.describe(BOTH).startswith(
        "Mean distance of the latest weights from the minimum, masks and examples: 0.020 with the "
        "rate 0.08, 0.030 with the rate 0.02 and 0.040 with a falling rate. "
    )
    assert "masks only: 0.050 with the rate 0.08. " in wandering.describe("masks only")
    assert wandering.shrinks() == (
        "At the rate 0.08 the latest weights are 0.020 away and at 0.02 0.030: 1.50 times as far."
    )


# --- numbers in tables


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.2856, "0.3"), (0.0022, "0.002"), (0.0001, "0.0001"), (4.4e-16, "4 × 10⁻¹⁶")],
)
def test_small_numbers_have_raised_powers(value, text):
    assert figures.one_digit(value) == text
