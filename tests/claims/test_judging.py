import numpy as np
import pytest
from scipy import stats

from dropoutlab.claims import judging
from dropoutlab.claims.judging import LEVEL, Bound, _holm, chance_text, chance_to_turn, judge


def words(values, *bounds):
    return [verdict.word for verdict in judge([values] * len(bounds), bounds)]


def test_what_lies_far_inside_holds_and_far_outside_fails():
    values = np.array([1.0, 1.1, 0.9, 1.05, 0.95, 1.0])
    assert words(values, Bound(low=0.5)) == ["holds"]
    assert words(values, Bound(high=0.5)) == ["fails"]
    assert words(values, Bound(0.8, 1.2)) == ["holds"]
    assert words(values, Bound(1.2, 1.4)) == ["fails"]
    assert words(values, Bound(low=0.99)) == ["not settled"]
    assert words(np.ones(5), Bound(low=0.5), Bound(high=0.5)) == ["holds", "fails"]


def test_the_p_value_is_that_of_students_t_test():
    values = np.random.default_rng(0).standard_normal(20)
    for bound in (-0.3, 0.1, 0.5):
        p = stats.ttest_1samp(values, bound, alternative="greater").pvalue
        assert (words(values, Bound(low=bound)) == ["holds"]) == (p < LEVEL)
        (verdict,) = judge([values], [Bound(low=bound)])
        assert (verdict.low > bound) == (p < LEVEL)


@pytest.mark.parametrize(
    ("p", "adjusted"),
    [
        # sorted and times 4, 3, 2, 1, never falling
        ([0.01, 0.04, 0.03, 0.005], [0.03, 0.06, 0.06, 0.02]),
        ([0.3, 0.5], [0.6, 0.6]),
        ([0.6, 0.7, 0.0], [1, 1, 0]),
        ([0.02, 0.02], [0.04, 0.04]),
        ([0.2], [0.2]),
    ],
)
def test_holms_steps(p, adjusted):
    assert _holm(p) == pytest.approx(adjusted)


VALUES = np.array([0.3, -0.1, 0.5, 0.2, 0.25])
ENDS = (Bound(low=0.1), Bound(high=0.1), Bound(0.0, 0.3), Bound(-0.5, 0.1), Bound(0.3, 0.9))


@pytest.mark.parametrize("bound", ENDS)
def test_the_chances_are_those_of_t_tests_on_each_side(bound):
    def p_value(end, alternative):
        return stats.ttest_1samp(VALUES, end, alternative=alternative).pvalue

    ends = [(bound.low, "greater", "less"), (bound.high, "less", "greater")]
    inside = [p_value(end, one) for end, one, _ in ends if end is not None]
    outside = [p_value(end, other) for end, _, other in ends if end is not None]
    assert judging._p_inside(VALUES, bound) == pytest.approx(max(inside))
    assert judging._p_outside(VALUES, bound) == pytest.approx(min(1, len(outside) * min(outside)))


def test_no_chance_is_above_one():
    assert judging._p_outside(VALUES, Bound(VALUES.mean() - 0.1, VALUES.mean() + 0.1)) == 1
    assert chance_to_turn(-5.0, 1.0, Bound(-1.0, 1.0), 4) == 1


def test_room_is_left_inside_of_each_end():
    assert Bound(low=1.0).rooms(3.0) == [2]
    assert Bound(high=1.0).rooms(3.0) == [-2]
    assert Bound(1.0, 5.0).rooms(4.0) == [3, 1]
    assert Bound(low=0).low == 0.0 and isinstance(Bound(low=np.int64(0)).low, float)


def test_seeds_that_agree_leave_a_little_doubt():
    assert judging._standard_error(np.full(4, 5.0)) == pytest.approx(5e-12)
    assert judging._standard_error(np.full(4, -5.0)) == pytest.approx(5e-12)
    assert judging._standard_error(np.zeros(4)) == pytest.approx(1e-12)
    assert judging._standard_error(np.full(4, 0.5)) == pytest.approx(1e-12)
    assert judging._standard_error(VALUES) == pytest.approx(stats.sem(VALUES))


def test_a_verdict_has_the_interval_of_the_strictest_step():
    samples = [VALUES, VALUES + 1, -VALUES[:4]]
    verdicts = judge(samples, [Bound(low=0.5), Bound(low=0.5), Bound(high=3.0)])
    assert [verdict.word for verdict in verdicts] == ["not settled", "holds", "holds"]
    for values, verdict in zip(samples, verdicts, strict=True):
        assert verdict.level == pytest.approx(0.05 / 3)
        assert verdict.seeds == len(values)
        assert verdict.mean == pytest.approx(values.mean())
        reach = stats.t.ppf(1 - 0.05 / 3, len(values) - 1) * stats.sem(values)
        assert (verdict.low, verdict.high) == pytest.approx((verdict.mean - reach,
                                                             verdict.mean + reach))  # fmt: skip
        assert verdict.spread == pytest.approx(values.std(ddof=1))
    assert verdicts[2].bound == Bound(high=3.0)


def test_claims_of_a_table_are_corrected_together_on_either_side():
    # p is 0.03 alone: enough for one claim, not for two, whichever side is asked
    values = np.array([0.0, 0.0, 1.0, 2.0, 2.0])
    end = next(x for x in np.linspace(0, 1, 1000)
               if stats.ttest_1samp(values, x, alternative="greater").pvalue > 0.03)  # fmt: skip
    for bound, word in ((Bound(low=end), "holds"), (Bound(high=end), "fails")):
        assert words(values, bound) == [word]
        assert words(values, bound, bound) == ["not settled"] * 2


@pytest.mark.parametrize("bound", ENDS)
@pytest.mark.parametrize(("seeds", "level"), [(4, 0.05), (12, 0.01)])
def test_the_chance_to_turn_is_that_of_a_noncentral_t(bound, seeds, level):
    critical = stats.t.ppf(1 - level, seeds - 1)
    rooms = [0.2 - bound.low] if bound.low is not None else []
    rooms += [bound.high - 0.2] if bound.high is not None else []
    chances = [stats.nct.cdf(critical, seeds - 1, room / 0.5 * seeds**0.5) for room in rooms]
    found = chance_to_turn(0.2, 0.5, bound, seeds, level)
    assert found == pytest.approx(min(1, sum(chances)), abs=1e-9)
    if level == 0.05:
        assert chance_to_turn(0.2, 0.5, bound, seeds) == found


@pytest.mark.parametrize(
    ("shift", "chance"), [(31, 0), (-31, 1), (25, stats.nct.cdf(1.5, 9, 25)), (0, None), (-25, 1)]
)
def test_far_away_nothing_or_all_is_left(shift, chance):
    chance = stats.t.cdf(1.5, 9) if chance is None else chance
    assert judging._noncentral_cdf(1.5, 9, shift) == pytest.approx(chance, abs=1e-12)
    for value, far in ((40.0, 31), (-40.0, -31)):  # the divisor still varies
        found = judging._noncentral_cdf(value, 9, far)
        assert found == pytest.approx(stats.nct.cdf(value, 9, far), abs=2e-3)


# 2,000 tables of five claims at the very bound: each is wrong with probability at most .05, and
# P(more than 150) is below 1e-6 then.
@pytest.mark.long
def test_luck_alone_lets_a_table_hold_no_more_often_than_the_level():
    rng = np.random.default_rng(1)
    lucky = 0
    for _ in range(2000):
        verdicts = judge(list(rng.standard_normal((5, 8))), [Bound(low=0.0)] * 5)
        lucky += any(verdict.word == "holds" for verdict in verdicts)
    assert lucky <= 150


# 1,000 reruns: the standard error of the share is below 16, four of it are allowed.
@pytest.mark.parametrize(("bound", "mean"), [(Bound(low=0.0), 0.7), (Bound(-1.0, 1.0), 0.2)])
def test_the_chance_to_turn_is_the_share_of_reruns_that_do_not_hold(bound, mean):
    rng = np.random.default_rng(2)
    reruns = mean + rng.standard_normal((1000, 20))
    turned = sum(judge([values], [bound])[0].word != "holds" for values in reruns)
    assert abs(turned - 1000 * chance_to_turn(mean, 1.0, bound, 20)) < 65


def test_more_seeds_turn_less_and_the_number_needed_is_enough():
    chances = [chance_to_turn(0.5, 1.0, Bound(low=0.0), n) for n in (5, 10, 20, 40, 80)]
    assert chances == sorted(chances, reverse=True)
    (verdict,) = judge([0.5 + np.random.default_rng(3).standard_normal(10)], [Bound(low=0.0)])
    needed = verdict.seeds_needed
    args = (verdict.mean, verdict.spread, verdict.bound)
    assert chance_to_turn(*args, needed, verdict.level) < 1e-3
    assert chance_to_turn(*args, needed // 2, verdict.level) > 1e-3
    (outside,) = judge([np.array([-1.0, -0.5, -2.0])], [Bound(low=0.0)])
    assert outside.seeds_needed is None


@pytest.mark.parametrize(
    ("mean", "bound", "seeds", "level", "expected"),
    [
        (31 / 2**0.5, Bound(low=0.0), 2, 0.001, 0.92234),  # as T = (31 + Z) / |Z'| by simulation
        (31 / 2**0.5, Bound(high=0.0), 2, 0.001, 1.0),
        (1e300, Bound(low=0.0), 2, 0.001, 0.0),
        (-16.5 / 2**0.5, Bound(low=0.0), 2, 0.001, 1.0),  # SciPy says NaN
        (8 / 2**0.5, Bound(low=0.0), 2, 0.999999, 0.0),  # here too
        (31 / 2**0.5, Bound(low=0.0), 2, 0.999, 0.0),
        (1.0, Bound(low=0.0), 20, 1e-300, 1.0),
    ],
)
def test_the_chance_to_turn_is_right_at_its_ends(mean, bound, seeds, level, expected):
    assert chance_to_turn(mean, 1.0, bound, seeds, level) == pytest.approx(expected, abs=1e-4)


def test_bounds_are_written_out_and_bad_ones_refused():
    assert [str(b) for b in (Bound(low=-1.0), Bound(high=2.0), Bound(-1.0, 1.0))] == [
        "above −1", "below 2", "from −1 to 1",
    ]  # fmt: skip
    for ends in ((), (1.0, 1.0), (2.0, 1.0)):
        with pytest.raises(ValueError, match="got"):
            Bound(*ends)


ABOVE = Bound(low=0.0)


@pytest.mark.parametrize(
    ("function", "good", "bad"),
    [
        (Bound, {"low": 0.0}, {name: ["0", {}, True, np.nan, np.inf, 1j, [0.0]]
                               for name in ("low", "high")}),
        (judge, {"samples": [[1.0, 2.0]], "bounds": [ABOVE]}, {
            "samples": [None, 1.0, "ab", [], [None], [[1.0]], [[[1.0, 2.0]]], [[1.0, np.nan]],
                        [["1", "2"]], [[1j, 2]], [[True, False]], [[1e308, -1e308]]],
            "bounds": [None, ABOVE, [], [ABOVE] * 2, [0.0], "a"]}),
        (chance_to_turn, {"mean": 1.0, "spread": 1.0, "bound": ABOVE, "seeds": 4}, {
            "mean": ["1", None, np.nan, np.inf, True], "spread": ["1", None, 0.0, -1.0, np.nan],
            "bound": [None, 0.0, "low"], "seeds": ["4", None, 1, 4.0, True],
            "level": ["0", None, -0.1, 0, 1, 1.1, np.nan]}),
    ],
)  # fmt: skip
def test_bad_arguments_are_refused_by_name(function, good, bad):
    function(**good)
    for name, values in bad.items():
        for value in values:
            with pytest.raises((TypeError, ValueError), match=rf"\b{name} must .*; got "):
                function(**{**good, name: value})


def refusal(function, **arguments):
    with pytest.raises((TypeError, ValueError)) as error:
        function(**arguments)
    return str(error.value)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"samples": []}, "samples must be a sequence of arrays, one a claim; got 0"),
        ({"samples": [[1.0]]}, "samples must be of two seeds or more; got [1.]"),
        ({"samples": [["a"]]},
         "samples must be real numbers of shape (seeds,); got ['a'] of type list"),
        ({"samples": [[[1.0, 2.0]]]},
         "samples must be real numbers of shape (seeds,); got shape (1, 2)"),
        ({"samples": [[1e308, -1e308]]}, "samples must be small enough for a finite result; got "
         "numbers whose products or sums overflow"),
        ({"bounds": 3}, "bounds must be a sequence of 1 Bound, one a sample; got 3"),
        ({"bounds": [ABOVE, ABOVE]}, "bounds must be a sequence of 1 Bound, one a sample; got 2"),
        ({"bounds": [3]}, "bounds must be of type Bound; got 3 of type int"),
    ],
)  # fmt: skip
def test_what_cannot_be_judged_is_named(change, says):
    assert refusal(judge, **{"samples": [[1.0, 2.0]], "bounds": [ABOVE], **change}) == says


@pytest.mark.parametrize(
    ("ends", "says"),
    [
        ({}, "Bound must have a low or a high end; got neither"),
        ({"low": 2, "high": 1}, "low must be below high; got 2.0 and 1.0"),
        ({"low": 1, "high": 1}, "low must be below high; got 1.0 and 1.0"),
        ({"low": "a"}, "low must be real numbers of shape (); got 'a' of type str"),
        ({"high": [1.0]}, "high must be real numbers of shape (); got shape (1,)"),
    ],
)
def test_a_bound_that_is_none_is_named(ends, says):
    assert refusal(Bound, **ends) == says


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"mean": "a"}, "mean must be real numbers of shape (); got 'a' of type str"),
        ({"spread": 0}, "spread must be a finite number above 0; got 0"),
        ({"bound": 3}, "bound must be of type Bound; got 3 of type int"),
        ({"seeds": 1}, "seeds must be a whole number of at least 2 and below 2**31; got 1"),
        ({"level": 2}, "level must be a probability above 0 to below 1; got 2"),
    ],
)
def test_a_chance_of_nothing_is_named(change, says):
    good = {"mean": 1.0, "spread": 1.0, "bound": ABOVE, "seeds": 2}
    chance_to_turn(**good)
    assert refusal(chance_to_turn, **{**good, **change}) == says


@pytest.mark.parametrize(
    ("chance", "text"),
    [
        (0.25, "0.2"),
        (0.003, "0.003"),
        (0.00149, "0.001"),
        (0.001, "0.001"),
        (0.00099, "below 0.001"),
        (1e-7, "below 0.001"),
        (0.0, "below 0.001"),
        (1.0, "1"),
        (0.96, "1"),
        (0.5, "0.5"),
    ],
)
def test_seeds_say_of_no_chance_below_one_in_a_thousand_how_small_it_is(chance, text):
    assert chance_text(chance) == text


def test_a_verdict_is_exact_if_0_was_claimed_and_every_seed_gave_it():
    for values, high, exact in (
        (np.zeros(3), 1e-9, True),
        (np.full(3, 1e-15), 1e-9, True),
        (np.ones(3), 1e-9, False),
        (np.zeros(3), 0.5, False),
    ):
        (verdict,) = judge([values], [Bound(high=high)])
        assert verdict.exact == exact
