"""Tables of results: samples in, a table of the page or the notebook out."""

from collections.abc import Iterable, Mapping, Sequence

from IPython.display import Markdown

from dropoutlab._names import public_dir
from dropoutlab.figures.words import interval
from dropoutlab.samples import Sample, pick_all

__dir__ = public_dir(__name__)

Row = tuple[str, tuple[float | str | None, ...]]  # an arm and those of its settings that are shown


def table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Markdown:
    """Return a table; numbers are set as they are given, so format them first."""
    lines = [header, ["---"] + ["---:"] * (len(header) - 1), *rows]
    return Markdown("\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines))


def sample_table(samples: Sequence[Sample], measures: Mapping[str, str]) -> Markdown:
    """Return a table of means ± half the width of their 95 % confidence intervals.

    One row for each arm and its settings, in order of appearance, one column a measure. Settings
    that all samples share are not shown.

    Args:
        samples: of an experiment.
        measures: the measures to show and how to format them, `".2f"` for example.
    """
    shown = shown_settings(samples)
    columns = {
        name: {row(s, shown): interval(s.summary(), form) for s in pick_all(samples, measure=name)}
        for name, form in measures.items()
    }
    return arm_table(columns, shown)


def shown_settings(samples: Sequence[Sample]) -> list[str]:
    """Return the names of the settings in which the samples differ, in order of appearance."""
    names = dict.fromkeys(name for sample in samples for name in sample.settings)
    return [name for name in names if len({s.settings.get(name) for s in samples}) > 1]


def row(sample: Sample, shown: Sequence[str]) -> Row:
    """Return what the row of a sample begins with."""
    return sample.arm, tuple(sample.settings.get(name) for name in shown)


def arm_table(columns: Mapping[str, Mapping[Row, str]], shown: Sequence[str]) -> Markdown:
    """Return a table with a row for each arm and its settings, as `sample_table` lays it out.

    Args:
        columns: by head, the cells by row; what is missing is left empty.
        shown: the settings of the rows; more than one stand in one column.
    """
    head = [shown[0].replace("_", " ") if len(shown) == 1 else "setting"] * bool(shown)
    rows = [
        [key[0], *[_joined(key[1])] * bool(shown), *(of.get(key, "") for of in columns.values())]
        for key in dict.fromkeys(key for cells in columns.values() for key in cells)
    ]
    return table(["", *head, *columns], rows)


def _joined(values: Sequence[float | str | None]) -> str:
    return ", ".join(v if isinstance(v, str) else f"{v:g}" for v in values if v is not None)
