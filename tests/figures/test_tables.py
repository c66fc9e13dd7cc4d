"""Tables say what the samples hold."""

import pytest

from dropoutlab.figures.tables import sample_table, table
from dropoutlab.samples import Sample


def test_a_table_is_written_in_markdown():
    assert table(["a", "b"], [[1, 2], ["x", 0.5]]).data == (
        "| a | b |\n| --- | ---: |\n| 1 | 2 |\n| x | 0.5 |"
    )


def sample(arm, measure="error", **settings):
    return Sample(arm, measure, (0, 1), [1.0, 3.0], settings)


def test_a_table_shows_mean_and_half_width_and_the_settings_that_differ():
    samples = [
        sample("one", learning_rate=0.5, noise=0.2),
        sample("two", learning_rate=0.05, noise=0.2),
        sample("two", "loss", learning_rate=0.05, noise=0.2),
    ]
    half = (samples[0].summary().high - samples[0].summary().low) / 2
    assert half == pytest.approx(12.706, abs=1e-3)  # Student's t, one degree of freedom, by sqrt(1)
    rows = sample_table(samples, {"error": ".1f", "loss": ".2f"}).data.split("\n")
    assert rows == ["|  | learning rate | error | loss |", "| --- | ---: | ---: | ---: |",
                    "| one | 0.5 | 2.0 ± 12.7 |  |",
                    "| two | 0.05 | 2.0 ± 12.7 | 2.00 ± 12.71 |"]  # fmt: skip


def test_two_settings_share_a_column():
    samples = [sample("one"), sample("one", a=0.5), sample("one", b="x"), sample("one", a=1, b="y")]
    rows = sample_table(samples, {"error": ".0f"}).data.split("\n")
    assert rows[0] == "|  | setting | error |"
    assert [row.split("|")[2].strip() for row in rows[2:]] == ["", "0.5", "x", "1, y"]


def test_without_settings_there_is_no_column_for_them():
    rows = sample_table([sample("one")], {"error": ".0f"}).data.split("\n")
    assert rows == ["|  | error |", "| --- | ---: |", "| one | 2 ± 13 |"]


def test_a_mistyped_measure_is_no_empty_column():
    with pytest.raises(ValueError, match="did you mean 'error'"):
        sample_table([sample("one")], {"eror": ".0f"})
