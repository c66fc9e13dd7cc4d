"""Tables of results: numbers in, a table of the page or the notebook out."""

from collections.abc import Iterable, Mapping, Sequence

from IPython.display import Markdown

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
    settings = any(value is not None for _arm, value in rows)
    return table(
        ["", *[setting] * settings, *measures],
        [
            [arm, *["" if value is None else f"{value:g}"] * settings]
            + [_interval(found.get(name), form) for name, form in measures.items()]
            for (arm, value), found in rows.items()
        ],
    )


def _interval(summary: Summary | None, form: str) -> str:
    if summary is None:
        return ""
    return f"{summary.mean:{form}} ± {(summary.high - summary.low) / 2:{form}}"
