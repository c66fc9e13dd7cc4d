"""What an experiment found: values by seed, summarised, and subtracted pair by pair."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from numbers import Real

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from dropoutlab._checks import (
    NO_NUMBERS,
    FloatArray,
    as_array,
    finite_result,
    instance,
    real_number,
    refuse_hidden,
    seed_numbers,
)
from dropoutlab._names import did_you_mean, public_dir

__dir__ = public_dir(__name__)

CONFIDENCE = 0.95
Settings = Mapping[str, float | str]


@dataclass(frozen=True)
class Summary:
    """The mean over seeds and the ends of its 95 % confidence interval (Student's t)."""

    mean: float
    low: float
    high: float

    @property
    def half_width(self) -> float:
        """Half the width of the confidence interval."""
        return (self.high - self.low) / 2


@dataclass(frozen=True, eq=False)
class Sample:
    """One measure in one arm of an experiment: a value for each seed.

    arm: what was done, "dropout", say. measure: what was measured. seeds: no two the same; the same
    seed in two samples means the same split of the data. values: shape (seeds,). settings: by name,
    what else was set, {"keep_prob": 0.5}, say.

    `a - b` are the differences seed by seed, with the settings in which the two do not differ;
    `a - 1.0` and `2 * a` change every value.
    """

    arm: str
    measure: str
    seeds: Sequence[int]
    values: ArrayLike
    settings: Settings = field(default_factory=dict)
    __array_ufunc__ = None  # NumPy's numbers leave 2 * a to this class

    def __post_init__(self) -> None:
        instance("arm", self.arm, str)
        instance("measure", self.measure, str)
        check_settings(self.settings)
        seeds = seed_numbers(self.seeds)
        accepts = f"values must be real numbers, one for each of {len(seeds)} seeds"
        refuse_hidden(accepts, self.values)
        values = as_array(accepts, self.values)
        if values.dtype.kind not in "iuf" or values.shape != (len(seeds),):
            raise ValueError(f"{accepts}; got {values.dtype} of shape {values.shape}")
        object.__setattr__(self, "seeds", seeds)
        object.__setattr__(self, "settings", dict(self.settings))
        with np.errstate(over="ignore"):  # what is infinite may stand here, but has no mean
            object.__setattr__(self, "values", values.astype(float))

    def __str__(self) -> str:
        settings = [f"{name} {value}" for name, value in self.settings.items()]
        return f"{self.measure!r} of {', '.join([repr(self.arm), *settings])}"

    @finite_result("values")
    def summary(self) -> Summary:
        """Return the mean over the seeds with its confidence interval.

        Raises:
            ValueError: there are fewer than two seeds, or a value is not finite.
        """
        if len(self.seeds) < 2:
            raise ValueError(
                "seeds must be two or more for an interval, such as range(2); "
                f"{self} got {self.seeds}"
            )
        lost = [s for s, v in zip(self.seeds, self.values, strict=True) if not np.isfinite(v)]
        if lost:
            raise ValueError(f"values must be finite for a mean; {self} got others at seeds {lost}")
        mean = float(self.values.mean())
        reach = stats.t.ppf((1 + CONFIDENCE) / 2, len(self.seeds) - 1) * stats.sem(self.values)
        return Summary(mean, float(mean - reach), float(mean + reach))

    def __sub__(self, other: "Sample | float") -> "Sample":
        if _is_number(other):
            other = real_number("other", other, "a sample or a number that float64 holds")
            return replace(self, values=self.values - other)
        if not isinstance(other, Sample):
            return NotImplemented
        theirs = self.paired_values(other, "subtract")
        both = {**other.settings, **self.settings}
        return Sample(
            _joined(self.arm, other.arm),
            _joined(self.measure, other.measure),
            self.seeds,
            self.values - theirs,
            {
                name: both[name]
                for name in both
                if other.settings.get(name, both[name]) == both[name]
            },
        )

    def paired_values(self, other: "Sample", purpose: str) -> FloatArray:
        """Return the values of another sample in the order of the seeds of this one.

        Args:
            other: of the same seeds, in any order.
            purpose: a verb for the message, what the pairs are for.

        Raises:
            ValueError: the seeds are not the same.
        """
        if set(self.seeds) != set(other.seeds):
            raise ValueError(
                f"seeds must be the same to {purpose} pair by pair; "
                f"{self} got {self.seeds}, {other} {other.seeds}"
            )
        theirs = dict(zip(other.seeds, other.values, strict=True))
        return np.array([theirs[seed] for seed in self.seeds])

    def __mul__(self, factor: float) -> "Sample":
        if not _is_number(factor):
            return NotImplemented
        factor = real_number("factor", factor, "a number that float64 holds")
        return replace(self, values=self.values * factor)

    __rmul__ = __mul__


def samples_of(
    arm: str, settings: Settings, seeds: Sequence[int], found: Mapping[str, ArrayLike]
) -> list[Sample]:
    """Return a sample for each measure of an arm.

    Args:
        arm: what was done.
        settings: by name, what else was set.
        seeds: no two the same.
        found: by measure, shape (seeds,).
    """
    if not instance("found", found, Mapping):
        raise ValueError("found must hold one or more measures; got none")
    return [Sample(arm, measure, seeds, values, settings) for measure, values in found.items()]


def pick_all(
    samples: Sequence[Sample],
    arm: str | None = None,
    measure: str | None = None,
    **settings: float | str | None,
) -> list[Sample]:
    """Return the samples of an arm, a measure and settings, all that there are where not told.

    A setting of None picks the samples that do not have it.

    Raises:
        ValueError: there is no such arm, measure or setting; the message says which there are.
    """
    found = [
        instance("samples", sample, Sample) for sample in instance("samples", samples, Sequence)
    ]
    if not found:
        raise ValueError("samples must be one or more; got none")
    names = {name for sample in found for name in sample.settings}
    for name in settings:
        _among("settings", name, names)
    check_settings({name: value for name, value in settings.items() if value is not None})
    told = {
        name: instance(name, word, str)
        for name, word in (("arm", arm), ("measure", measure))
        if word is not None
    }
    for name, wanted in {**told, **settings}.items():
        _among(name, wanted, {_label(sample, name) for sample in found})
        found = [sample for sample in found if _label(sample, name) == wanted]
    return found


def pick(
    samples: Sequence[Sample],
    arm: str | None = None,
    measure: str | None = None,
    **settings: float | str | None,
) -> Sample:
    """Return the one sample of an arm, a measure and settings.

    Raises:
        ValueError: there is none, or more than one.
    """
    first, *others = pick_all(samples, arm, measure, **settings)
    if others:
        raise ValueError(
            f"arm, measure and settings must pick one sample; got {1 + len(others)}: "
            f"{first}, {others[0]}{', ...' if others[1:] else ''}"
        )
    return first


def check_settings(settings: Settings) -> None:
    """Raise if `settings` are not numbers and words by name."""
    for name, value in instance("settings", settings, Mapping).items():
        if not isinstance(name, str) or name in ("arm", "measure"):
            raise ValueError(f"settings must have names other than arm and measure; got {name!r}")
        if not isinstance(value, str) and not _is_number(value):
            raise TypeError(f"settings must be numbers or words; got {value!r} for {name}")


def _is_number(value: object) -> bool:
    return isinstance(value, Real) and not isinstance(value, NO_NUMBERS)


def _joined(one: str, other: str) -> str:
    return one if one == other else f"{one} − {other}"


def _label(sample: Sample, name: str) -> float | str | None:
    if name in ("arm", "measure"):
        return getattr(sample, name)
    return sample.settings.get(name)


def _among(name: str, wanted: object, known: set) -> None:
    """Raise, with the nearest of the known values, if `wanted` is not one of them."""
    if wanted not in known:
        listed = ", ".join(sorted(map(repr, known)))
        hint = did_you_mean(wanted, known)
        raise ValueError(f"{name} must be one of {listed}; got {wanted!r}{hint}")
