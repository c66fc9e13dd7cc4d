"""What seeds say of a claim: it holds, it fails, or it is not settled.

A claim says where the mean of a quantity lies, one number a seed: above a bound, below one, or
between two. Student's t asks each side (two one-sided tests for "between"). Claims of one table are
corrected together by Holm's method (Scandinavian Journal of Statistics 6, 1979), so that the chance
that any of them holds by luck alone is below `LEVEL`.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import special

from dropoutlab._checks import (
    FloatArray,
    finite_result,
    instance,
    items,
    positive_number,
    probability,
    real_array,
    whole_number,
)
from dropoutlab._names import public_dir
from dropoutlab._words import minus

__dir__ = public_dir(__name__)

LEVEL = 0.05
MAX_SEEDS = 10_000  # more than anybody would run
ONE_IN_THOUSAND = 1e-3
ROUNDING = 1e-9  # what is nearer to 0 than that is 0


@dataclass(frozen=True)
class Bound:
    """Where a mean is said to lie: above `low` and below `high`, one of them None, or both."""

    low: float | None = None
    high: float | None = None

    def __post_init__(self) -> None:
        if self.low is None and self.high is None:
            raise ValueError("Bound must have a low or a high end; got neither")
        for name in ("low", "high"):
            end = getattr(self, name)
            if end is not None:
                object.__setattr__(self, name, float(real_array(name, end, ["()"])))
        if self.low is not None and self.high is not None and self.low >= self.high:
            raise ValueError(f"low must be below high; got {self.low} and {self.high}")

    def rooms(self, mean: float) -> list[float]:
        """Return how far a mean is inside of each end; negative where it is outside."""
        ends = []
        if self.low is not None:
            ends.append(mean - self.low)
        if self.high is not None:
            ends.append(self.high - mean)
        return ends

    def __str__(self) -> str:
        if self.high is None:
            return minus(f"above {self.low:g}")
        if self.low is None:
            return minus(f"below {self.high:g}")
        return minus(f"from {self.low:g} to {self.high:g}")


LESS, MORE = Bound(high=0.0), Bound(low=0.0)


@dataclass(frozen=True)
class Verdict:
    """What seeds say of one claim.

    word: "holds", "fails" or "not settled". mean, low, high: of the quantity, with the interval
    that the correction asks for. spread: standard deviation over the seeds.
    """

    word: str
    bound: Bound
    seeds: int
    mean: float
    low: float
    high: float
    spread: float
    level: float

    @property
    def exact(self) -> bool:
        """Whether 0 up to rounding was claimed and every seed gave it: that is of theorems only."""
        high = self.bound.high
        claimed = high is not None and 0 < high <= ROUNDING
        return claimed and max(abs(self.low), abs(self.high)) < ROUNDING

    @cached_property
    def turns(self) -> float:
        """The chance that as many other seeds would not say "holds", as these seeds tell it."""
        return chance_to_turn(self.mean, self.spread, self.bound, self.seeds, self.level)

    @cached_property
    def seeds_needed(self) -> int | None:
        """Seeds that would say "holds" all but once in 1,000 times; None if no number would."""
        numbers = np.unique(np.geomspace(2, MAX_SEEDS, 120).astype(int)).tolist()
        if min(self.bound.rooms(self.mean)) <= 0:
            return None
        place = bisect_left(
            numbers,
            True,
            key=lambda n: (
                chance_to_turn(self.mean, self.spread, self.bound, n, self.level) < ONE_IN_THOUSAND
            ),
        )
        return numbers[place] if place < len(numbers) else None


def judge(samples: Sequence[FloatArray], bounds: Sequence[Bound]) -> list[Verdict]:
    """Judge the claims of one table together.

    Args:
        samples: one array for each claim, one number a seed, two or more.
        bounds: where each mean is said to lie.
    """
    arrays = [_sample(values) for values in items("samples", samples, "arrays, one a claim")]
    bounds = items("bounds", bounds, "Bound, one a sample", len(arrays))
    for bound in bounds:
        instance("bounds", bound, Bound)
    inside = _holm([_p_inside(v, b) for v, b in zip(arrays, bounds, strict=True)])
    outside = _holm([_p_outside(v, b) for v, b in zip(arrays, bounds, strict=True)])
    level = LEVEL / len(arrays)  # the strictest of Holm's steps
    found = []
    for values, bound, holds, fails in zip(arrays, bounds, inside, outside, strict=True):
        word = "holds" if holds < LEVEL else "fails" if fails < LEVEL else "not settled"
        found.append(_verdict(word, values, bound, level))
    return found


def _sample(values: FloatArray) -> FloatArray:
    values = real_array("samples", values, ["(seeds,)"])
    if len(values) < 2:
        raise ValueError(f"samples must be of two seeds or more; got {values}")
    return values


def _p_values(values: FloatArray, rooms: Sequence[float]) -> list[float]:
    """For each end, the probability of so much room or more if the mean were at that end."""
    error = _standard_error(values)
    return [float(special.stdtr(len(values) - 1, -room / error)) for room in rooms]


def _p_inside(values: FloatArray, bound: Bound) -> float:
    return max(_p_values(values, bound.rooms(values.mean())))


def _p_outside(values: FloatArray, bound: Bound) -> float:
    rooms = bound.rooms(values.mean())
    return min(1.0, len(rooms) * min(_p_values(values, [-room for room in rooms])))


@finite_result("samples")
def _standard_error(values: FloatArray) -> float:
    # seeds that all agree still leave a little doubt
    least = 1e-12 * max(1.0, float(np.abs(values).max()))
    return max(float(values.std(ddof=1)) / len(values) ** 0.5, least)


def _holm(p_values: Sequence[float]) -> FloatArray:
    """Holm's adjusted p-values."""
    p = np.asarray(p_values, float)
    order = np.argsort(p)
    steps = p[order] * np.arange(len(p), 0, -1)
    adjusted = np.empty(len(p))
    adjusted[order] = np.minimum(1, np.maximum.accumulate(steps))
    return adjusted


def _verdict(word: str, values: FloatArray, bound: Bound, level: float) -> Verdict:
    count, mean, error = len(values), float(values.mean()), _standard_error(values)
    reach = error * float(special.stdtrit(count - 1, 1 - level))
    spread = error * float(np.sqrt(count))
    return Verdict(word, bound, count, mean, mean - reach, mean + reach, spread, level)


def chance_to_turn(
    mean: float, spread: float, bound: Bound, seeds: int, level: float = LEVEL
) -> float:
    """Return the probability that so many fresh seeds do not let a claim hold.

    By the noncentral t distribution of the test at `level`, if the quantity is normal with this
    mean and this standard deviation over seeds. For two ends the two chances are added.

    Args:
        mean: of the quantity.
        spread: its standard deviation, above 0.
        bound: where the mean is said to lie.
        seeds: how many, at least 2.
        level: of the test, above 0 and below 1.

    Raises:
        TypeError, ValueError: an argument is of the wrong kind or out of its range.
    """
    mean, spread = float(real_array("mean", mean, ["()"])), positive_number("spread", spread)
    seeds = whole_number("seeds", seeds, 2)
    level = probability("level", level, above_zero=True, below_one=True)
    instance("bound", bound, Bound)
    critical = special.stdtrit(seeds - 1, 1 - level)
    shifts = [room / spread * np.sqrt(seeds) for room in bound.rooms(mean)]
    return min(1.0, sum(float(_noncentral_cdf(critical, seeds - 1, shift)) for shift in shifts))


def _noncentral_cdf(value: float, freedom: int, shift: float) -> float:
    if shift < -30:
        return 1.0 - _noncentral_cdf(-value, freedom, -shift)
    if shift > 30:  # the normal part of t is as good as its mean; what varies is the divisor
        ratio = float(shift) / float(value) if value > 0 else np.inf
        return float(special.chdtrc(freedom, freedom * ratio * ratio))
    found = float(special.nctdtr(freedom, shift, value))
    if np.isnan(found):  # what SciPy makes of a probability that is 0 or 1 but for rounding
        return float(shift < 0)
    return found


def chance_text(chance: float) -> str:
    """Write a small probability: how far it is below one in a thousand, seeds cannot tell.

    It leans on the tails of the normal distribution, which some dozens of seeds do not show.

    Args:
        chance: from 0 to 1.
    """
    if chance < ONE_IN_THOUSAND:
        return "below 0.001"
    return f"{float(f'{chance:.1g}'):.3f}".rstrip("0").rstrip(".")
