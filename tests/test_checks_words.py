"""What each check says, word for word, what it takes at its limits, and what it returns."""

from dataclasses import dataclass

import numpy as np
import pytest

from dropoutlab import _checks as checks
from tests.refusals import assert_refused

RNG = np.random.default_rng(0)
MASKED = np.ma.masked_array([1.0], mask=True)
LONG = list(range(30))
MOST = 2**31 - 1
ONE_OF = "w must be one of left, right"
REALS = "x must be real numbers of shape () or (n,)"
COUNT = "n must be a whole number of at least 1 and below 2**31"
NO_SEEDS = "seeds must be a sequence of {} or more values, no two the same, such as range({})"


def array(value, *shapes, **settings):
    return checks.real_array("x", value, shapes or ["()", "(n,)"], **settings)


def count(value, *limits):
    return checks.whole_number("n", value, *limits or (1,))


@dataclass
class Pair:
    left: object
    right: object


def pair(left, right):
    """Checked anew each time."""
    return checks.finite_result("left", "right")(lambda: Pair(left, [right, (0.0,)]))()


def unsolvable():
    def solve():
        raise np.linalg.LinAlgError

    checks.finite_result("x")(solve)()


# a call, whether the kind is wrong or the value, and the message
REFUSED = [
    (lambda: array("one"), TypeError, f"{REALS}; got 'one' of type str"),
    (lambda: array(np.array(["a"])), TypeError,
     f"{REALS}; got array(['a'], dtype='<U1') of type array of <U1"),
    (lambda: array(True), TypeError, f"{REALS}; got True of type bool"),
    (lambda: array([[1.0]]), ValueError, f"{REALS}; got shape (1, 1)"),
    (lambda: array(1.0, "(n,)"), ValueError, "x must be real numbers of shape (n,); got shape ()"),
    (lambda: array(1.0, "(R, n, 2)"), ValueError,
     "x must be real numbers of shape (R, n, 2); got shape ()"),
    (lambda: array([]), ValueError, f"{REALS}, not empty; got shape (0,)"),
    (lambda: array([np.inf]), ValueError,
     f"{REALS}, all finite in float64, at most 1.8e+308; got [inf]"),
    (lambda: array([1.0, 1e39], dtype=np.float32), ValueError,
     f"{REALS}, all finite in float32, at most 3.4e+38; got [1.0, 1e+39]"),
    (lambda: array(MASKED), TypeError,
     f"{REALS}; got a masked array, whose masked entries have no value"),
    (lambda: checks.refuse_hidden("It is", (1.0, MASKED)), TypeError,
     "It is; got a masked array, whose masked entries have no value"),
    (lambda: checks.refuse_hidden("It is", [MASKED, 1.0]), TypeError,
     "It is; got a masked array, whose masked entries have no value"),
    (lambda: array(bytearray(b"ab")), TypeError, f"{REALS}; got raw bytes"),
    (lambda: checks.parameter_array("w", None), TypeError,
     "w must be real numbers of shape (...); got None of type NoneType"),
    (lambda: checks.parameter_array("w", np.float16([1])), TypeError,
     "w must be float32 or float64, or whole numbers, which become float64; got float16"),
    (lambda: checks.probability_array("p", [[0.5]], 1), ValueError,
     "p must be real numbers of shape () or (n,); got shape (1, 1)"),
    (lambda: checks.probability_array("p", [0.5, 0.5], 3), ValueError,
     "p must be a scalar or have shape (3,), one value a unit; got shape (2,)"),
    (lambda: checks.probability_array("p", [0.5, -1e-9], 2), ValueError,
     "p must be probabilities from 0 to 1; got [0.5, -1e-09]"),
    (lambda: checks.probability_array("p", [0.5, 1.5], 2), ValueError,
     "p must be probabilities from 0 to 1; got [0.5, 1.5]"),
    (lambda: checks.mask_array("z", "one"), TypeError,
     "z must be real numbers of shape (...); got 'one' of type str"),
    (lambda: checks.mask_array("z", 1.0), ValueError, "z must have shape (..., n); got a scalar"),
    (lambda: checks.mask_array("z", [0, 2]), ValueError,
     "z must hold only 0 (dropped) and 1 (kept); got [0, 2]"),
    (lambda: count("3"), TypeError, f"{COUNT}; got '3' of type str"),
    (lambda: count(True), TypeError, f"{COUNT}; got True of type bool"),
    (lambda: count(np.timedelta64(3)), TypeError,
     f"{COUNT}; got np.timedelta64(3) of type timedelta64"),
    (lambda: count(np.array(1.0)), TypeError, f"{COUNT}; got array(1.) of type ndarray"),
    (lambda: count(0), ValueError, f"{COUNT}; got 0"),
    (lambda: count(MOST + 1), ValueError, f"{COUNT}; got 2147483648"),
    (lambda: count(10**5000), ValueError, f"{COUNT}; got a int too long to show"),
    (lambda: count(1, 2, None), ValueError, "n must be a whole number of at least 2; got 1"),
    (lambda: count(8, 2, 7), ValueError, "n must be a whole number from 2 to 7; got 8"),
    (lambda: count(1, 2, 7), ValueError, "n must be a whole number from 2 to 7; got 1"),
    (lambda: checks.whole_numbers("n", 3, 1), TypeError,
     "n must be a sequence of whole numbers; got 3"),
    (lambda: checks.whole_numbers("n", [2, 0], 1), ValueError, f"{COUNT}; got 0"),
    (lambda: checks.real_number("r", "1", "a share"), TypeError,
     "r must be a share; got '1' of str"),
    (lambda: checks.real_number("r", np.True_, "a share"), TypeError,
     "r must be a share; got np.True_ of bool"),
    (lambda: checks.real_number("r", np.nan, "a share"), ValueError, "r must be a share; got nan"),
    (lambda: checks.real_number("r", 10**400, "a share"), ValueError,
     f"r must be a share; got 1{56 * '0'}..."),
    (lambda: checks.positive_number("r", "1"), TypeError,
     "r must be a finite number above 0; got '1' of str"),
    (lambda: checks.positive_number("r", 0), ValueError,
     "r must be a finite number above 0; got 0"),
    (lambda: checks.flag("f", 1), TypeError, "f must be True or False; got 1"),
    (lambda: checks.choice("w", 3, ["left", "right"]), TypeError, f"{ONE_OF}; got 3"),
    (lambda: checks.choice("w", "up", ["left", "right"]), ValueError, f"{ONE_OF}; got 'up'"),
    (lambda: checks.choice("w", "lift", ("left", "right")), ValueError,
     f"{ONE_OF}; got 'lift'; did you mean 'left'?"),
    (lambda: checks.items("i", "ab", "things"), TypeError,
     "i must be a sequence of things; got 'ab'"),
    (lambda: checks.items("i", [], "things"), ValueError, "i must be a sequence of things; got 0"),
    (lambda: checks.items("i", (1,), "things", 2), ValueError,
     "i must be a sequence of 2 things; got 1"),
    (lambda: checks.items("i", (1,), "things", 0), ValueError,
     "i must be a sequence of 0 things; got 1"),
    (lambda: checks.generators("rng", [RNG, 1]), TypeError,
     "rng must be a numpy.random.Generator, for example numpy.random.default_rng(0); "
     "got 1 of type int"),
    (lambda: checks.generators("rng", 1), TypeError,
     "rng must be a numpy.random.Generator, for example numpy.random.default_rng(0); "
     "got 1 of type int"),
    (lambda: checks.generators("rng", []), ValueError,
     "rng must be a sequence of numpy.random.Generator; got 0"),
    (lambda: checks.generators("rng", [np.random.default_rng(0) for _ in range(3)]), ValueError,
     "rng must be generators with streams of their own, for example "
     "numpy.random.default_rng(0).spawn(3); got the same stream twice"),
    (lambda: pair(1.0, np.inf), ValueError,
     "left and right must be small enough for a finite result; "
     "got numbers whose products or sums overflow"),
    (lambda: pair([1.0, (np.nan,)], 1.0), ValueError,
     "left and right must be small enough for a finite result; "
     "got numbers whose products or sums overflow"),
    (unsolvable, ValueError,
     "x must be small enough for a finite result; got numbers whose products or sums overflow"),
    (lambda: checks.instance("d", [], dict), TypeError,
     "d must be of type dict; got [] of type list"),
    (lambda: checks.several("s", 3, count), TypeError,
     "s must be a sequence of 1 or more values, no two the same; got 3 of type int"),
    (lambda: checks.several("s", [], count), ValueError,
     "s must be a sequence of 1 or more values, no two the same; got []"),
    (lambda: checks.several("s", [2, 2], checks.whole_number, 1), ValueError,
     "s must be a sequence of 1 or more values, no two the same; got [2, 2]"),
    (lambda: checks.several("s", [2, 3], checks.whole_number, 1, least=3, such_as=", so"),
     ValueError, "s must be a sequence of 3 or more values, no two the same, so; got [2, 3]"),
    (lambda: checks.several("s", [3, 0], checks.whole_number, 1), ValueError,
     "s must be a whole number of at least 1 and below 2**31; got 0"),
    (lambda: checks.seed_numbers([]), ValueError, f"{NO_SEEDS.format(1, 2)}; got []"),
    (lambda: checks.seed_numbers([5], 3), ValueError, f"{NO_SEEDS.format(3, 3)}; got [5]"),
    (lambda: checks.seed_numbers([-1]), ValueError,
     "seeds must be a whole number of at least 0; got -1"),
]  # fmt: skip


@pytest.mark.parametrize(("call", "kind", "message"), REFUSED)
def test_a_refusal_says_what_is_taken_and_what_it_got(call, kind, message):
    assert_refused(call, kind, message)


@pytest.mark.parametrize("above_zero", [False, True])
@pytest.mark.parametrize("below_one", [False, True])
def test_a_probability_has_the_ends_that_are_asked_for(above_zero, below_one):
    start, end = "above 0" if above_zero else "from 0", "below 1" if below_one else "1"
    accepts = f"p must be a probability {start} to {end}; got "
    bad = [-1e-9, 1 + 1e-9, *[0.0] * above_zero, *[1.0] * below_one]
    for value in (-1e-9, 0.0, 1e-9, 0.5, 1 - 1e-9, 1.0, 1 + 1e-9):
        if value in bad:
            with pytest.raises(ValueError) as refusal:
                checks.probability("p", value, above_zero, below_one)
            assert str(refusal.value) == f"{accepts}{value!r}"
        else:
            assert checks.probability("p", value, above_zero, below_one) == value
    with pytest.raises(TypeError) as refusal:
        checks.probability("p", "x", above_zero, below_one)
    assert str(refusal.value) == f"{accepts}'x' of str"


def test_a_probability_includes_both_ends_if_nothing_is_asked():
    assert [checks.probability("p", end) for end in (0, 1)] == [0.0, 1.0]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a" * 58, repr("a" * 58)),
        ("a" * 59, f"'{'a' * 56}..."),
        (np.eye(2), "array([[1., 0.], [0., 1.]])"),
        (LONG, f"{repr(LONG)[:57]}..."),
    ],
)
def test_what_was_got_is_shown_in_sixty_characters_on_one_line(value, text):
    assert checks._short(value) == text
    assert len(text) <= 60 and "\n" not in text


def test_a_ragged_sequence_is_called_so():
    with pytest.raises(ValueError) as refusal:
        array([[1.0], [1.0, 2.0]])
    assert str(refusal.value).startswith(f"{REALS}; got a ragged sequence: setting an array")
    assert isinstance(refusal.value.__cause__, ValueError)


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        (lambda: array([1, 2]), np.array([1.0, 2.0])),
        (lambda: array(3), np.array(3.0)),
        (lambda: array([[1]], "(batch, n)", "(...)"), np.array([[1.0]])),
        (lambda: array([[[1]]], "(...)"), np.array([[[1.0]]])),
        (lambda: array([True], kinds="b"), np.array([1.0])),
        (lambda: array([0.5], dtype=np.float32), np.array([0.5], np.float32)),
        (lambda: checks.parameter_array("w", [[1, 2]]), np.array([[1.0, 2.0]])),
        (lambda: checks.parameter_array("w", np.uint8([1])), np.array([1.0])),
        (lambda: checks.parameter_array("w", np.float32(1)), np.array(1, np.float32)),
        (lambda: checks.probability_array("p", [0, 1], 2), np.array([0.0, 1.0])),
        (lambda: checks.probability_array("p", 0.5, 3), np.array([0.5] * 3)),
        (lambda: checks.mask_array("z", [[True, False]]), np.array([[1.0, 0.0]])),
        (lambda: checks.mask_array("z", np.int8([0, 1, 1])), np.array([0.0, 1.0, 1.0])),
    ],
)
def test_arrays_come_back_as_numbers_of_their_dtype(call, expected):
    np.testing.assert_array_equal(call(), expected, strict=True)


def test_parameters_are_copied_and_keep_their_dtype():
    given = np.ones((2, 3), np.float32)
    kept = checks.parameter_array("w", given)
    given[0] = 7
    assert kept.dtype == np.float32 and (kept == 1).all()


SOURCES = RNG.spawn(2)


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        (lambda: count(np.int8(1)), 1),
        (lambda: count(np.array(7), 1, 7), 7),
        (lambda: count(MOST), MOST),
        (lambda: count(0, 0, 0), 0),
        (lambda: count(10**30, 1, None), 10**30),
        (lambda: checks.whole_numbers("n", (np.uint8(1), 2), 1), [1, 2]),
        (lambda: checks.real_number("r", np.array(2), "a number"), 2.0),
        (lambda: checks.real_number("r", np.float32(0.5), "a number"), 0.5),
        (lambda: checks.positive_number("r", 1), 1.0),
        (lambda: checks.positive_number("r", 5e-324), 5e-324),
        (lambda: checks.flag("f", np.False_), False),
        (lambda: checks.flag("f", True), True),
        (lambda: checks.choice("w", "left", ["left", "right"]), "left"),
        (lambda: checks.items("i", (1, 2), "things"), [1, 2]),
        (lambda: checks.items("i", range(2), "things", 2), [0, 1]),
        (lambda: checks.items("i", [], "things", 0), []),
        (lambda: checks.items("i", np.arange(2), "things"), [0, 1]),
        (lambda: checks.generators("rng", SOURCES), (True, SOURCES)),
        (lambda: checks.generators("rng", SOURCES[:1]), (True, SOURCES[:1])),
        (lambda: checks.generators("rng", SOURCES[0]), (False, SOURCES[:1])),
        (lambda: checks.generator("rng", SOURCES[0]), SOURCES[0]),
        (lambda: pair(1.0, np.zeros(2)).left, 1.0),
        (lambda: checks.instance("d", True, int), True),
        (lambda: checks.several("s", [3, 1], checks.whole_number, 1), (3, 1)),
        (lambda: checks.several("s", [3, 1], checks.whole_number, 1, least=2), (3, 1)),
        (lambda: checks.seed_numbers([4, 0]), (4, 0)),
        (lambda: checks.seed_numbers(range(2, 4), 2), (2, 3)),
        (lambda: checks.seed_numbers([2**40]), (2**40,)),
        (lambda: [checks.is_sequence(v) for v in ([], (), range(2), np.ones(1))], [True] * 4),
        (lambda: [checks.is_sequence(v) for v in ("a", b"a", bytearray(b"a"), np.ones(()), {1}, 2)],
         [False] * 6),
    ],
)  # fmt: skip
def test_values_come_back_as_those_of_python(call, expected):
    found = call()
    assert found == expected
    assert type(found) is type(expected)


def test_a_function_that_is_checked_keeps_its_name_and_arguments():
    def scaled(x, by=2.0):
        """Scale x."""
        return x * by

    checked = checks.finite_result("x")(scaled)
    assert (checked.__name__, checked.__doc__) == ("scaled", "Scale x.")
    assert (checked(1.0), checked(1.0, by=3.0)) == (2.0, 3.0)


def test_overflow_on_the_way_to_a_finite_result_is_no_warning():
    large = np.array([1e308])
    assert checks.finite_result("x")(lambda: 1 / (large * 10))() == 0
    assert checks.finite_result("x")(lambda: np.fmax(large * 10 - large * 10, 1))() == 1


def test_a_refusal_is_told_from_other_errors():
    def error_of(call):
        with pytest.raises((TypeError, ValueError)) as caught:
            call()
        return caught.value

    assert checks.is_refusal(error_of(lambda: count(0)))
    assert not checks.is_refusal(error_of(lambda: int("one")))
    assert not checks.is_refusal(error_of(lambda: checks.several("s", [1], lambda *_: int("one"))))
