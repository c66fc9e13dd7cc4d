"""Samples: intervals by hand, differences pair by pair, and what is refused."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from dropoutlab.samples import Sample, pick, pick_all, samples_of

SPAN = np.timedelta64(2, "s")
FINITE = st.floats(-1e6, 1e6)
VALUES = st.lists(FINITE, min_size=2, max_size=8)


def sample(values, arm="a", measure="error", seeds=None, **settings):
    return Sample(arm, measure, range(len(values)) if seeds is None else seeds, values, settings)


# --- intervals


def test_the_interval_is_students():
    found = sample([1.0, 2.0, 4.0, 5.0]).summary()
    reach = (
        3.182446305284263 * np.std([1, 2, 4, 5], ddof=1) / 2
    )  # t of 3 degrees of freedom, 97.5 %
    assert found.mean == 3 and found.half_width == pytest.approx(reach)
    assert (found.low, found.high) == pytest.approx((3 - reach, 3 + reach))


@given(st.integers(0, 10**6))
def test_the_interval_ends_where_a_test_is_at_five_percent(seed):
    values = np.random.default_rng(seed).normal(size=5)
    found = sample(values).summary()
    assert stats.ttest_1samp(values, found.low).pvalue == pytest.approx(0.05, abs=1e-6)
    assert stats.ttest_1samp(values, found.high).pvalue == pytest.approx(0.05, abs=1e-6)


@pytest.mark.parametrize(
    "values", [[1.0], [1.0, np.nan], [np.inf, 1.0], [1e308, 1e308], [1e200, -1e200]]
)
def test_no_interval_without_two_finite_values(values):
    with pytest.raises(ValueError, match=r"(seeds|values) must .* got"):
        sample(values).summary()


def test_masked_values_are_refused():
    masked = np.ma.array([1.0, 2.0], mask=[True, False])
    for values in (masked, [1.0, np.ma.masked]):
        with pytest.raises(TypeError, match=r"values must .* got a masked array"):
            sample(values)


# --- differences


@given(VALUES, FINITE, FINITE)
def test_differences_shift_and_scale(values, shift, factor):
    one = sample(values, arm="none", keep_prob=1.0)
    assert (one - one).values.tolist() == [0.0] * len(values)
    assert np.array_equal((one - shift).values, np.array(values) - shift)
    for scaled in (factor * one, one * factor, np.float64(factor) * one):
        assert np.array_equal(scaled.values, factor * np.array(values))
        assert (scaled.arm, scaled.settings, scaled.seeds) == (
            "none",
            {"keep_prob": 1.0},
            one.seeds,
        )


def test_differences_are_paired_by_seed_and_have_their_sign():
    none = sample([5.0, 9.0, 7.0], seeds=[2, 0, 1], arm="none")
    drop = sample([8.0, 6.0, 4.0], arm="drop", keep_prob=0.5)
    found = none - drop
    assert found.values.tolist() == [1.0, 1.0, 1.0] and found.seeds == (2, 0, 1)
    assert found.summary().low == found.summary().high == 1.0
    assert (drop - none).values.tolist() == [-1.0] * 3


def test_a_difference_is_named_after_what_differs():
    one = sample([1.0, 2.0], "L2", strength=0.01, noise=0.2)
    other = sample([1.0, 2.0], "L2", strength=0.001, noise=0.2)
    assert (one - other).arm == "L2" and (one - other).settings == {"noise": 0.2}
    base = sample([1.0, 2.0], "none", "loss", noise=0.2)
    found = one - base
    assert (found.arm, found.measure) == ("L2 − none", "error − loss")
    assert found.settings == {"noise": 0.2, "strength": 0.01}


def test_other_seeds_cannot_be_paired():
    for seeds in ([0, 2], [0, 1, 2]):
        with pytest.raises(ValueError, match=r"seeds must be the same .* got \(0, 1\), .*2"):
            sample([1.0, 2.0]) - sample([1.0] * len(seeds), seeds=seeds)


@pytest.mark.parametrize("other", ["1", None, True, [1.0, 2.0], np.array([1.0, 2.0]), 1j, SPAN])
def test_only_samples_and_numbers_are_subtracted(other):
    for operation in (lambda s: s - other, lambda s: s * other):
        with pytest.raises(TypeError, match=r"operand|multiply"):
            operation(sample([1.0, 2.0]))


# --- picking

KNOWN = [
    sample([1.0, 2.0], "none"),
    *(sample([p, p], "drop", keep_prob=p) for p in (0.3, 0.5)),
    sample([0.0, 0.0], "drop", "loss", keep_prob=0.5),
]


def test_picking_keeps_what_fits_in_order():
    assert pick_all(KNOWN) == KNOWN
    assert pick_all(KNOWN, "drop", "error") == KNOWN[1:3]
    assert pick_all(KNOWN, keep_prob=0.5) == KNOWN[2:]
    assert pick_all(KNOWN, keep_prob=None) == KNOWN[:1]
    assert pick(KNOWN, "drop", "error", keep_prob=0.3) is KNOWN[1]


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        (
            {"measure": "eror"},
            "one of 'error', 'loss'; got 'eror'; did you mean 'error'?",
        ),
        ({"arm": "dorp"}, "arm must be one of 'drop', 'none'; got 'dorp'; did you mean 'drop'"),
        ({"arm": "none", "measure": "loss"}, "measure must be one of 'error'; got 'loss'"),
        ({"keep_prop": 0.5}, "settings must be one of 'keep_prob'; got 'keep_prop'; did you mean"),
        ({"keep_prob": 0.4}, "keep_prob must be one of 0.3, 0.5, None; got 0.4"),
        ({"arm": "drop", "measure": "error"}, "must pick one sample; got 2"),
    ],
)
def test_what_is_not_there_is_refused_with_what_there_is(wanted, words):
    with pytest.raises(ValueError, match="must") as refusal:
        pick(KNOWN, **wanted)
    assert words in str(refusal.value)


# --- bad samples


def test_an_arm_has_a_sample_for_each_measure():
    found = samples_of("a", {"p": 0.5}, [3, 1], {"error": [1, 2], "loss": np.array([3.0, 4.0])})
    assert [(s.measure, s.seeds, s.values.tolist()) for s in found] == [
        ("error", (3, 1), [1.0, 2.0]),
        ("loss", (3, 1), [3.0, 4.0]),
    ]


def test_numbers_that_float64_does_not_hold_are_refused():
    for operation, name in ((lambda s: s - 10**400, "other"), (lambda s: s * 10**400, "factor")):
        with pytest.raises(ValueError, match=rf"{name} must be .*; got 1000"):
            operation(sample([1.0, 2.0]))


def test_a_sample_is_written_as_measure_arm_and_settings():
    assert str(sample([1.0])) == "'error' of 'a'"
    assert str(sample([1.0], "L2", strength=0.01, law="two")) == (
        "'error' of 'L2', strength 0.01, law two"
    )


def test_a_sample_holds_floats_and_a_tuple_of_seeds():
    found = sample([1, 2], seeds=[np.int64(7), 3])
    assert found.seeds == (7, 3) and type(found.seeds[0]) is int
    assert found.values.dtype == np.float64 and found.values.tolist() == [1, 2]
    assert sample(np.longdouble([1, 2])).values.dtype == np.float64
    assert np.isinf(sample([np.longdouble("1e400"), 0]).values[0])  # is no warning
    assert Sample("a", "b", [1], [2]).settings == {}


def test_settings_are_words_and_numbers_of_any_name_but_two():
    assert sample([1.0], law="two", n=3, p=np.float32(0.5)).settings == {
        "law": "two", "n": 3, "p": 0.5,
    }  # fmt: skip
    found = samples_of("a", {"p": 0.5}, [3, 1], {"error": [1, 2]})
    assert (found[0].arm, found[0].settings) == ("a", {"p": 0.5})


def test_a_difference_from_one_with_more_settings_keeps_those_that_agree():
    one, other = sample([1.0, 2.0], p=0.5, q=1), sample([0.5, 0.5], p=0.5, r=2)
    assert (one - other).settings == {"p": 0.5, "q": 1, "r": 2}
    assert (one - other).values.tolist() == [0.5, 1.5]
    assert (one - sample([0.0, 0.0], p=0.4)).settings == {"q": 1}


def test_none_picks_the_samples_without_a_setting_among_others():
    known = [sample([1.0], "a"), sample([1.0], "a", p=0.5), sample([1.0], "b", p=0.5, q=1)]
    assert pick_all(known, q=None) == known[:2]
    assert pick_all(known, p=0.5, q=None) == known[1:2]
    assert pick(known, arm="b") is known[2] and pick(known, "a", "error", p=None) is known[0]
