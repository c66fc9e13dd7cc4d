import numpy as np
import pytest
from matplotlib.colors import same_color

from dropoutlab import coadaptation, experiments
from dropoutlab import network as nn
from dropoutlab.explore.handles import handles_of
from dropoutlab.figures import evidence as figures
from dropoutlab.figures import style
from dropoutlab.samples import Sample, pick
from tests.figures.looks import (
    bars,
    box,
    color_name,
    legend,
    looks,
    reach,
    scale,
    words,
)
from tests.figures.seen import assert_readable

RNG = np.random.default_rng(0)
SAMPLES = [
    Sample(arm, name, range(4), np.mean(m.limits) + np.ptp(m.limits) / 9 * RNG.standard_normal(4))
    for arm in experiments.ARMS
    for name, m in figures.MEASURES.items()
]
MEASURES = figures.Measures(SAMPLES)


def dots(axes):
    """Those of rows and networks, without the buttons of the rows."""
    return [line for line in axes.lines if line.get_marker() == "o" and line.get_clip_on()]


def reaches(axes):
    return [lines.get_segments()[0][:, 0] for lines in axes.collections]


# --- a pair


@pytest.mark.parametrize("first", [10.0, 0.5, -3.5, 0.0])
def test_the_measures_of_a_pair_are_those_of_a_network(first):
    weights = np.array([[first, 1 - first]])
    pair = nn.Network((np.ones((2, 1)), weights), (np.zeros(2), np.zeros(1)), (1.0, 1.0), "linear")
    assert figures.pair_cancellation(first) == pytest.approx(
        float(coadaptation.cancellation(pair, [[1.0]]))
    )
    error = [(1 - answer) ** 2 / 2 for answer in (1, 1 - first, first, 0)]
    assert figures.pair_interaction(first) == pytest.approx(
        (error[3] - error[0]) - (error[1] - error[0]) - (error[2] - error[0])
    )


@pytest.mark.long
@pytest.mark.parametrize("first", [10.0, 0.5, -9.0])
def test_the_pair_lies_on_its_curves(first):
    figure = figures.draw_pair_measures(first)
    for axes, value in zip(
        figure.axes, (figures.pair_cancellation, figures.pair_interaction), strict=True
    ):
        curve, pair = axes.lines
        assert np.allclose(value(curve.get_xdata()), curve.get_ydata())
        assert pair.get_xydata().tolist() == [[first, value(first)]]
        low, high = axes.get_ylim()
        assert low < min(curve.get_ydata()) and max(curve.get_ydata()) < high


def test_both_measures_are_drawn_along_the_line_of_pairs():
    figure = figures.draw_pair_measures()
    assert figure.get_size_inches().tolist() == [3.6, 3.3]
    above, below = figure.axes
    assert looks(above) == ["blue - 2", "purple D 9"]
    assert looks(below) == ["blue - 2", "purple D 9"]  # nothing is dropped
    for axes in (above, below):
        curve, pair = axes.lines
        assert curve.get_xdata() == pytest.approx(np.arange(-90, 101) / 10)
        assert pair.get_xdata() == [3.0]
        assert scale(axes.xaxis)[1:] == ((-10.5, 11.5), ["−10", "−5", "0", "5", "10"])
    assert scale(above.yaxis) == ("cancellation", (-0.05, 1.05), ["0", "0.5", "1"])
    assert scale(below.yaxis) == ("interaction", (-95, 8), ["−90", "−45", "0"])
    assert [axes.get_xlabel() for axes in (above, below)] == ["", "weight of first unit"]
    assert not any(tick.label1.get_visible() for tick in above.xaxis.get_major_ticks())
    (left, low, _, high), other = box(above), box(below)
    assert (left, high) == (0.22, 0.96) and other[0] == left
    assert (low - other[3]) / (high - low) == pytest.approx(0.3)
    assert_readable(figure)


def test_the_measures_of_the_pair_in_words():
    assert figures.describe_pair_measures(10.0) == (
        "Weights (10, −9): the cancellation is 0.95, the interaction −90."
    )
    assert figures.describe_pair_measures(0.5).endswith("is 0.00, the interaction 0.25.")


# --- all measures


def test_every_measure_is_drawn_in_every_arm():
    for measure in figures.MEASURES:
        (axes,) = MEASURES.draw(measure).axes
        found = [pick(SAMPLES, arm, measure).summary() for arm in experiments.ARMS]
        assert np.allclose([dot.get_xdata()[0] for dot in dots(axes)], [f.mean for f in found])
        assert np.allclose(reaches(axes), [[f.low, f.high] for f in found])
        numbers = [f"{f.mean:{figures.MEASURES[measure].form}}" for f in found]
        assert [text.get_text() for text in axes.texts] == numbers
        circular = " (circular)" if measure in ("half removed", "halves agree") else ""
        assert axes.get_title() == f"{measure}{circular}"


def test_changes_are_paired_and_in_spreads():
    (axes,) = MEASURES.draw_changes("interaction").axes
    wanted = []
    for measure in figures.MEASURES:
        none = pick(SAMPLES, "none", measure)
        for arm in figures.COMPARED:
            change = (pick(SAMPLES, arm, measure) - none).summary()
            spread = np.std(none.values, ddof=1)
            wanted.append([change.mean / spread, change.low / spread, change.high / spread])
    means = [dot.get_xdata()[0] for dot in dots(axes)]
    assert np.allclose(np.column_stack([means, reaches(axes)]), wanted)
    colors = [style.ARMS[arm] for arm in ("L2", "max-norm", "dropout")] * len(figures.MEASURES)
    assert [dot.get_color() for dot in dots(axes)] == colors
    rows = [round(dot.get_ydata()[0]) for dot in dots(axes)]
    assert rows == [k for k in range(len(figures.MEASURES)) for _ in range(3)]
    assert legend(axes) == {
        "L2": "purple", "max-norm": "grey", "dropout": "orange", "less co-adaptation": "ink",
    }  # fmt: skip


def test_changes_stand_on_a_scale_that_is_compressed_far_from_zero():
    figure = MEASURES.draw_changes()
    (axes,) = figure.axes
    assert list(axes.lines[-1].get_ydata()) == [0]  # it starts with the first row
    assert figure.get_size_inches().tolist() == [3.6, 5.7]
    assert box(axes) == pytest.approx((0.47, 0.13, 0.965, 0.89))
    assert axes.get_xscale() == "asinh" and axes.xaxis.get_transform().linear_width == 2
    assert not axes.xaxis.get_minorticklocs().size
    assert scale(axes.xaxis) == (
        "change, in standard\ndeviations (compressed)", (-50, 50),
        ["−50", "−5", "0", "5", "50"],
    )  # fmt: skip
    assert axes.xaxis.get_majorticklocs().tolist() == [-50, -5, 0, 5, 50]
    assert axes.xaxis.label.get_position()[0] == 0.3
    assert looks(axes)[:3] == ["purple o 6", "grey o 6", "orange o 6"]
    assert looks(axes)[-3:] == ["blue : 1", "ink o 9 hollow", "ink o 4"]
    assert axes.lines[-3].get_xdata() == [0, 0]
    lifts = [dot.get_ydata()[0] for dot in dots(axes)[3:6]]
    assert lifts == pytest.approx([0.76, 1, 1.24])
    assert words(axes) == {"circular": "ink center center"}
    assert [text.get_position() for text in axes.texts] == [(0.75, 9), (0.25, 10)]  # not shaded
    assert axes.get_legend()._ncols == 2 and not figure.texts
    *named, shade = axes.get_legend().legend_handles
    assert [(line.get_marker(), line.get_markersize()) for line in named] == [("o", 6)] * 3
    assert (shade.get_linewidth(), shade.get_alpha()) == (12, 0.1)
    assert_readable(figure)


def test_every_arm_of_a_measure_has_its_number_beside_it():
    figure = MEASURES.draw("half removed")
    (axes,) = figure.axes
    assert figure.get_size_inches().tolist() == [3.6, 5.7]
    assert box(axes) == (0.38, 0.13, 0.81, 0.89)
    *_dots, line = axes.lines
    assert looks(axes) == [f"{color_name(style.ARMS[a])} o 6" for a in style.ARMS] + ["blue : 1"]
    assert line.get_xdata() == [pick(SAMPLES, "none", "half removed").values.mean()] * 2
    assert [text.get_position() for text in axes.texts] == [(1.05, row) for row in range(8)]
    assert {text.get_va() for text in axes.texts} == {"center"}
    assert [color_name(t.get_color()) for t in axes.texts] == [
        color_name(color) for color in style.ARMS.values()
    ]
    assert axes.title.get_position()[0] == 0.4
    assert scale(axes.xaxis) == ("wrong answers (%)", (50, 75), ["50", "60", "70"])
    assert scale(axes.yaxis)[2] == [
        "none", "L1", "L2", "max-norm", "dropout", "+ L1", "+ L2",
        "+ max-norm",
    ]  # fmt: skip
    assert_readable(figure)


def test_the_side_that_tells_of_less_co_adaptation_is_shaded():
    (axes,) = MEASURES.draw_changes().axes
    ends = {"←": -50, "→": 50}
    wanted = [
        (row, ends[chosen.less])
        for row, chosen in enumerate(figures.MEASURES.values())
        if chosen.less
    ]
    assert bars(axes) == [
        ("ink", 0, pytest.approx(row - 0.43), end, pytest.approx(0.86)) for row, end in wanted
    ]
    assert {bar.get_alpha() for bar in axes.patches} == {0.1}


def test_every_row_can_be_clicked_and_the_chosen_one_has_the_filled_button():
    figure = MEASURES.draw_changes("steadiness")
    found = {settings["measure"]: row for row, settings in handles_of(figure)}
    names = list(figures.MEASURES)
    assert list(found) == names
    for place, row in enumerate(found.values()):
        assert reach(row)[1::2] == pytest.approx((place + 0.5, place - 0.5))
        across = row.get_window_extent().transformed(figure.transFigure.inverted())
        assert (across.x0, across.x1) == pytest.approx((0, 0.965))  # the names too
    rings, mark = figure.axes[0].lines[-2:]
    assert list(rings.get_ydata()) == [*range(len(names))]
    assert list(mark.get_ydata()) == [names.index("steadiness")]


@pytest.mark.parametrize(
    ("measure", "end"), [("interaction", 0), ("steadiness", 0.8), ("correlation", None)]
)
def test_one_measure_is_shaded_from_the_dotted_line_on(measure, end):
    (axes,) = MEASURES.draw(measure).axes
    (shade,) = axes.patches
    none = pick(SAMPLES, "none", measure).values.mean()
    ends = shade.get_x(), shade.get_x() + shade.get_width()
    assert sorted(ends) == pytest.approx(sorted((none, none if end is None else end)))
    assert (color_name(shade.get_facecolor()), shade.get_alpha()) == ("ink", 0.1)
    assert shade.get_linewidth() == 0


def test_rows_are_the_measures_and_two_are_circular():
    axes = MEASURES.draw_changes().axes[0]
    assert [label.get_text() for label in axes.get_yticklabels()] == list(figures.MEASURES)
    assert list(figures.MEASURES)[9:] == ["half removed", "halves agree"]
    for name, chosen in figures.MEASURES.items():
        said = "Circular: dropout trains for just this." in MEASURES.describe(name)
        assert said is chosen.circular is (name in ("half removed", "halves agree"))
    assert not figures.MEASURES["correlation"].less  # units that are alike are no worry


def test_two_measures_stand_side_by_side():
    figure = MEASURES.draw_two("interaction", "steadiness")
    assert figure.get_size_inches().tolist() == [4.4, 4.3]
    left, right = figure.axes
    assert box(left) == pytest.approx((0.29, 0.14, 0.5, 0.91))
    assert box(right) == pytest.approx((0.645, 0.14, 0.855, 0.91))
    assert scale(left.xaxis) == ("interaction", (0, 0.03), ["0", "0.03"])
    assert scale(right.xaxis) == ("steadiness", (0.6, 0.8), ["0.6", "0.8"])
    (alone,) = MEASURES.draw("interaction").axes
    assert scale(left.yaxis) == scale(alone.yaxis)
    assert scale(right.yaxis)[1:] == (scale(alone.yaxis)[1], [""] * 8)
    for axes, name in ((left, "interaction"), (right, "steadiness")):
        (alone,) = MEASURES.draw(name).axes
        assert looks(axes) == looks(alone) and words(axes) == words(alone)
        assert np.array_equal(reaches(axes), reaches(alone))
        assert bars(axes) == bars(alone)
    assert legend(left) == {"less co-adaptation": "ink"} and not right.get_legend()
    assert_readable(figure)
    said = MEASURES.describe_two("interaction", "steadiness")
    assert said == f"{MEASURES.describe('interaction')} {MEASURES.describe('steadiness')}"


@pytest.mark.parametrize(
    ("l2", "dropout", "words"),
    [
        (-1, -4, 1), (-4, -4, 2), (-5, -4, 2), (0, -4, 0), (1, -4, 0), (1, 4, 1), (-1, -10, 0),
        (-9, -10, 1),
    ],
)  # fmt: skip
def test_how_far_l2_moves_a_measure_beside_dropout(l2, dropout, words):
    samples = [
        Sample(arm, "steadiness", range(3), np.array([0, 1, 2]) + shift)
        for arm, shift in (("none", 0), ("L2", l2), ("dropout", dropout))
    ]
    found = figures.Measures(samples).beside_dropout("L2", "steadiness")
    assert found == figures.BESIDE_DROPOUT[words]


def test_two_changes_are_compared_in_standard_deviations():
    samples = [
        Sample(arm, "steadiness", range(3), np.array([0, 0.1, 0.2]) + shift)
        for arm, shift in (("none", 0), ("L2", -1), ("dropout", 1))
    ]
    assert figures.Measures(samples).compare("steadiness") == (
        "Steadiness: L2 −10.0 and dropout +10.0 standard deviations from the networks without a "
        "regulariser."
    )


def test_the_measures_are_those_that_are_taken():
    assert set(figures.MEASURES) <= set(experiments.MEASURES)


def test_a_circular_measure_is_said_to_be_one():
    samples = [
        Sample(arm, measure, range(2), [mean] * 2)
        for measure in ("half removed", "effective units")
        for arm, mean in (("none", 70.0), ("dropout", 52.34))
    ]
    assert figures.Measures(samples).describe("half removed") == (
        "Half removed: the answers that are wrong with a random half of the units, in percent; "
        "70.0 without a regulariser, 52.3 with dropout. Circular: dropout trains for just this."
    )
    assert figures.Measures(samples).describe("effective units") == (
        "Effective units: over how many of the 100 units the work is spread; 70 without a "
        "regulariser, 52 with dropout."
    )


@pytest.mark.parametrize("measure", ["steadiness", "correlation", "interaction"])
def test_the_axis_of_a_measure_has_its_own_name(measure):
    assert MEASURES.draw(measure).axes[0].get_xlabel() == measure


def test_the_sentence_explains_and_says_two_numbers():
    said = MEASURES.describe("cancellation")
    none, dropout = (pick(SAMPLES, a, "cancellation").values.mean() for a in ("none", "dropout"))
    assert said.startswith("Cancellation: the share of the contributions to an output that other ")
    assert said.endswith(f"; {none:.2f} without a regulariser, {dropout:.2f} with dropout.")


# --- against chance


def test_rings_are_chance_and_dots_are_what_was_measured():
    arms = ("untrained", *experiments.ARMS)
    samples = [
        Sample(arm, measure, range(3), 0.5 + k / 50 + offset + np.array([-0.01, 0, 0.01]))
        for k, arm in enumerate(arms)
        for measure, offset in (("cancellation", 0.0), ("by chance", 0.1))
    ]
    figure = figures.draw_chance(samples)
    (axes,) = figure.axes
    assert box(axes) == (0.48, 0.15, 0.82, 0.85)
    assert looks(axes)[:6] == [
        "ink o 12 hollow", "ink - 1.5 alpha 0.3", "ink o 6", "blue o 12 hollow",
        "blue - 1.5 alpha 0.3", "blue o 6",
    ]  # fmt: skip
    joined = [line.get_xydata() for line in axes.lines if line.get_alpha()]
    assert np.allclose(joined, [[(0.5 + k / 50, k), (0.6 + k / 50, k)] for k in range(9)])
    assert scale(axes.xaxis) == (
        "share of contributions that cancels", (0.45, 0.85), ["0.5", "0.6", "0.7", "0.8"]
    )  # fmt: skip
    assert axes.xaxis.label.get_position()[0] == 0.2
    assert scale(axes.yaxis)[2] == list(arms)
    assert words(figure) == {
        "● measured   ○ random signs": "ink right baseline", "difference": "ink right baseline",
    }  # fmt: skip
    assert [text.get_position() for text in figure.texts] == [(0.99, 0.94), (0.99, 0.87)]
    assert_readable(figure)
    for fill, offset in (("none", 0.1), ("full", 0.0)):
        found = [dot for dot in dots(axes) if dot.get_fillstyle() == fill]
        assert np.allclose([d.get_xdata()[0] for d in found], 0.5 + offset + np.arange(9) / 50)
        assert [d.get_ydata()[0] for d in found] == list(range(9))
    assert same_color(dots(axes)[2].get_color(), style.ARMS["none"])
    assert [text.get_text() for text in axes.texts] == ["−0.10"] * 9
    assert figures.describe_chance(samples) == (
        "Measured cancellation less that of random signs: −0.10 without a regulariser, −0.10 with "
        "L2, −0.10 with max-norm, −0.10 with dropout."
    )


# --- a price on cancelling

PRICED = {  # cancellation and errors of three networks
    ("none", 0.0): (0.8, [53.0, 54.0, 52.0]),
    ("none", 0.3): (0.4, [55.0, 56.5, 54.0]),
    ("none", 1.0): (0.2, [58.0, 58.0, 58.0]),
    ("dropout", 0.0): (0.5, [48.0, 49.0, 48.0]),
    ("dropout", -3.0): (0.7, [51.0, 52.0, 51.0]),
}


def prices(**errors):
    found = PRICED | {("none", 0.3): (0.4, errors.get("priced", PRICED["none", 0.3][1]))}
    samples = []
    for (arm, price), (share, wrong) in found.items():
        settings = {"price": price}
        samples.append(Sample(arm, "cancellation", range(3), np.full(3, share), settings))
        samples.append(Sample(arm, "test error", range(3), np.array(wrong), settings))
    return figures.Prices(samples)


def test_a_network_is_called_by_its_masks_and_its_price():
    assert list(prices().found) == [
        "without masks", "without masks, price 0.3", "without masks, price 1", "with dropout",
        "with dropout, reward 3",
    ]  # fmt: skip


def test_every_priced_network_is_a_dot_that_can_be_clicked():
    name = "without masks, price 0.3"
    figure = prices().draw(name)
    (axes,) = figure.axes
    found = {settings["network"]: dot for dot, settings in handles_of(figure)}
    assert list(found) == list(prices().found)
    for dot, ((arm, _), (share, wrong)) in zip(found.values(), PRICED.items(), strict=True):
        assert dot.get_xydata()[0] == pytest.approx([share, np.mean(wrong)])
        assert same_color(dot.get_color(), style.ARMS[arm])
        low, high = axes.get_ylim()
        assert low < np.mean(wrong) < high
    rings = [line for line in dots(axes) if line.get_markerfacecolor() == "none"]
    assert [ring.get_xydata()[0] for ring in rings] == [pytest.approx([0.4, 165.5 / 3])]
    mark = axes.lines[0]  # on the axis, where it is in the way of no word
    assert mark.get_xydata()[0] == pytest.approx([0.4, 45]) and not mark.get_clip_on()


def test_priced_networks_with_the_same_masks_are_joined():
    figure = prices().draw("with dropout")
    (axes,) = figure.axes
    dot, ring = "orange o 9", "ink o 16 hollow"
    assert looks(axes) == [
        "ink ^ 9", "blue - 2 alpha 0.4", *["blue o 9"] * 3, "orange - 2 alpha 0.4", dot, ring,
        dot,
    ]  # fmt: skip
    joined = [line.get_xydata() for line in axes.lines if line.get_alpha() == 0.4]
    assert joined[0] == pytest.approx(np.array([(0.8, 53), (0.4, 331 / 6), (0.2, 58)]), abs=1e-9)
    assert joined[1] == pytest.approx(np.array([(0.5, 145 / 3), (0.7, 154 / 3)]), abs=1e-9)
    assert legend(axes) == {"without masks": "blue", "with dropout": "orange"}
    assert box(axes)[3] == 0.88
    assert scale(axes.xaxis) == (
        "share of contributions that cancels", (0, 1), ["0", "0.2", "0.4", "0.6", "0.8", "1"]
    )  # fmt: skip
    assert scale(axes.yaxis)[:2] == ("wrong answers (%)", (45, 60))
    found = prices().found.values()
    for reached, kind in zip(axes.collections, found, strict=True):
        (low, high), error = reached.get_segments()[0], kind.error.summary()
        assert (*low, *high) == pytest.approx((kind.share, error.low, kind.share, error.high))
        color = color_name(style.ARMS[kind.arm])
        assert (color_name(reached.get_color()[0]), reached.get_linewidth()[0]) == (color, 2)
    notes = [(t.get_text(), t.get_ha(), t.xyann, color_name(t.get_color())) for t in axes.texts]
    assert notes == [
        ("price 0", "left", (-3, 11), "blue"), ("price 0.3", "left", (4, 8), "blue"),
        ("price 1", "left", (4, 8), "blue"), ("price 0", "center", (5, -20), "orange"),
        ("reward 3", "left", (5, -18), "orange"),
    ]  # fmt: skip
    for note, kind in zip(axes.texts, found, strict=True):
        assert note.xy == pytest.approx((kind.share, kind.wrong))
        assert note.anncoords == "offset points"
    assert_readable(figure)


def test_every_price_has_its_place_beside_its_dot():
    assert set(figures.BESIDE) == {
        (arm, price) for arm, prices in experiments.PRICES.items() for price in prices
    }


@pytest.mark.parametrize(
    ("priced", "outcome"),
    [
        ([55.0, 56.0, 54.0], 2), ([50.0, 51.0, 49.0], 1), ([47.0, 48.0, 47.0], 0),
        ([48.0, 49.0, 48.0], 0),  # as with dropout
        ([53.0, 54.0, 52.0], 2),  # as without a price
    ],
)  # fmt: skip
def test_what_a_price_does_is_what_the_errors_say(priced, outcome):
    assert prices(priced=priced).outcome() == figures.OUTCOMES[outcome]


def test_the_price_that_counts_is_the_least_with_which_less_cancels_than_with_dropout():
    more = [Sample("none", "cancellation", range(3), np.full(3, 0.5), {"price": 0.1}),
            Sample("none", "test error", range(3), np.full(3, 99.0), {"price": 0.1})]  # fmt: skip
    found = figures.Prices([*prices().samples[::-1], *more])
    assert "with the price, 0.40 and 55.2 %;" in found.compare()
    assert found.cancelling_less().name == "without masks, price 0.3"
    assert found.outcome() == figures.OUTCOMES[2]


def test_the_prices_in_words():
    assert prices().describe("with dropout") == (
        "With dropout: 0.50 of the contributions cancel, and 48.3 ± 1.4 % of the answers are wrong."
    )
    said = prices().describe("with dropout, reward 3")
    assert said.endswith("are wrong, +3.0 ± 0.0 points against no reward.")
    assert prices().describe("without masks, price 0.3").endswith("points against no price.")
    assert prices().compare() == (
        "Without masks 0.80 of the contributions cancel and 53.0 % of the answers are wrong; with "
        "the price, 0.40 and 55.2 %; with dropout, 0.50 and 48.3 %."
    )
