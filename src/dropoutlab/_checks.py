"""The error contract: what a public function does with input it cannot use.

Every check raises `TypeError` (wrong kind of thing) or `ValueError` (right kind, wrong value) with
a message that names the argument, says what it got and what it accepts. What is converted is
checked after the conversion. NumPy's scalars and arrays of no axes are taken like Python's numbers.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from functools import wraps
from numbers import Integral, Real
from traceback import walk_tb
from typing import ParamSpec, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dropoutlab._names import did_you_mean

FloatArray = NDArray[np.float64]
Parameters, Result = ParamSpec("Parameters"), TypeVar("Result")
T = TypeVar("T")
NO_NUMBERS = (bool, np.bool_, np.timedelta64)  # although they count as such to Python
PLAIN = frozenset((float, int, np.float64, np.float32, np.int64))  # of which nothing is hidden
MOST = 2**31 - 1  # numbers in an axis, or steps in a loop
MOST_AXES = 64  # of an array


def real_array(
    name: str,
    value: ArrayLike,
    shapes: Sequence[str],
    *,
    dtype: type = np.float64,
    kinds: str = "iuf",
) -> NDArray[np.floating]:
    """Return `value` as a finite, non-empty array of `dtype` with one of the named `shapes`.

    A shape is written as in a docstring: `"()"`, `"(n,)"`, `"(batch, n)"`; only its number of
    axes is checked here. `"(...)"` stands for any number of axes. `kinds` are those of the dtypes
    that are accepted, booleans ("b") only where they are masks.
    """
    accepts = f"{name} must be real numbers of shape {' or '.join(shapes)}"
    refuse_hidden(accepts, value, "b" in kinds)
    array = as_array(accepts, value)
    if array.dtype.kind not in kinds:
        raise TypeError(f"{accepts}; got {_short(value)} of type {_kind(value, array)}")
    if "(...)" not in shapes and array.ndim not in {_axes(shape) for shape in shapes}:
        raise ValueError(f"{accepts}; got shape {array.shape}")
    if array.size == 0:
        raise ValueError(f"{accepts}, not empty; got shape {array.shape}")
    with np.errstate(over="ignore"):  # noticed below, and named
        converted = array.astype(dtype)
    if not np.isfinite(converted).all():
        largest = np.finfo(dtype).max
        kind = np.dtype(dtype).name
        raise ValueError(
            f"{accepts}, all finite in {kind}, at most {largest:.2g}; got {_short(value)}"
        )
    return converted


def as_array(accepts: str, value: object) -> NDArray:
    """Return `value` as an array of any dtype; what argument `accepts` what begins the message."""
    try:
        return np.asarray(value)
    except MemoryError:
        raise
    except Exception as error:
        if isinstance(error, ValueError) and is_sequence(value):  # nested lists of many lengths
            raise ValueError(f"{accepts}; got a ragged sequence: {error}") from error
        got = f"{type(value).__name__} that does not become an array"
        raise TypeError(f"{accepts}; got {got}: {error}") from error


def refuse_hidden(accepts: str, value: object, booleans: bool = False, depth: int = 0) -> None:
    """Raise if NumPy would hide in an array of numbers what is none, however deep in sequences.

    These are masked arrays, of which it drops the masks, raw bytes, of which it takes the codes,
    and booleans beside numbers unless they are accepted. `depth`: in how many sequences.
    """
    if isinstance(value, (bytearray, memoryview)):
        raise TypeError(f"{accepts}; got raw bytes")
    if isinstance(value, np.ma.MaskedArray):
        raise TypeError(f"{accepts}; got a masked array, whose masked entries have no value")
    kind = value.dtype.kind if isinstance(value, np.ndarray) else ""
    if depth and not booleans and (kind == "b" or isinstance(value, (bool, np.bool_))):
        raise TypeError(f"{accepts}; got {_short(value)} among them")
    if kind or depth > MOST_AXES or not is_sequence(value) or isinstance(value, range):
        return
    for part in value:
        if type(part) not in PLAIN:
            refuse_hidden(accepts, part, booleans, depth + 1)


def parameter_array(name: str, value: ArrayLike) -> NDArray[np.floating]:
    """Return a copy of `value` to compute with: float32 or float64, float64 if it is whole."""
    array = real_array(name, value, ["(...)"])
    given = np.asarray(value)
    if given.dtype.kind in "iu":
        return array
    if given.dtype not in (np.float32, np.float64):
        raise TypeError(
            f"{name} must be float32 or float64, or whole numbers, which become float64; "
            f"got {given.dtype}"
        )
    return np.array(given)  # in the same order in memory


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
    """Return `value`, zeros and ones or booleans, as a float64 array with at least one axis."""
    array = real_array(name, value, ["(...)"], kinds="biuf")
    if array.ndim == 0:
        raise ValueError(f"{name} must have shape (..., n); got a scalar")
    if not ((array == 0) | (array == 1)).all():
        raise ValueError(f"{name} must hold only 0 (dropped) and 1 (kept); got {_short(value)}")
    return array


def whole_number(name: str, value: int, low: int, high: int | None = MOST) -> int:
    """Return `value` as an int from `low` to `high` (no upper limit if None)."""
    limits = {None: f"of at least {low}", MOST: f"of at least {low} and below 2**31"}
    accepts = f"{name} must be a whole number {limits.get(high, f'from {low} to {high}')}"
    number = _scalar(value)
    if isinstance(number, NO_NUMBERS) or not isinstance(number, Integral):
        raise TypeError(f"{accepts}; got {_short(value)} of type {type(value).__name__}")
    if number < low or (high is not None and number > high):
        raise ValueError(f"{accepts}; got {_short(value)}")
    return int(number)


def whole_numbers(name: str, value: Sequence[int], low: int) -> list[int]:
    """Return `value`, a sequence of one or more, as a list of ints of at least `low`."""
    return [whole_number(name, part, low) for part in items(name, value, "whole numbers")]


def real_number(name: str, value: float, accepts: str) -> float:
    """Return `value` as a finite float; what it `accepts` is said in the message."""
    number = _scalar(value)
    if isinstance(number, NO_NUMBERS) or not isinstance(number, Real):
        raise TypeError(f"{name} must be {accepts}; got {_short(value)} of {type(value).__name__}")
    try:
        converted = float(number)
    except OverflowError:  # a whole number that float64 does not hold
        converted = np.inf
    if not np.isfinite(converted):
        raise ValueError(f"{name} must be {accepts}; got {_short(value)}")
    return converted


def positive_number(name: str, value: float) -> float:
    """Return `value` as a finite float above zero."""
    accepts = "a finite number above 0"
    number = real_number(name, value, accepts)
    if number <= 0:
        raise ValueError(f"{name} must be {accepts}; got {_short(value)}")
    return number


def probability(
    name: str, value: float, above_zero: bool = False, below_one: bool = False
) -> float:
    """Return `value` as a float from 0 to 1, or above 0, or below 1 if asked."""
    ends = f"{'above 0' if above_zero else 'from 0'} to {'below ' * below_one}1"
    number = real_number(name, value, f"a probability {ends}")
    if not 0 <= number <= 1 or (above_zero and number == 0) or (below_one and number == 1):
        raise ValueError(f"{name} must be a probability {ends}; got {_short(value)}")
    return number


def squared_inverse(name: str, keep_prob: float, by: str, strength: float) -> None:
    """Raise if float64 does not hold a strength over the square of a keep-probability."""
    if not strength < keep_prob**2 * np.finfo(np.float64).max:
        raise ValueError(
            f"{name} must be large enough that float64 holds {by} / {name}²; "
            f"got {keep_prob} and {by} {strength}"
        )


def flag(name: str, value: bool) -> bool:
    """Return `value` if it is True or False."""
    if not isinstance(value, (bool, np.bool_)):
        raise TypeError(f"{name} must be True or False; got {_short(value)}")
    return bool(value)


def choice(name: str, value: str, accepted: Sequence[str]) -> str:
    """Return `value` if it is one of the accepted words."""
    if not isinstance(value, str):
        raise TypeError(f"{name} must be one of {', '.join(accepted)}; got {_short(value)}")
    if value not in accepted:
        hint = did_you_mean(value, accepted)
        raise ValueError(f"{name} must be one of {', '.join(accepted)}; got {value!r}{hint}")
    return value


def items(name: str, value: Sequence, of: str, count: int | None = None) -> list:
    """Return `value`, a sequence of `count` items (of one or more if None), as a list."""
    accepts = f"{name} must be a sequence of {'' if count is None else f'{count} '}{of}"
    if not is_sequence(value):
        raise TypeError(f"{accepts}; got {_short(value)}")
    if len(value) != count if count is not None else len(value) == 0:
        raise ValueError(f"{accepts}; got {len(value)}")
    return list(value)


def is_sequence(value: object) -> bool:
    """Return whether `value` is a list, a tuple or the like, or an array with axes."""
    if isinstance(value, np.ndarray):
        return value.ndim > 0
    return isinstance(value, Sequence) and not isinstance(
        value, (str, bytes, bytearray, memoryview)
    )


def generators(
    name: str, value: np.random.Generator | Sequence[np.random.Generator]
) -> tuple[bool, list[np.random.Generator]]:
    """Return whether `value` is a sequence of generators, and it as a list.

    No two may be in the same state: they would give the same numbers twice.
    """
    if not is_sequence(value):
        return False, [generator(name, value)]
    sources = [generator(name, part) for part in items(name, value, "numpy.random.Generator")]
    if len({repr(source.bit_generator.state) for source in sources}) < len(sources):
        raise ValueError(
            f"{name} must be generators with streams of their own, for example "
            f"numpy.random.default_rng(0).spawn({len(sources)}); got the same stream twice"
        )
    return True, sources


def generator(name: str, value: np.random.Generator) -> np.random.Generator:
    """Return `value` if it is a `numpy.random.Generator`."""
    if not isinstance(value, np.random.Generator):
        raise TypeError(
            f"{name} must be a numpy.random.Generator, for example numpy.random.default_rng(0); "
            f"got {_short(value)} of type {type(value).__name__}"
        )
    return value


def finite_result(
    *names: str,
) -> Callable[[Callable[Parameters, Result]], Callable[Parameters, Result]]:
    """Decorate a function so that it raises if numbers are too large for a finite result.

    names: the arguments whose size is to blame.
    """
    return _finite(
        ValueError,
        f"{' and '.join(names)} must be small enough for a finite result; "
        "got numbers whose products or sums overflow",
    )


def finite_training(
    advice: str,
) -> Callable[[Callable[Parameters, Result]], Callable[Parameters, Result]]:
    """Decorate an experiment so that it raises FloatingPointError if its training diverged.

    advice: what to do, "use a smaller learning_rate" for instance.
    """
    return _finite(FloatingPointError, f"the weights grew without bound: {advice}")


def _finite(
    kind: type[Exception], message: str
) -> Callable[[Callable[Parameters, Result]], Callable[Parameters, Result]]:
    """Decorate a function so that it raises if a number of what it returns is not finite."""

    def decorate(function: Callable[Parameters, Result]) -> Callable[Parameters, Result]:
        @wraps(function)
        def checked(*args: Parameters.args, **kwargs: Parameters.kwargs) -> Result:
            with np.errstate(over="ignore", invalid="ignore"):
                try:
                    result = function(*args, **kwargs)
                    finite = all(np.isfinite(part).all() for part in _arrays(result))
                except np.linalg.LinAlgError:  # what the solvers make of infinities
                    finite = False
            if not finite:
                raise kind(message)
            return result

        return checked

    return decorate


def _arrays(result: object) -> Iterator[ArrayLike]:
    if isinstance(result, (str, int)):
        return  # no number, or a finite one, which NumPy may not hold
    if is_dataclass(result):
        for field in fields(result):
            yield from _arrays(getattr(result, field.name))
    elif isinstance(result, Mapping):
        yield from _arrays(list(result.values()))
    elif isinstance(result, (list, tuple)):
        for part in result:
            yield from _arrays(part)
    else:
        yield result


def _scalar(value: object) -> object:
    """What is in an array of no axes, and any other value as it is."""
    return value[()] if isinstance(value, np.ndarray) and value.ndim == 0 else value


def _axes(shape: str) -> int:
    return len([axis for axis in shape.strip("()").split(",") if axis.strip()])


def _kind(value: object, array: NDArray) -> str:
    return f"array of {array.dtype}" if isinstance(value, np.ndarray) else type(value).__name__


def _short(value: object) -> str:
    try:
        text = " ".join(repr(value).split())
    except ValueError:  # Python does not write out whole numbers of thousands of digits
        text = f"a {type(value).__name__} too long to show"
    return text if len(text) <= 60 else text[:57] + "..."


def instance(name: str, value: T, kind: type[T]) -> T:
    """Return `value` if it is of a kind."""
    if not isinstance(value, kind):
        accepts = f"{name} must be of type {kind.__name__}"
        raise TypeError(f"{accepts}; got {_short(value)} of type {type(value).__name__}")
    return value


def several(
    name: str,
    values: Sequence[object],
    check: Callable[..., T],
    *limits: object,
    least: int = 1,
    such_as: str = "",
) -> tuple[T, ...]:
    """Return a sequence of different values as a tuple, each as `check(name, value, *limits)`."""
    accepts = f"{name} must be a sequence of {least} or more values, no two the same{such_as}"
    if not is_sequence(values):
        raise TypeError(f"{accepts}; got {_short(values)} of type {type(values).__name__}")
    checked = tuple(check(name, value, *limits) for value in values)
    if len(set(checked)) < max(least, len(checked)):
        raise ValueError(f"{accepts}; got {_short(values)}")
    return checked


def is_refusal(error: Exception) -> bool:
    """Return whether a check of this module raised an error."""
    *_, (frame, _line) = walk_tb(error.__traceback__)
    return frame.f_globals["__name__"] == __name__


def seed_numbers(seeds: Sequence[int], least: int = 1) -> tuple[int, ...]:
    """Return seeds, whole numbers of at least 0 and no two the same, as a tuple."""
    such_as = f", such as range({max(least, 2)})"
    return several("seeds", seeds, whole_number, 0, None, least=least, such_as=such_as)
