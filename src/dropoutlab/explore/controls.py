"""Controls as the author wrote them, read into a grid of values."""

import inspect
import re
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import ipywidgets as widgets
import numpy as np

MAX_CONTROLS = 3
MAX_FRAMES = 400


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


def read_controls(
    explorer: str,
    draw: Callable[..., Any],
    written: Mapping[str, Any],
    labels: Mapping[str, str] = MappingProxyType({}),
    units: Mapping[str, str] = MappingProxyType({}),
    play: str | None = None,
) -> tuple[Control, ...]:
    """Return the controls of an explorer, checked against its budget and its drawing function."""
    if not isinstance(explorer, str) or not re.fullmatch(r"[a-z][a-z0-9_-]*", explorer):
        raise ValueError(
            "name must be a lower-case word of letters, digits, - and _ starting with a letter; "
            f"got {explorer!r}"
        )
    if not 1 <= len(written) <= MAX_CONTROLS:
        raise ValueError(
            f"explorer {explorer!r}: controls must be 1 to {MAX_CONTROLS}; got {len(written)}"
        )
    play_names = set() if play is None else {play}
    for role, names in (("labels", set(labels)), ("units", set(units)), ("play", play_names)):
        if names - set(written):
            raise ValueError(
                f"explorer {explorer!r}: {role} must name controls, {sorted(written)}; "
                f"got {sorted(names - set(written))}"
            )
    starts = _signature_defaults(explorer, draw, written)
    controls = tuple(
        _read_control(
            explorer, name, value, labels.get(name), units.get(name), name == play, starts
        )
        for name, value in written.items()
    )
    frames = int(np.prod([len(control.values) for control in controls]))
    if frames > MAX_FRAMES:
        raise ValueError(
            f"explorer {explorer!r}: the controls' grid must have at most {MAX_FRAMES} frames; "
            f"got {frames}"
        )
    return controls


def _signature_defaults(
    explorer: str, draw: Callable[..., Any], written: Mapping[str, Any]
) -> dict[str, Any]:
    parameters = inspect.signature(draw).parameters
    try:
        inspect.signature(draw).bind(**written)
    except TypeError as error:
        raise TypeError(f"explorer {explorer!r}: controls do not fit {draw!r}: {error}") from error
    return {
        name: parameter.default
        for name, parameter in parameters.items()
        if parameter.default is not inspect.Parameter.empty
    }


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
        label=label or description or name.replace("_", " "),
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
        values, texts = _range_values(where, written)
        return "slider", values, texts, values[len(values) // 2]
    if isinstance(written, (widgets.IntSlider, widgets.FloatSlider)):
        values, texts = _range_values(where, (written.min, written.max, written.step))
        return "slider", values, texts, written.value
    if isinstance(written, (widgets.SelectionSlider, widgets.Dropdown)):
        texts, values = zip(*_labelled(written.options), strict=True)
        kind = "choice" if isinstance(written, widgets.Dropdown) else "slider"
        return kind, values, texts, written.value
    if isinstance(written, list) and written:
        texts, values = zip(*_labelled(written), strict=True)
        return "choice", values, texts, values[0]
    raise TypeError(
        f"{where} must be (low, high) or (low, high, step), a non-empty list, a bool, or an "
        f"IntSlider, FloatSlider, SelectionSlider, Dropdown or Checkbox; got {written!r}"
    )


def _range_values(where: str, written: Sequence[Any]) -> tuple[tuple, tuple[str, ...]]:
    accepts = f"{where} must be (low, high) or (low, high, step) with low < high and step > 0"
    numbers = [v for v in written if isinstance(v, (int, float)) and not isinstance(v, bool)]
    if len(numbers) != len(written) or len(written) not in (2, 3):
        raise TypeError(f"{accepts}, all numbers; got {written!r}")
    whole = all(isinstance(number, int) for number in numbers)
    low, high, step = (*numbers, 1 if whole else 0.1)[:3]
    if not (np.isfinite(numbers).all() and low < high and step > 0):
        raise ValueError(f"{accepts}; got {written!r}")
    count = int(np.floor((high - low) / step + 1e-9)) + 1
    if count > MAX_FRAMES:
        raise ValueError(f"{where} must have at most {MAX_FRAMES} values; got {count}")
    if whole:
        values = tuple(low + k * step for k in range(count))
        return values, tuple(map(str, values))
    decimals = max(_decimals(low), _decimals(step))
    values = tuple(round(low + k * step, decimals) for k in range(count))
    return values, tuple(f"{value:.{decimals}f}" for value in values)


def _decimals(number: float) -> int:
    text = f"{number:.10f}".rstrip("0")
    return max(1, len(text.partition(".")[2]))


def _labelled(options: Sequence[Any]) -> list[tuple[str, Any]]:
    return [
        option if isinstance(option, tuple) and len(option) == 2 else (str(option), option)
        for option in options
    ]


def _index_of(where: str, values: tuple, start: object) -> int:
    for index, value in enumerate(values):
        if value == start or (isinstance(value, float) and np.isclose(value, start)):
            return index
    raise ValueError(f"{where} must start on its grid {values}; got {start!r}")
