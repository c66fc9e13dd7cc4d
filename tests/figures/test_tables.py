"""Tables say what the summaries hold."""

import pytest

from dropoutlab.figures.tables import summary_table, table
from dropoutlab.records import Record, summarize


def test_a_table_is_written_in_markdown():
    assert table(["a", "b"], [[1, 2], ["x", 0.5]]).data == (
        "| a | b |\n| --- | ---: |\n| 1 | 2 |\n| x | 0.5 |"
    )


def records(setting):
    return [Record("one", setting, "error", seed, value) for seed, value in enumerate([1.0, 3.0])]


def test_a_summary_table_shows_mean_and_half_width():
    (summary,) = summarize(records(0.5))
    half = (summary.high - summary.low) / 2
    assert half == pytest.approx(12.706, abs=1e-3)  # Student's t, one degree of freedom, by sqrt(1)
    rows = summary_table([summary], {"error": ".1f", "loss": ".2f"}, setting="p").data.split("\n")
    assert rows == ["|  | p | error | loss |", "| --- | ---: | ---: | ---: |",
                    "| one | 0.5 | 2.0 ± 12.7 |  |"]  # fmt: skip


def test_without_settings_there_is_no_column_for_them():
    rows = summary_table(summarize(records(None)), {"error": ".0f"}).data.split("\n")
    assert rows == ["|  | error |", "| --- | ---: |", "| one | 2 ± 13 |"]
