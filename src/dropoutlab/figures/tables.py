"""Tables of results: numbers in, a table of the page or the notebook out."""

from collections.abc import Iterable, Mapping, Sequence

from IPython.display import Markdown

from dropoutlab.figures.words import interval
from dropoutlab.records import Summary


def table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Markdown:
    """Return a table; numbers are set as they are given, so format them first."""
    lines = [header, ["---"] + ["---:"] * (len(header) - 1), *rows]
    return Markdown("\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines))


def summary_table(
    summaries: Iterable[Summary], measures: Mapping[str, str], *, setting: str = "setting"
) -> Markdown:
    """Return a table of means ± half the width of their 95 % confidence intervals.

    One row for each arm and setting, in order of appearance, one column a measure.

    Args:
        summaries: as from `records.summarize`.
        measures: the measures to show and how to format them, `".2f"` for example.
        setting: what the settings are, for the head of their column; there is none if no arm has a
            setting.
    """
    rows: dict[tuple[str, float | None], dict[str, Summary]] = {}
    for summary in summaries:
        rows.setdefault((summary.arm, summary.setting), {})[summary.measure] = summary
    cells = {
        key: [interval(found[m], form) if m in found else "" for m, form in measures.items()]
        for key, found in rows.items()
    }
    return arm_table(list(measures), cells, setting=setting)


def arm_table(
    columns: Sequence[str],
    cells: Mapping[tuple[str, float | None], Sequence[str]],
    *,
    setting: str = "setting",
) -> Markdown:
    """Return a table with a row for each arm and setting, as `summary_table` lays it out.

    Args:
        columns: the heads behind arm and setting.
        cells: what stands in them, by arm and setting.
        setting: the head of the settings.
    """
    settings = any(value is not None for _arm, value in cells)
    return table(
        ["", *[setting] * settings, *columns],
        [
            [arm, *["" if value is None else f"{value:g}"] * settings, *row]
            for (arm, value), row in cells.items()
        ],
    )
