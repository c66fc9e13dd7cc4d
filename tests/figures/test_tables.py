"""Tables say what they are given."""

from dropoutlab.figures.tables import table


def test_a_table_is_written_in_markdown():
    assert table(["a", "b"], [[1, 2], ["x", 0.5]]).data == (
        "| a | b |\n| --- | ---: |\n| 1 | 2 |\n| x | 0.5 |"
    )
