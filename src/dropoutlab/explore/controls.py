"""Controls as the author wrote them, read into a grid of values, and who is drawn over which."""

import inspect
import re
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import isclose, isfinite, prod
from numbers import Integral, Real
from types import MappingProxyType
from typing import Any

import ipywidgets as widgets
import numpy as np

from dropoutlab._names import did_you_mean, public_dir

__dir__ = public_dir(__name__)

MAX_VALUES = 400  # of one control
MAX_FRAMES = 4000  # of all parts together: a build has to end
MAX_DECIMALS = 12


@dataclass(frozen=True)
class Control:
    """One control: its grid of values, what each is called, and where it starts."""

    name: str
    label: str
    kind: str  # "slider", "choice" or "checkbox"
    values: tuple[Hashable, ...]
    texts: tuple[str, ...]
    start: int  # index of the default value
    play: bool = False  # it is like time: it has buttons to step and to play


@dataclass(frozen=True)
class Part:
    """A function of some of the controls: a picture's `draw`, or `describe`."""

    role: str
    function: Callable[..., Any]
    controls: tuple[int, ...]  # numbers of the controls that its signature names

    def values(self, controls: Sequence[Control], places: Sequence[int]) -> dict[str, Hashable]:
        """Return its arguments, where `places` says which value each control has."""
        own = (controls[k] for k in self.controls)
        return {c.name: c.values[places[k]] for c, k in zip(own, self.controls, strict=True)}

    def grid(self, controls: Sequence[Control]) -> list[dict[str, Hashable]]:
        """Return its arguments at every place of its own grid, the last control fastest."""
        own = [controls[k] for k in self.controls]
        return [
            {c.name: value for c, value in zip(own, values, strict=True)}
            for values in product(*(c.values for c in own))
        ]


@dataclass(frozen=True)
class Plan:
    """What an explorer is made of."""

    name: str
    controls: tuple[Control, ...]
    draws: tuple[Part, ...]
    describe: Part
    veiled: bool = False  # whether what is drawn can be hidden, axes and legend apart

    @property
    def start(self) -> tuple[int, ...]:
        """The place of each control at its default."""
        return tuple(control.start for control in self.controls)

    def places_of(self, settings: Mapping[str, object], what: str = "a handle") -> dict[int, int]:
        """Return numbers of controls and the places where settings of something take them."""
        names = [control.name for control in self.controls]
        places = {}
        for name, value in settings.items():
            if name not in names:
                hint = did_you_mean(name, names)
                raise ValueError(f"{what} must set controls of {names}; got {name!r}{hint}")
            control = self.controls[names.index(name)]
            where = f"{what} of control {name!r}"
            places[names.index(name)] = _index_of(where, control.values, value, "stay")
        return places


def read_plan(
    explorer: str,
    draws: Sequence[Callable[..., Any]],
    describe: Callable[..., Any],
    written: Mapping[str, Any],
    labels: Mapping[str, str] = MappingProxyType({}),
    units: Mapping[str, str] = MappingProxyType({}),
    play: str | None = None,
) -> Plan:
    """Return the plan of an explorer, checked against its functions and its budget."""
    if not isinstance(explorer, str) or not re.fullmatch(r"[a-z][a-z0-9_-]*", explorer):
        raise ValueError(
            "name must be a lower-case word of letters, digits, - and _ starting with a letter; "
            f"got {explorer!r}"
        )
    where = f"explorer {explorer!r}"
    if not written:
        raise ValueError(f"{where}: controls must be at least 1; got none")
    for name in written:
        if not isinstance(name, str) or not name.isidentifier():
            raise ValueError(f"{where}: controls must be named like a variable; got {name!r}")
    _check_words(where, "labels", labels, written)
    _check_words(where, "units", units, written)
    if play is not None and (not isinstance(play, str) or play not in written):
        hint = did_you_mean(play, written)
        raise ValueError(
            f"{where}: play must name a control, {sorted(written)}; got {play!r}{hint}"
        )
    parts = [_part(where, "draw", draw, written) for draw in draws]
    parts.append(_part(where, "describe", describe, written))
    unused = [
        n for k, n in enumerate(written) if not any(k in part.controls for part in parts[:-1])
    ]
    if unused:
        raise TypeError(
            f"{where}: draw must be a function of the controls {', '.join(written)}; "
            f"none has an argument {unused[0]!r}{did_you_mean(unused[0], _arguments(draws))}"
        )
    starts = _signature_defaults(where, draws)
    controls = tuple(
        _read_control(
            explorer, name, value, labels.get(name), units.get(name), name == play, starts
        )
        for name, value in written.items()
    )
    check_differ(f"{where}: labels of controls", [control.label for control in controls])
    frames = sum(prod(len(controls[k].values) for k in part.controls) for part in parts[:-1])
    if frames > MAX_FRAMES:
        raise ValueError(f"{where}: draw must have at most {MAX_FRAMES} frames; got {frames}")
    return Plan(explorer, controls, tuple(parts[:-1]), parts[-1])


def _arguments(draws: Sequence[Callable[..., Any]]) -> list[str]:
    return [name for draw in draws for name in inspect.signature(draw).parameters]


def _part(where: str, role: str, function: object, written: Mapping[str, Any]) -> Part:
    """Find out which of the controls a function takes; raise a TypeError if it cannot be called."""
    accepts = f"{where}: {role} must be a function of the controls {', '.join(written)}"
    if not callable(function):
        raise TypeError(f"{accepts}; got {function!r}")
    try:
        signature = inspect.signature(function)
        kinds = {parameter.kind for parameter in signature.parameters.values()}
        takes_all = inspect.Parameter.VAR_KEYWORD in kinds
        own = [name for name in written if takes_all or name in signature.parameters]
        signature.bind(**dict.fromkeys(own))
    except (TypeError, ValueError) as error:  # it does not fit; it cannot be known
        raise TypeError(f"{accepts}; got {function!r}: {error}") from error
    names = list(written)
    return Part(role, function, tuple(names.index(name) for name in own))


def _check_words(where: str, role: str, words: object, written: Mapping[str, Any]) -> None:
    accepts = f"{where}: {role} must name controls, {sorted(written)}, and give each a text"
    if not isinstance(words, Mapping) or not all(map(is_text, words.values())):
        raise TypeError(f"{accepts}; got {words!r}")
    for name in words:
        if name not in written:
            raise ValueError(f"{accepts}; got {name!r}{did_you_mean(name, written)}")


def is_text(word: object) -> bool:
    """Return whether something is a text that can be seen, and written to a page."""
    if not isinstance(word, str) or word.strip() == "":
        return False
    return not any("\ud800" <= letter <= "\udfff" for letter in word)  # halves of characters


def check_differ(what: str, texts: Sequence[str]) -> None:
    """Raise unless texts look different on a page, where white space counts once."""
    seen: set[str] = set()
    for text in texts:
        shown = " ".join(text.split())
        if shown in seen:
            raise ValueError(f"{what} must differ; got {shown!r} twice")
        seen.add(shown)


def _signature_defaults(where: str, draws: Sequence[Callable[..., Any]]) -> dict[str, Any]:
    """Where controls start: the defaults of the functions' arguments, which must agree."""
    starts: dict[str, Any] = {}
    for draw in draws:
        for name, parameter in inspect.signature(draw).parameters.items():
            if parameter.default is inspect.Parameter.empty:
                continue
            first = starts.setdefault(name, parameter.default)
            if first is not parameter.default and first != parameter.default:
                raise ValueError(
                    f"{where}: draw must have one default of {name!r}; "
                    f"got {starts[name]!r} and {parameter.default!r}"
                )
    return starts


def _read_control(
    explorer: str,
    name: str,
    written: object,
    label: str | None,
    unit: str | None,
    play: bool,
    starts: Mapping[str, Any],
) -> Control:
    where = f"explorer {explorer!r}, control {name!r}"
    kind, values, texts, start = _grid(where, written)
    if name in starts and not isinstance(written, widgets.Widget):
        start = starts[name]
    if play and kind != "slider":
        raise ValueError(f"{where} must be a slider to be played; got a {kind}")
    description = getattr(written, "description", "")
    return Control(
        name=name,
        label=label or description or name.replace("_", " ").strip() or name,
        kind=kind,
        values=values,
        texts=tuple(f"{text} {unit}" for text in texts) if unit else texts,
        play=play,
        start=_index_of(where, values, start),
    )


def _grid(where: str, written: object) -> tuple[str, tuple, tuple[str, ...], Any]:
    """Return kind, values, texts and start of one control."""
    if isinstance(written, (bool, widgets.Checkbox)):
        start = written if isinstance(written, bool) else written.value
        return "checkbox", (False, True), ("off", "on"), start
    if isinstance(written, tuple):
        values, texts = range_values(where, written)
        return "slider", values, texts, values[len(values) // 2]
    if isinstance(written, (widgets.IntSlider, widgets.FloatSlider)):
        values, texts = range_values(where, (written.min, written.max, written.step))
        return "slider", values, texts, written.value
    if isinstance(written, range | np.ndarray):
        written = written.tolist() if isinstance(written, np.ndarray) else list(written)
    if isinstance(written, (widgets.SelectionSlider, widgets.Dropdown)):
        values, texts = _option_values(where, written.options)
        kind = "choice" if isinstance(written, widgets.Dropdown) else "slider"
        return kind, values, texts, written.value
    if isinstance(written, list):
        values, texts = _option_values(where, written)
        return "choice", values, texts, values[0]
    raise TypeError(
        f"{where} must be (low, high) or (low, high, step), a list of options, a bool, or an "
        f"IntSlider, FloatSlider, SelectionSlider, Dropdown or Checkbox; got {written!r}"
    )


def range_values(where: str, written: Sequence[Any]) -> tuple[tuple, tuple[str, ...]]:
    """Return the values of (low, high[, step]) and how each is written."""
    accepts = f"{where} must be (low, high) or (low, high, step) with low < high and step > 0"
    if len(written) not in (2, 3) or not all(map(is_number, written)):
        raise TypeError(f"{accepts}, all numbers, or a list of options; got {written!r}")
    whole = all(isinstance(number, Integral) for number in written)
    try:
        numbers = [int(number) if whole else float(number) for number in written]
    except OverflowError as error:
        raise ValueError(f"{accepts}; got {written!r}") from error
    low, high, step = (*numbers, 1 if whole else 0.1)[:3]
    if not (whole or all(map(isfinite, numbers))) or low >= high or step <= 0:
        raise ValueError(f"{accepts}; got {written!r}")
    steps = (high - low) // step if whole else (high - low) / step
    if steps >= MAX_VALUES:
        raise ValueError(f"{where} must have at most {MAX_VALUES} values; got {written!r}")
    count = int(steps + 1e-9) + 1
    if whole:
        values = tuple(low + k * step for k in range(count))
        return values, tuple(_minus(str(value)) for value in values)
    decimals = max(_decimals(low, step), _decimals(step, step))
    values = tuple(round(low + k * step, decimals) + 0.0 for k in range(count))  # no -0.0
    if decimals > MAX_DECIMALS or len(set(values)) < count:
        raise ValueError(
            f"{where} must have steps that {MAX_DECIMALS} decimals and a float can tell apart; "
            f"got {written!r}"
        )
    return values, tuple(_minus(f"{value:.{decimals}f}") for value in values)


def _minus(number: str) -> str:
    return number.replace("-", "−")


def is_number(value: object) -> bool:
    """Return whether something is a real number, and no truth value."""
    return isinstance(value, Real) and not isinstance(value, (bool, np.bool_, np.timedelta64))


def _decimals(number: float, step: float) -> int:
    """Return how many decimals `number` needs to be right within a billionth of a step."""
    for decimals in range(1, MAX_DECIMALS + 1):
        if abs(round(number, decimals) - number) <= 1e-9 * step:
            return decimals
    return MAX_DECIMALS + 1


def _option_values(where: str, options: object) -> tuple[tuple, tuple[str, ...]]:
    """Return the values of a list of options or of (label, option), and what each is called."""
    pairs = [_labelled(option) for option in getattr(options, "items", lambda: options)()]
    if not pairs:
        raise ValueError(f"{where} must have at least one option; got none")
    texts, values = zip(*pairs, strict=True)
    if not all(map(is_text, texts)):
        raise TypeError(f"{where} must have options with a text as label; got {options!r}")
    try:
        different = len(set(values))
    except TypeError as error:
        raise TypeError(f"{where} must have hashable options; got {options!r}") from error
    check_differ(f"{where}: labels of options", texts)
    if different < len(values):
        raise ValueError(f"{where} must have options that differ; got {options!r}")
    return values, texts


def _labelled(option: object) -> tuple[Any, Any]:
    if isinstance(option, tuple) and len(option) == 2:
        return option
    if isinstance(option, float):
        option += 0.0  # no -0.0
        return _minus(str(float(f"{option:.12g}"))), option
    return _minus(str(option)) if is_number(option) else str(option), option


def _index_of(where: str, values: tuple, start: object, verb: str = "start") -> int:
    """Return the place of `start`, but for rounding."""
    for index, value in enumerate(values):
        if value == start:
            return index
    if is_number(start) and isfinite(start) and all(map(is_number, values)):
        number = float(start)  # of NumPy's small integers a difference can overflow
        index = min(range(len(values)), key=lambda k: abs(values[k] - number))
        if isclose(values[index], number, rel_tol=1e-9, abs_tol=1e-9 * max(map(abs, values))):
            return index
    raise ValueError(f"{where} must {verb} on its grid {values}; got {start!r}")
