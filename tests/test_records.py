"""Summaries and paired gains, by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from dropoutlab.records import Record, find, gain, summarize


def records(arm, values, setting=None, measure="error", seeds=None):
    seeds = range(len(values)) if seeds is None else seeds
    return [Record(arm, setting, measure, s, v) for s, v in zip(seeds, values, strict=True)]


def test_the_interval_is_students():
    (summary,) = summarize(records("a", [1.0, 2.0, 4.0, 5.0]))
    reach = (
        3.182446305284263 * np.std([1, 2, 4, 5], ddof=1) / 2
    )  # t of 3 degrees of freedom, 97.5 %
    assert summary.mean == 3
    assert (summary.low, summary.high) == pytest.approx((3 - reach, 3 + reach))


def test_gains_are_paired_by_seed():
    none = records("none", [5.0, 9.0, 7.0], seeds=[2, 0, 1])
    found = gain(none + records("drop", [8.0, 6.0, 4.0]), "error", "drop", "none")
    (summary,) = found
    assert list(summary.values) == [1.0, 1.0, 1.0] and summary.low == summary.high == 1.0


def test_an_arm_with_one_setting_is_compared_with_every_other():
    swept = [r for p in (0.3, 0.5) for r in records("drop", [1.0, 2.0], p)]
    found = gain(records("none", [3.0, 3.0]) + swept, "error", "drop", "none")
    assert [s.setting for s in found] == [0.3, 0.5] and [s.mean for s in found] == [1.5, 1.5]
    both = [r for p in (0.3, 0.5) for r in records("none", [p, p], p)]
    assert [s.mean for s in gain(both + swept, "error", "drop", "none")] == [-1.2, -1.0]
    assert [s.mean for s in find(summarize(swept), arm="drop", measure="error")] == [1.5, 1.5]
    assert len(find(summarize(swept), arm="drop", measure="error", setting=0.3)) == 1


@pytest.mark.parametrize(
    ("measure", "arm", "over", "words"),
    [
        ("speed", "a", "b", "must be among"),
        ("error", "c", "b", "must be among"),
        ("error", "a", "b", "same seeds"),
    ],
)
def test_what_cannot_be_paired_is_refused(measure, arm, over, words):
    known = records("a", [1.0, 2.0]) + records("b", [1.0, 2.0], seeds=[5, 6])
    with pytest.raises(ValueError, match=words):
        gain(known, measure, arm, over)


def test_too_few_records_are_refused():
    for bad in ([], records("a", [1.0])):
        with pytest.raises(ValueError, match="records must"):
            summarize(bad)


@given(st.integers(0, 10**6))
def test_intervals_of_shifted_records_are_shifted(seed):
    values = np.random.default_rng(seed).normal(size=5)
    one, two = (summarize(records("a", list(values + c)))[0] for c in (0, 10))
    assert two.low == pytest.approx(one.low + 10) and two.high == pytest.approx(one.high + 10)
    assert one.low <= one.mean <= one.high
    assert stats.ttest_1samp(values, one.low).pvalue == pytest.approx(0.05, abs=1e-6)
