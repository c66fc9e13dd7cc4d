"""Checks of what sets a picture, beside those of `_checks`: values of sliders and of boxes.

They raise and speak as the others do. A slider adds its steps up: 0.1 + 0.2 is the 0.3 that it
means. What they return is Python's own, or the place of a table.
"""

from collections.abc import Sequence
from numbers import Integral

from dropoutlab._checks import flag, real_number, whole_number

KEPT = (0.01, 1.0)  # keep probabilities, where nothing can be drawn at 0
SAME = 1e-6  # numbers that are nearer are one place
ROUNDING = 1e-7  # of a number of few decimals, also in float32
NAMED = 8  # places that a message lists one by one


def between(name: str, value: float, low: float, high: float) -> float:
    """Return a real number from `low` to `high`, without what rounding has added."""
    accepts = f"a number from {low:g} to {high:g}"
    number = _meant(real_number(name, value, accepts))
    if not low <= number <= high:
        raise ValueError(f"{name} must be {accepts}; got {number}")
    return number


def sized(name: str, value: float, least: float, most: float) -> float:
    """Return a real number of either sign whose size is from `least` to `most`."""
    accepts = f"a number from {least:g} to {most:g} in size, above or below 0"
    number = _meant(real_number(name, value, accepts))
    if not least <= abs(number) <= most:
        raise ValueError(f"{name} must be {accepts}; got {number}")
    return number


def one_of(name: str, value: float, places: Sequence[float]) -> float:
    """Return the one of some places that a number is, but for rounding."""
    accepts = f"one of {_listed(places)}"
    number = real_number(name, value, accepts)
    nearest = min(places, key=lambda at: abs(at - number))
    if abs(nearest - number) > SAME:
        raise ValueError(f"{name} must be {accepts}; got {number}")
    return nearest


def whole_one_of(name: str, value: int, places: Sequence[int]) -> int:
    """Return the one of some whole places, in ascending order, that a whole number is."""
    return one_of(name, whole_number(name, value, int(places[0]), int(places[-1])), places)


def switch(name: str, value: bool) -> bool:
    """Return whether a box is ticked: True or 1, False or 0."""
    return bool(value) if isinstance(value, Integral) and value in (0, 1) else flag(name, value)


def switches(**values: bool) -> tuple[bool, ...]:
    """Return whether each of some boxes is ticked."""
    return tuple(switch(name, value) for name, value in values.items())


def _meant(number: float) -> float:
    """The number of few decimals that one is but for rounding, or else the number."""
    few = round(number, 6) + 0.0  # no minus zero
    return few if abs(few - number) < ROUNDING else number


def _listed(places: Sequence[float]) -> str:
    shown = [f"{at:g}" for at in places]
    return ", ".join(shown if len(shown) <= NAMED else [*shown[:3], "...", shown[-1]])
