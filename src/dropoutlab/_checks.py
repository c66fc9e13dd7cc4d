"""The error contract: what a public function does with input it cannot use.

Every check raises `TypeError` (wrong kind of thing) or `ValueError` (right kind, wrong value) with
a message that names the argument, says what it got and what it accepts.
"""

from collections.abc import Callable, Sequence
from numbers import Integral, Real
from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]
T = TypeVar("T")


def real_array(name: str, value: ArrayLike, shapes: Sequence[str]) -> FloatArray:
    """Return `value` as a finite, non-empty float64 array with one of the named `shapes`.

    A shape is written as in a docstring: `"()"`, `"(n,)"`, `"(batch, n)"`; only its number of
    axes is checked here. `"(...)"` stands for any number of axes.
    """
    accepts = f"{name} must be real numbers of shape {' or '.join(shapes)}"
    try:
        array = np.asarray(value)
    except ValueError as error:  # ragged nested lists
        raise ValueError(f"{accepts}; got a ragged sequence: {error}") from error
    if array.dtype.kind not in "iuf":
        raise TypeError(f"{accepts}; got {_short(value)} of type {_kind(value, array)}")
    if "(...)" not in shapes and array.ndim not in {_axes(shape) for shape in shapes}:
        raise ValueError(f"{accepts}; got shape {array.shape}")
    if array.size == 0:
        raise ValueError(f"{accepts}, not empty; got shape {array.shape}")
    array = array.astype(np.float64)
    if not np.isfinite(array).all():
        raise ValueError(f"{accepts}, all finite; got {_short(value)}")
    return array


def probability_array(name: str, value: ArrayLike, num_units: int) -> FloatArray:
    """Return `value`, a scalar or one probability a unit, as an array of shape (num_units,)."""
    array = real_array(name, value, ["()", "(n,)"])
    if array.ndim == 1 and array.shape != (num_units,):
        raise ValueError(
            f"{name} must be a scalar or have shape ({num_units},), one value a unit; "
            f"got shape {array.shape}"
        )
    if (array < 0).any() or (array > 1).any():
        raise ValueError(f"{name} must be probabilities from 0 to 1; got {_short(value)}")
    return np.broadcast_to(array, (num_units,))


def mask_array(name: str, value: ArrayLike) -> FloatArray:
    """Return `value` as a float64 array of zeros and ones with at least one axis."""
    array = real_array(name, value, ["(...)"])
    if array.ndim == 0:
        raise ValueError(f"{name} must have shape (..., n); got a scalar")
    if not ((array == 0) | (array == 1)).all():
        raise ValueError(f"{name} must hold only 0 (dropped) and 1 (kept); got {_short(value)}")
    return array


def whole_number(name: str, value: int, low: int, high: int | None = None) -> int:
    """Return `value` as an int from `low` to `high` (no upper limit if None)."""
    accepts = f"{name} must be a whole number " + (
        f"of at least {low}" if high is None else f"from {low} to {high}"
    )
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, Integral):
        raise TypeError(f"{accepts}; got {_short(value)} of type {type(value).__name__}")
    if value < low or (high is not None and value > high):
        raise ValueError(f"{accepts}; got {value}")
    return int(value)


def positive_number(name: str, value: float) -> float:
    """Return `value` as a finite float above zero."""
    accepts = f"{name} must be a finite number above 0"
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, Real):
        raise TypeError(f"{accepts}; got {_short(value)} of type {type(value).__name__}")
    if not np.isfinite(value) or value <= 0:
        raise ValueError(f"{accepts}; got {value}")
    return float(value)


def probability(name: str, value: float, above_zero: bool = False) -> float:
    """Return `value` as a float from 0 to 1, or above 0 if asked."""
    accepts = f"{name} must be a probability {'above 0' if above_zero else 'from 0'} to 1"
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, Real):
        raise TypeError(f"{accepts}; got {_short(value)} of type {type(value).__name__}")
    if not 0 <= value <= 1 or (above_zero and value == 0):
        raise ValueError(f"{accepts}; got {value}")
    return float(value)


def choice(name: str, value: str, accepted: Sequence[str]) -> str:
    """Return `value` if it is one of the accepted words."""
    if not isinstance(value, str):
        raise TypeError(f"{name} must be one of {', '.join(accepted)}; got {_short(value)}")
    if value not in accepted:
        raise ValueError(f"{name} must be one of {', '.join(accepted)}; got {value!r}")
    return value


def generators(
    name: str, value: np.random.Generator | Sequence[np.random.Generator]
) -> tuple[bool, list[np.random.Generator]]:
    """Return whether `value` is a sequence of generators, and it as a list."""
    if isinstance(value, Sequence) and not isinstance(value, str):
        if len(value) == 0:
            raise ValueError(f"{name} must be one or more numpy.random.Generator; got none")
        return True, [generator(name, part) for part in value]
    return False, [generator(name, value)]


def generator(name: str, value: np.random.Generator) -> np.random.Generator:
    """Return `value` if it is a `numpy.random.Generator`."""
    if not isinstance(value, np.random.Generator):
        raise TypeError(
            f"{name} must be a numpy.random.Generator, for example numpy.random.default_rng(0); "
            f"got {_short(value)} of type {type(value).__name__}"
        )
    return value


def _axes(shape: str) -> int:
    return len([axis for axis in shape.strip("()").split(",") if axis.strip()])


def _kind(value: object, array: NDArray) -> str:
    return f"array of {array.dtype}" if isinstance(value, np.ndarray) else type(value).__name__


def _short(value: object) -> str:
    text = " ".join(repr(value).split())
    return text if len(text) <= 60 else text[:57] + "..."


def instance(name: str, value: T, kind: type[T]) -> T:
    """Return `value` if it is of a kind."""
    if not isinstance(value, kind):
        accepts = f"{name} must be of type {kind.__name__}"
        raise TypeError(f"{accepts}; got {_short(value)} of type {type(value).__name__}")
    return value


def several(
    name: str, values: Sequence[object], check: Callable[..., T], *limits: object, least: int = 1
) -> tuple[T, ...]:
    """Return a sequence of different values as a tuple, each as `check(name, value, *limits)`."""
    accepts = f"{name} must be a sequence of {least} or more values, no two the same"
    listed = isinstance(values, (Sequence, np.ndarray)) and not isinstance(values, (str, bytes))
    if not listed or (isinstance(values, np.ndarray) and values.ndim != 1):
        raise TypeError(f"{accepts}; got {_short(values)} of type {type(values).__name__}")
    checked = tuple(check(name, value, *limits) for value in values)
    if len(set(checked)) < max(least, len(checked)):
        raise ValueError(f"{accepts}; got {_short(values)}")
    return checked


def seed_numbers(seeds: Sequence[int], least: int = 1) -> tuple[int, ...]:
    """Return seeds, whole numbers of at least 0 and no two the same, as a tuple."""
    return several("seeds", seeds, whole_number, 0, least=least)
