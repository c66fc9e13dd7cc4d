"""What an experiment found: one record a number, means with confidence intervals, paired gains."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy import stats

from dropoutlab._checks import FloatArray

CONFIDENCE = 0.95


@dataclass(frozen=True)
class Record:
    """One number: what was measured, in which arm, at which value of what is swept, on which seed.

    arm: what was done, "dropout", say. setting: the value that is swept, None if nothing is.
    measure: what was measured. seed: the same in two arms means the same split of the data.
    """

    arm: str
    setting: float | None
    measure: str
    seed: int
    value: float


@dataclass(frozen=True)
class Summary:
    """The mean over seeds with its 95 % confidence interval (Student's t), and the seeds' spread.

    values: one a seed, in order of the seeds.
    """

    arm: str
    setting: float | None
    measure: str
    mean: float
    low: float
    high: float
    values: FloatArray

    @property
    def half_width(self) -> float:
        """Half the width of the confidence interval."""
        return (self.high - self.low) / 2

    def negated(self) -> "Summary":
        """Return the summary of the values with the other sign: a rise instead of a fall."""
        return replace(self, mean=-self.mean, low=-self.high, high=-self.low, values=-self.values)


def summarize(records: Iterable[Record]) -> list[Summary]:
    """Return one summary for each arm, setting and measure, in order of appearance.

    Raises:
        ValueError: there are no records, or fewer than two seeds of something.
    """
    groups = _grouped(records)
    return [_summary(*key, [r.value for r in group]) for key, group in groups.items()]


def gain(records: Sequence[Record], measure: str, arm: str, over: str) -> list[Summary]:
    """Return by how much `measure` falls from arm `over` to `arm`, seed by seed, at each setting.

    Positive means that `arm` has less of it: a gain, if the measure is an error. Where `over` has
    one setting only, it is compared with every setting of `arm`.

    Raises:
        ValueError: an arm or measure is not there, or the seeds of the two differ.
    """
    groups = _grouped(records)
    mine = {k[1]: g for k, g in groups.items() if (k[0], k[2]) == (arm, measure)}
    base = {k[1]: g for k, g in groups.items() if (k[0], k[2]) == (over, measure)}
    if not mine or not base:
        known = sorted({(k[0], k[2]) for k in groups})
        raise ValueError(
            f"arm, over and measure must be among {known}; got {arm!r}, {over!r}, {measure!r}"
        )
    found = []
    for setting, group in mine.items():
        other = next(iter(base.values())) if len(base) == 1 else base.get(setting, [])
        if [r.seed for r in group] != [r.seed for r in other]:
            raise ValueError(
                f"arms must have the same seeds to be paired; they differ at {setting}"
            )
        differences = [b.value - a.value for a, b in zip(group, other, strict=True)]
        found.append(_summary(f"{over} − {arm}", setting, measure, differences))
    return found


def find(
    summaries: Iterable[Summary], *, arm: str, measure: str, setting: float | None = None
) -> list[Summary]:
    """Return the summaries of an arm and measure, at all settings or at one."""
    found = [s for s in summaries if (s.arm, s.measure) == (arm, measure)]
    return found if setting is None else [s for s in found if s.setting == setting]


def _grouped(records: Iterable[Record]) -> dict[tuple[str, float | None, str], list[Record]]:
    groups: dict[tuple[str, float | None, str], list[Record]] = {}
    for record in records:
        groups.setdefault((record.arm, record.setting, record.measure), []).append(record)
    if not groups:
        raise ValueError("records must be one or more; got none")
    return {key: sorted(group, key=lambda r: r.seed) for key, group in groups.items()}


def _summary(arm: str, setting: float | None, measure: str, values: Sequence[float]) -> Summary:
    array = np.asarray(values, float)
    if array.size < 2:
        raise ValueError(f"records must have two seeds or more of each; got one of {arm!r}")
    mean = float(array.mean())
    reach = stats.t.ppf((1 + CONFIDENCE) / 2, array.size - 1) * stats.sem(array)
    return Summary(arm, setting, measure, mean, mean - reach, mean + reach, array)
