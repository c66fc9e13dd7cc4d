import re
from html import unescape

import numpy as np
import pytest

from dropoutlab import conventions
from dropoutlab.figures import symptoms as figures
from dropoutlab.samples import Sample

ARMS = {symptom.arm for symptom in figures.SYMPTOMS}
MEASURES = (figures.PRINTED, figures.JUDGED, figures.LOSS, figures.ERROR)


def found(arms, seed):
    rng = np.random.default_rng(seed)
    return [
        Sample(arm, measure, range(2), 1 + rng.random(2) + 40 * (measure == figures.ERROR),
               {"passes": passes})
        for arm in sorted(arms) for measure in MEASURES for passes in (1, 10)
    ]  # fmt: skip


@pytest.fixture
def curves():
    return figures.Curves(found(ARMS, 0), found({"right"}, 1))


def means(samples, arm, measure):
    return [s.values.mean() for s in samples if (s.arm, s.measure) == (arm, measure)]


def test_solid_lines_have_the_fault_and_dashed_lines_not(curves):
    for k, symptom in enumerate(figures.SYMPTOMS[1:], 1):
        (axes,) = curves.draw_losses(k).axes
        drawn = [(line.get_linestyle(), list(line.get_ydata())) for line in axes.lines]
        expected = [
            (style, means(curves.faults, arm, measure))
            for style, arm in (("-", symptom.arm), ("--", "right"))
            for measure in (figures.PRINTED, figures.LOSS)
        ]
        assert drawn == expected
        (axes,) = curves.draw_errors(k).axes
        assert [list(line.get_ydata()) for line in axes.lines] == [
            means(curves.faults, arm, figures.ERROR) for arm in (symptom.arm, "right")
        ]


def test_where_nothing_is_wrong_three_losses_of_one_training_are_shown(curves):
    (axes,) = curves.draw_losses(0).axes
    measures = (figures.PRINTED, figures.LOSS, figures.JUDGED)
    assert [list(line.get_ydata()) for line in axes.lines] == [
        means(curves.printed, "right", measure) for measure in measures
    ]
    labels = [text.get_text() for text in axes.get_legend().get_texts()]
    assert labels == ["training, printed", "validation", "training, no masks"]


def test_the_sentence_has_the_last_numbers_and_the_cure(curves):
    for k, symptom in enumerate(figures.SYMPTOMS):
        text = curves.describe(k)
        samples = curves.faults if k else curves.printed
        assert text.startswith("After 10 epochs: validation loss ")
        assert f"validation loss {means(samples, symptom.arm, figures.LOSS)[-1]:.2f}," in text
        assert text.endswith(f"Why: {symptom.cause}. Cure: {symptom.cure}.")
        assert ("dashed" in text) == (k > 0)
    assert f"{means(curves.printed, 'right', figures.JUDGED)[-1]:.2f}" in curves.say_printed()


def test_the_table_has_a_row_for_each_question_and_a_column_for_each_framework():
    record = conventions.read_record()
    rows = re.findall(r"<tr>(.*?)</tr>", figures.convention_table(record).data)
    assert len(rows) == 1 + len(conventions.QUESTIONS) + 1
    heads = re.findall("<th scope='col'>(.*?)</th>", rows[0])
    assert heads == ["PyTorch", "Keras", "Flax (NNX)", "this book (standard dropout)"]
    entries = [record[name] for name in ("PyTorch", "Keras", "Flax", "NumPy")]
    assert {*record} == {"PyTorch", "Keras", "Flax", "NumPy"}
    for row, question in zip(rows[1:], conventions.QUESTIONS, strict=False):
        cells = re.findall(r"<td data-head='(.*?)'>(.*?)</td>", row)
        assert [head for head, _answer in cells] == heads
        plain = [unescape(re.sub("</?code>", "`", answer)) for _head, answer in cells]
        assert plain == [entry["answers"][question] for entry in entries]
    assert all(entry["date"] in rows[-1] for entry in entries)
