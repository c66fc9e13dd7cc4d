"""What the ledger measures, chapter by chapter, on samples of which the answer is plain."""

import numpy as np
import pytest

from dropoutlab import experiments
from dropoutlab.claims import (
    architectures,
    beyond_linear,
    coadaptation,
    evidence,
    masking,
    practice,
    regularizer,
    scaling,
    symptoms,
)
from dropoutlab.data import digit_slants
from dropoutlab.experiments import PathDistances, Products
from dropoutlab.samples import Sample

SEEDS = (3, 5)


def measured(measure, values, *names):
    """Samples by arm and settings of these names; the second seed finds twice as much.

    Beside each there is another measure of the arm, and another arm.
    """
    return [
        Sample(who, what, SEEDS, [value, 2 * value], dict(zip(names, settings, strict=True)))
        for (arm, *settings), found in values.items()
        for who, what, value in (
            (arm, measure, found), (arm, "another", -1.0), (f"not {arm}", measure, -2.0),
        )
    ]  # fmt: skip


DOUBT = min(experiments.DOUBT_SIZES), 77, max(experiments.DOUBT_SIZES)
# each number is found once, so that a quantity tells which of them it has taken
CONVOLUTIONS = measured(
    "test error",
    {("dense", "yes"): 5, ("none", "yes"): 8, ("dense", "no"): 100, ("none", "no"): 1000},
    "normalized",
)
SPREADS = [
    sample
    for arm, values in (("dropout", (4, 100, 9)), ("least squares", (1000, 1, 10)))
    for sample in measured(
        "spread", {(arm, n): v for n, v in zip(DOUBT, values, strict=True)}, "examples"
    )
]
PENALTIES = [
    *measured("test error", {("L1",): 50, ("L2",): 1000}),
    *measured("training error", {("L1",): 4, ("L2",): 100}),
    *measured("cancellation", {("L1",): 7, ("L2",): 2000}),
    *measured("by chance", {("L1",): 5, ("L2",): 3000}),
    *measured("interaction", {("L1",): 3, ("L2",): 4000}),
    *measured("active share", {("L1",): 12, ("L2",): 5000}),
]
TRIED = [
    *measured(
        "test error",
        {("L2", 0.1): 60, ("L2", 0.2): 55, ("L2", 0.3): 58, ("L1", 0.1): 1,
         ("dropout", 0.9): 200, ("dropout", experiments.SETTINGS["dropout"]): 40},
        "setting",
    ),
    *measured("training error", {("L2", 0.1): 0, ("dropout", experiments.SETTINGS["dropout"]): 9},
              "setting"),
]  # fmt: skip
PRICES = [
    sample
    for measure, scale in (("test error", 1), ("cancellation", 100))
    for sample in measured(
        measure, {("none", 0.0): 2 * scale, ("none", 0.3): 7 * scale, ("dropout", 0.3): scale},
        "price",
    )
]  # fmt: skip
VARIANCES = measured(
    "gradient variance",
    {("shared mask", 1): 60, ("shared mask", 10): 20, ("fresh masks", 10): 3},
    "examples",
)
SHARED = measured(
    "test error",
    {("shared mask", 0.1): 9, ("fresh masks", 0.1): 4, ("shared mask", 0.01): 300,
     ("fresh masks", 0.01): 1000},
    "learning_rate",
)  # fmt: skip
KEPT = measured(
    "test error",
    {("same width", 0.2): 70, ("same width", 0.5): 50, ("same width", 1.0): 55,
     ("width / p", 0.2): 1000, ("width / p", 0.5): 3000},
    "keep_prob",
)  # fmt: skip
TRAIN_SIZES = measured(
    "test error",
    {("none", 100): 60, ("dropout", 100): 52, ("none", 500): 1000, ("dropout", 500): 100},
    "examples",
)
LAYER_RATES = measured(
    "test error",
    {("rates", 1.0, 0.8): 5, ("rates", 0.8, 1.0): 70, ("rates", 1.0, 1.0): 200},
    "inputs",
    "hidden",
)
STEPS = measured(
    "test error",
    {("dropout", 0.1): 50, ("dropout", 0.4): 57, ("none", 0.1): 300, ("none", 0.4): 1000},
    "learning_rate",
)
DISTANCES = [
    *measured("latest weights", {("masks", 0.02): 3, ("masks", 0.08): 7, ("both", 0.02): 100},
              "learning_rate"),
    *measured("averaged weights", {("masks", 0.02): 1}, "learning_rate"),
]  # fmt: skip
AVERAGES = [
    *measured("test loss", {("Monte-Carlo", 1): 9, ("Monte-Carlo", 50): 6, ("weighted", 50): 300},
              "masks"),
    *measured("test loss", {("weight scaling",): 4}),
    *measured("test error", {("Monte-Carlo", 1): 1000, ("weight scaling", 1): 5000}, "masks"),
]  # fmt: skip
EXACT = [
    *measured("from arithmetic", {("one layer",): 8, ("two layers",): 300}),
    *measured("from normalised geometric", {("one layer",): 3, ("two layers",): 1000}),
]
EPOCHS = [
    *measured("validation loss", {("no dropout", 3): 2, ("no dropout", 50): 7, ("right", 3): 100,
                                  ("right", 20): 30, ("no dropout", 20): 1000}, "passes"),
    *measured("printed loss", {("right", 20): 41, ("right", 3): 300, ("no dropout", 20): 3000},
              "passes"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("quantity", "found", "value"),
    [
        (lambda: architectures._gain("dense", "yes"), CONVOLUTIONS, 5 - 8),
        (lambda: coadaptation._overfit("L1"), PENALTIES, 50 - 4),
        (lambda: coadaptation._below_the_best_of("L2"), TRIED, 40 - 55),
        (lambda: evidence._beyond_chance("L1"), PENALTIES, 7 - 5),
        (lambda: evidence._at_price("test error", "none", 0.3), PRICES, 7),
        (lambda: masking._variance("shared mask", 10), VARIANCES, 20),
        (lambda: masking._total("shared mask", 10), VARIANCES, 10 * 20),
        (lambda: masking._cost(0.1), SHARED, 9 - 4),
        (lambda: practice._kept(0.2, 1.0), KEPT, 70 - 55),
        (lambda: practice._kept(0.2, 0.5, "width / p"), KEPT, 1000 - 50),
        (lambda: practice._gain(100), TRAIN_SIZES, 60 - 52),
        (lambda: practice._rates(1.0, 0.8), LAYER_RATES, 5),
        (lambda: practice._at_rates("dropout"), STEPS, 57 - 50),
        (lambda: regularizer._away("masks", 0.08), DISTANCES, 7),
        (lambda: regularizer._away("masks", 0.02, "averaged weights"), DISTANCES, 1),
        (lambda: scaling._average("test loss", 50), AVERAGES, 6 - 4),
        (lambda: scaling._average("test loss", 50, "weighted"), AVERAGES, 300 - 4),
        (
            lambda: scaling._exact("one layer", "from arithmetic", "from normalised geometric"),
            EXACT,
            8 - 3,
        ),
        (lambda: symptoms._since_the_third("validation loss"), EPOCHS, 7 - 2),
        (lambda: symptoms._less_validation("printed loss"), EPOCHS, 41 - 30),
    ],
)
def test_a_quantity_takes_what_its_sentence_speaks_of(quantity, found, value):
    sample = quantity()(found)
    assert tuple(sample.seeds) == SEEDS
    assert sample.values.tolist() == [value, 2 * value]


@pytest.mark.parametrize(
    ("quantity", "found", "values"),
    [
        (lambda: architectures._kept_of_doubt("dropout"), SPREADS, [9 / 6, 18 / 6]),
        (lambda: architectures._kept_of_doubt("least squares"), SPREADS, [10 / 1500, 20 / 1500]),
        (lambda: evidence._per_active("L1"), PENALTIES, [25, 25]),
        (lambda: masking._falls(1, 10), VARIANCES, [3, 3]),
    ],
)
def test_a_share_is_of_the_right_whole(quantity, found, values):
    assert quantity()(found).values == pytest.approx(values)


def test_percents_are_of_means_and_spread_as_both_means_do():
    part, whole = (
        lambda _, v=values: Sample("a", "m", (0, 1, 2), np.array(v))
        for values in ([1.0, 3, 5], [4.0, 6, 2])
    )
    assert evidence._percent_of(part, whole)(None).values == pytest.approx([25, 37.5, 162.5])
    assert evidence._percent_of(whole, whole)(None).values == pytest.approx([100] * 3)
    # the spread is that of the ratio when seeds are drawn again
    rng = np.random.default_rng(0)
    one, other = rng.normal(3, 1, 400), rng.normal(5, 1, 400)
    said = evidence._percent_of(
        lambda _: Sample("a", "m", range(400), one), lambda _: Sample("a", "n", range(400), other)
    )(None).values
    drawn = rng.integers(400, size=(4000, 400))
    again = 100 * one[drawn].mean(axis=1) / other[drawn].mean(axis=1)
    assert said.mean() == pytest.approx(100 * one.mean() / other.mean())
    assert said.std() / 20 == pytest.approx(again.std(), rel=0.1)


def test_what_a_reward_costs_is_a_part_of_the_lead_over_networks_without_masks():
    (claim,) = (c for c in evidence.MOVED.claims if c.name == "reward-costs")
    errors = {("none", 0.0): 50, ("dropout", 0.0): 40, ("dropout", -3.0): 46, ("none", 0.3): 9}
    found = claim.quantity(measured("test error", errors, "price"))
    assert found.values == pytest.approx([60, 60]) and tuple(found.seeds) == SEEDS


# --- quantities of studies that have no samples

PRODUCTS = Products(
    epochs=np.array([0, 4, 9]),
    products={
        "dropout": np.array([[[9.0, 1], [7, 1], [3, 3]], [[9, 1], [7, 1], [4, 2]]]),
        "none": np.array([[[0.0, 9], [0, 5], [5, 15]], [[0, 9], [1, 5], [0, 8]]]),
    },
    least={
        "dropout": np.array([[1.0, 2.0, 18.0], [1.0, 2.0, 16.0]]),
        "none": np.array([[1.0] * 3] * 2),
    },
)


@pytest.mark.parametrize(
    ("quantity", "arm", "measure", "values"),
    [
        (lambda: beyond_linear._spread("none"), "none", "spread", [50, 100]),
        (lambda: beyond_linear._spread("dropout"), "dropout", "spread", [0, 100 / 3]),
        (lambda: beyond_linear._above_least, "dropout", "above least", [0, 25]),
    ],
)
def test_products_are_judged_at_the_end(quantity, arm, measure, values):
    sample = quantity()((PRODUCTS, SEEDS))
    assert (sample.arm, sample.measure, tuple(sample.seeds)) == (arm, measure, SEEDS)
    assert sample.values == pytest.approx(values)


PATHS = PathDistances(
    steps=np.array([100, 300, 900]),
    average=np.array([[9.0, 7.0, 2.0], [8.0, 5.0, 4.0]]),
    last=np.array([[6.0, 3.0, 1.0], [7.0, 4.0, 1.0]]),
    least_squares=np.array([[1.0, 2.0, 8.0], [1.0, 2.0, 9.0]]),
    second_half=np.array([1.0, 3.0]),
    descent=0.5,
    apart=10.0,
)


def test_averaged_weights_lag_where_three_hundred_steps_are_done():
    assert regularizer._lag(PATHS) == pytest.approx([(7 - 3) / 10, (5 - 4) / 10])


def test_shares_of_paths_keep_the_seeds():
    sample = regularizer._share(lambda paths: 2 * paths.second_half)((PATHS, SEEDS))
    assert (sample.arm, sample.measure, tuple(sample.seeds)) == ("dropout", "share", SEEDS)
    assert sample.values.tolist() == [2, 6]


def test_distances_of_the_slant_are_taken_after_the_last_step():
    values = {
        claim.name: claim.quantity((PATHS, SEEDS)).values for claim in regularizer.DIGITS.claims
    }
    assert values["near-the-minimum"] == pytest.approx([0.2, 0.4])
    assert values["not-least-squares"] == pytest.approx([0.8, 0.9])
    assert values["second-half-nearer"] == pytest.approx([0.5, 0.75])


# --- experiments as a table runs them


@pytest.mark.parametrize(
    ("experiment", "name", "asked"),
    [
        (evidence.prices, "price_study", (SEEDS, experiments.SETTINGS["dropout"])),
        (masking.gradient_noise, "mask_sharing_noise", (SEEDS,)),
        (practice.train_sizes, "train_size_study", (SEEDS, practice.CHOSEN)),
        (practice.confidence, "confidence_study", (SEEDS, practice.CHOSEN)),
    ],
)
def test_a_table_asks_for_its_seeds_and_the_settings_that_others_chose(
    monkeypatch, experiment, name, asked
):
    monkeypatch.setattr(experiments, name, lambda *given: ("found", given))
    assert experiment(SEEDS) == ("found", asked)
    assert {arm: experiments.SETTINGS[arm] for arm in ("L2", "dropout")} == practice.CHOSEN


def test_paths_come_with_the_seeds_they_were_taken_on(monkeypatch):
    monkeypatch.setattr(experiments, "product_paths", lambda seeds: [PRODUCTS, seeds])
    assert beyond_linear.paths(range(2)) == ([PRODUCTS, range(2)], (0, 1))


def test_the_slant_is_learned_as_in_the_chapter(monkeypatch):
    asked = []
    monkeypatch.setattr(
        experiments,
        "dropout_path_distances",
        lambda *given, **settings: asked.append((given, settings)) or PATHS,
    )
    assert regularizer.digits_path(range(4, 6)) == (PATHS, (4, 5))
    ((inputs, target, keep_prob), settings) = asked[0]
    for found, wanted in zip((inputs, target), digit_slants(), strict=True):
        assert np.array_equal(found, wanted)
    assert keep_prob == 0.5
    assert settings == {"seeds": range(4, 6), "learning_rate": 0.05, "num_steps": 30_000}
