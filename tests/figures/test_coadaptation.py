"""The figures show the numbers they are given, and their sentences and tables say the same."""

import pickle

import numpy as np
import pytest
from matplotlib.colors import to_rgb

from dropoutlab import experiments
from dropoutlab.figures import coadaptation as figures
from dropoutlab.figures import style
from dropoutlab.samples import Sample, pick

RNG = np.random.default_rng(0)
CURVES = {
    (0.2, "none", 0.0): np.array([[[90, 8, 0], [90, 6, 0.5]], [[90, 13, 21], [90, 15, 23]]]),
    (0.2, "L2", 0.01): np.array([[[90, 16, 15], [90, 18, 14]], [[90, 12, 11], [90, 13, 12.5]]]),
}
TRAINING = figures.Training(experiments.PenaltyStudy(np.array([0, 150, 300]), CURVES, []))


def texts(axes):
    return {text.get_text() for text in axes.texts}


# --- training


def test_training_without_a_penalty_shows_both_errors():
    (axes,) = TRAINING.draw(0.2, "L1", 0.0).axes
    test, train = axes.lines
    assert np.allclose(test.get_ydata(), [90, 14, 22]) and test.get_linestyle() == "-"
    assert np.allclose(train.get_ydata(), [90, 7, 0.25]) and train.get_linestyle() == "--"
    assert {line.get_color() for line in axes.lines} == {style.ARMS["none"]}


def test_training_with_a_penalty_keeps_the_test_error_without():
    (axes,) = TRAINING.draw(0.2, "L2", 0.01).axes
    plain, test, train = axes.lines
    assert np.allclose(plain.get_ydata(), [90, 14, 22])
    assert np.allclose(test.get_ydata(), [90, 12.5, 11.75])
    assert np.allclose(train.get_ydata(), [90, 17, 14.5])
    band = axes.collections[1].get_paths()[0].vertices  # of the test error
    assert band[:, 1].min() == 11 and band[band[:, 0] == 300][:, 1].max() == 12.5
    assert texts(axes) == {"test, no penalty", "test, L2", "training, L2 (dashed)"}


def test_training_says_the_last_errors():
    assert TRAINING.describe(0.2, "L2", 0.01) == (
        "With one label in five redrawn and with L2 of strength 0.01, the networks end at a "
        "training error of 14.5 % and a test error of 11.8 % (from 11.0 to 12.5 % over 2 seeds). "
        "The mean test error was least at pass 300: 11.8 %."
    )
    assert TRAINING.describe(0.2, "L2", 0.0).endswith("was least at pass 150: 14.0 %.")
    assert "without a penalty, the networks end at a training error of 0.2 %" in (
        TRAINING.describe(0.2, "L2", 0.0)
    )


# --- tables


def sample(arm, values, measure="c", **settings):
    return Sample(arm, measure, range(len(values)), values, settings)


def test_the_error_table_gives_changes_paired_by_seed():
    found = [
        sample("none", [10.0, 20.0], "test error", label_noise=0.0),
        sample("dropout", [8.0, 18.0], "test error", label_noise=0.0, keep_prob=0.5),
        sample("L2", [11.0, 21.0], "test error", label_noise=0.0, strength=0.01),
        sample("L2", [9.0, 19.0], "test error", label_noise=0.0, strength=0.001),
        sample("none", [0.1, 0.2], "cancellation", label_noise=0.0),
        sample("none", [30.0, 30.0], "test error", label_noise=0.2),
        sample("dropout", [20.0, 20.0], "test error", label_noise=0.2, keep_prob=0.5),
        sample("L2", [10.0, 12.0], "test error", label_noise=0.2, strength=0.01),
        sample("L2", [31.0, 31.0], "test error", label_noise=0.2, strength=0.001),
    ]
    lines = figures.error_table(found).data.splitlines()
    assert lines[0] == "|  | setting | all labels right | one label in five redrawn |"
    # the interval of two numbers 10 apart: 12.706 times their standard error, 5
    assert lines[2] == "| none |  | 15.0 ± 63.5 | 30.0 ± 0.0 |"
    assert lines[3:] == [
        "| L2 | 0.001 | −1.0 ± 0.0 | +1.0 ± 0.0 |",
        "| L2 | 0.01 | +1.0 ± 0.0 | −19.0 ± 12.7 |",
        "| dropout | 0.5 | −2.0 ± 0.0 | −10.0 ± 0.0 |",
    ]


def test_the_table_of_changes_is_in_order_and_leaves_some_strengths_out():
    found = [
        sample("dropout", [1.0, 2.0], keep_prob=0.5),
        sample("L2", [3.004, 4.004], strength=0.01),
        sample("L2", [1, 2], strength=0.003),
        sample("L1", [2.998, 3.998], strength=0.01),
        sample("none", [3, 4]),
    ]
    lines = figures.change_table(found, {"c": ".2f"}).data.splitlines()
    assert lines[0] == "|  | setting | c |"
    assert lines[2:] == [
        "| none |  | 3.50 ± 6.35 |",
        "| L1 | 0.01 | +0.00 ± 0.00 |",  # no minus zero
        "| L2 | 0.01 | +0.00 ± 0.00 |",
        "| dropout | 0.5 | −2.00 ± 0.00 |",
    ]
    without = [sample("none", [3, 4]), sample("dropout", [1, 2])]
    assert figures.change_table(without, {"c": ".2f"}).data.splitlines()[0] == "|  | c |"


def test_the_table_of_directions_asks_the_paired_interval():
    found = [
        sample("none", [10.0, 20.0, 30.0]),
        sample("dropout", [9.0, 18.9, 29.1], keep_prob=0.5),
        sample("L2", [11.0, 21.1, 30.9], strength=0.01),
        sample("L1", [9.0, 21.0, 29.0], strength=0.01),
    ]
    columns = [("dropout", 0.5), ("L2", 0.01), ("L1", 0.01)]
    lines = figures.direction_table(found, ["c"], columns).data.splitlines()
    assert lines[0] == "|  | dropout 0.5 | L2 0.01 | L1 0.01 |"
    assert lines[2:] == ["| c | lower | higher | not shown |"]


def test_the_table_of_keep_probabilities_names_them():
    found = [
        sample("dropout", [8.0, 10.0], "removable", keep_prob=1.0),
        sample("dropout", [50.0, 50.0], "removable", keep_prob=0.5),
    ]
    lines = figures.keep_prob_table(found, {"removable": ".0f"}).data.splitlines()
    assert lines == [
        "|  | removable (%) |",
        "| --- | ---: |",
        "| p = 1, no dropout | 9 ± 13 |",
        "| p = 0.5 | 50 ± 0 |",
    ]


# --- filters


def test_filters_are_purple_and_green_and_clear_at_zero():
    filters = np.zeros((3, 64))
    filters[0, 0], filters[0, 63], filters[1, 8] = 2, -1, -3
    image = figures.filter_image(filters, 2)
    assert image.shape == (17, 17, 4)
    assert image[0, 0] == pytest.approx([*to_rgb(figures.POSITIVE), 1])
    assert image[7, 7] == pytest.approx([*to_rgb(figures.NEGATIVE), 0.5], abs=0.5 / figures.SHADES)
    assert image[1, 9] == pytest.approx([*to_rgb(figures.NEGATIVE), 1])
    assert np.count_nonzero(image[..., 3]) == 3


def test_every_network_of_the_still_picture_has_its_filters():
    filters = {"without": RNG.normal(size=(12, 64)), "with": RNG.normal(size=(12, 64))}
    for axes, (name, of_one) in zip(
        figures.draw_filters(filters).axes, filters.items(), strict=True
    ):
        assert texts(axes) == {name}
        assert np.allclose(axes.images[0].get_array(), figures.filter_image(of_one, 6))


# --- removed by hand


@pytest.fixture(scope="module")
def removals():
    shape = {"none": (4, 4, 10), "dropout": (4, 4, 10)}
    return experiments.PairRemovals(
        RNG.random((10, 8, 8)),
        {arm: RNG.random(size) for arm, size in shape.items()},
        {arm: RNG.integers(10, size=size) for arm, size in shape.items()},
        {arm: 100 * RNG.random(size[:2]) for arm, size in shape.items()},
    )


def test_bars_and_ticks_are_the_probabilities(removals):
    shown = figures.HandRemoval(removals)
    for trained in ("none", "dropout"):
        (axes,) = shown.draw(trained, 2, 3).axes
        bars, ticks = axes.collections
        tops = [path.vertices[1, 1] for path in bars.get_paths()]
        assert np.allclose(tops, removals.right[trained][2, 3])
        before = [path.vertices[0, 1] for path in ticks.get_paths()]
        assert np.allclose(before, removals.right[trained][0, 0])
        said = removals.says[trained][2, 3]
        assert texts(axes) == {f"→ {said[d]}" for d in range(10) if said[d] != d}
        assert np.allclose(bars.get_color()[0][:3], to_rgb(style.ARMS[trained]))


def test_the_digits_are_those_of_the_data(removals):
    (axes,) = figures.HandRemoval(removals).draw().axes
    row = np.asarray(axes.images[0].get_array())
    assert np.allclose(row[1:9, 31:39, 3] ** 2, removals.images[3])
    assert np.allclose(row[0, :, 3], 0)


def test_the_sentence_names_what_is_misread():
    says = np.tile(np.arange(10), (3, 3, 1))
    says[1, 0, 4], says[1, 2, [4, 7, 9]] = 9, [9, 1, 3]
    error = np.array([[5.0, 12.0, 5.0], [12.0, 12.0, 30.0], [5.0, 30.0, 5.0]])
    parts = ({"none": part} for part in (np.ones((3, 3, 10)), says, error))
    shown = figures.HandRemoval(experiments.PairRemovals(np.zeros((10, 8, 8)), *parts))
    start = "The network trained without dropout, with "
    assert shown.describe("none", 0, 0) == (
        start + "no unit removed, reads all ten digits rightly; its test error is 5.0 %."
    )
    assert shown.describe("none", 1, 0) == (
        start + "unit 1 removed, reads the 4 wrongly; "
        "its test error is 12.0 % (5.0 % with all its units)."
    )
    assert shown.describe("none", 1, 2) == (
        start + "units 1 and 2 removed, reads the 4, the 7 and the 9 wrongly; "
        "its test error is 30.0 % (5.0 % with all its units)."
    )
    with pytest.raises(ValueError, match="trained must"):
        shown.draw("L2", 0, 0)


# --- the keep-probability


@pytest.fixture(scope="module")
def kept():
    names = ("cancellation", "interaction", "test error", "ablation")
    return experiments.KeepProbStudy(
        (0, 32, 60),
        {p: 100 * RNG.random((3, 3)) for p in (1.0, 0.8, 0.5)},
        {p: RNG.normal(size=(3, 64, 64)) for p in (1.0, 0.8, 0.5)},
        [
            sample("dropout", RNG.random(3), name, keep_prob=p)
            for p in (1.0, 0.8, 0.5)
            for name in names
        ],
    )


def test_keep_prob_draws_the_ablation_curves_and_the_filters(kept):
    shown = figures.KeepProb(kept)
    above, below = shown.draw(0.5, 2).axes
    image = figures.filter_image(kept.filters[0.5][1, :12], 6)
    assert np.allclose(above.images[0].get_array(), image)
    plain, dropped = below.lines
    assert np.allclose(plain.get_ydata(), kept.ablation[1.0].mean(axis=0))
    assert np.allclose(dropped.get_ydata(), kept.ablation[0.5].mean(axis=0))
    assert [line.get_color() for line in (plain, dropped)] == [
        style.ARMS["none"], style.ARMS["dropout"]
    ]  # fmt: skip
    assert texts(below) == {"no dropout", "keep probability 0.5"}
    assert below.get_xlabel() == "units removed, of 64"
    assert len(shown.draw(1.0, 1).axes[1].lines) == 1


def test_keep_prob_says_the_measures(kept):
    shown = figures.KeepProb(kept)
    names = ("cancellation", "interaction", "test error", "ablation")
    mean = {m: pick(kept.samples, measure=m, keep_prob=0.5).values.mean() for m in names}
    assert shown.describe(0.5, 2) == (
        "Keep probability 0.5, features of network 2; mean of 3 networks: "
        f"cancellation {mean['cancellation']:.2f}, interaction {mean['interaction']:.3f}, "
        f"test error {mean['test error']:.1f} %, "
        f"with half of the units removed {mean['ablation']:.1f} %."
    )


def test_the_explorers_travel_to_the_workers(kept, removals):
    by_hand = figures.HandRemoval(removals)
    shown = figures.KeepProb(kept)
    for explorer in (TRAINING, by_hand, shown):
        assert len(pickle.dumps(explorer)) < 400_000
        assert pickle.loads(pickle.dumps(explorer)).draw().axes
