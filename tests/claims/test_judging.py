import numpy as np
import pytest
from scipy import stats

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


def test_holms_steps():
    # (p sorted) times 4, 3, 2, 1, never falling
    assert np.allclose(_holm([0.01, 0.04, 0.03, 0.005]), [0.03, 0.06, 0.06, 0.02])


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


@pytest.mark.parametrize(
    ("chance", "seeds", "text"),
    [
        (0.25, 4, "0.2"),
        (0.003, 4, "0.003"),
        (0.0004, 19, "below 0.001"),
        (0.0004, 20, "0.0004"),
        (1e-7, 32, "below 0.00001"),
        (0.0, 4, "below 0.001"),
        (1.0, 4, "1"),
    ],
)
def test_few_seeds_say_of_no_chance_how_small_it_is(chance, seeds, text):
    assert chance_text(chance, seeds) == text


def test_a_verdict_is_exact_if_0_was_claimed_and_every_seed_gave_it():
    for values, high, exact in (
        (np.zeros(3), 1e-9, True),
        (np.full(3, 1e-15), 1e-9, True),
        (np.ones(3), 1e-9, False),
        (np.zeros(3), 0.5, False),
    ):
        (verdict,) = judge([values], [Bound(high=high)])
        assert verdict.exact == exact
