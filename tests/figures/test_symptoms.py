import re
from html import unescape

import numpy as np
import pytest

from dropoutlab import conventions
from dropoutlab.explore.svg import figure_markup
from dropoutlab.figures import symptoms as figures
from dropoutlab.samples import Sample
from tests.figures.looks import box, legend, looks, scale
from tests.figures.seen import assert_readable

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
        expected.append(("--", []))  # for the legend
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


LOSSES = {"training, printed": "grey", "validation": "blue"}


@pytest.mark.parametrize(
    ("draw", "symptom", "lines", "names", "label"),
    [
        ("draw_losses", 0, "grey - 1.5, blue - 1.5, grey : 1.5",
         {**LOSSES, "training, no masks": "grey"}, "loss (nats)"),
        ("draw_losses", 1, "grey - 1.5, blue - 1.5, grey -- 1.5, blue -- 1.5, ink -- 1.5",
         {**LOSSES, "without the fault": "ink"}, "loss (nats)"),
        ("draw_errors", 0, "blue - 1.5", {}, "wrong in validation (%)"),
        ("draw_errors", 1, "blue - 1.5, blue -- 1.5", {}, "wrong in validation (%)"),
    ],
)  # fmt: skip
def test_losses_and_what_is_dashed_are_named(curves, draw, symptom, lines, names, label):
    figure = getattr(curves, draw)(symptom)
    (axes,) = figure.axes
    assert looks(axes) == lines.split(", ")
    assert {tuple(line.get_xdata()) for line in axes.lines[:4]} == {(1, 10)}
    if names:
        assert legend(axes) == names and axes.get_legend()._ncols == 1 and box(axes)[3] == 0.72
    else:  # the other picture has it
        assert axes.get_legend() is None and box(axes)[3] == pytest.approx(1 - 0.1 / 3.2)
    assert figure.get_size_inches().tolist() == [3.6, 3.2]
    assert axes.get_xscale() == "log" and not axes.xaxis.get_minorticklocs().size
    across = ("epochs", pytest.approx((0.9, 11)), ["1", "2", "5", "10"])  # as far as they go
    assert scale(axes.xaxis) == across
    assert axes.get_ylabel() == label
    if draw == "draw_errors":
        assert axes.get_ylim() == (35, 95)
    assert_readable(figure)


def test_the_first_symptom_is_shown_at_the_start(curves):
    for draw in (curves.draw_losses, curves.draw_errors):
        assert figure_markup(draw(), "x") == figure_markup(draw(0), "x")
    assert curves.describe() == curves.describe(0)


def of(arm, **means):
    return [
        Sample(arm, measure, range(2), [last - early, last - early], {"passes": passes})
        for measure, last in zip(MEASURES, means["last"], strict=True)
        for passes, early in ((10, 0.0), (1, 0.5))
    ]


def test_every_number_is_that_of_the_last_epoch():
    faults = of("masks left on", last=(1.5, 1.0, 2.25, 61)) + of("right", last=(3, 4, 5, 42))
    curves = figures.Curves(faults, of("right", last=(1.75, 1.25, 1.5, 44)))
    assert curves.describe(1) == (
        "After 10 epochs: validation loss 2.25, printed training loss 1.50, 61 % wrong (dashed: "
        "5.00, 3.00, 42 %). Why: masks are still drawn. Cure: switch to evaluation before you "
        "evaluate."
    )
    assert curves.describe(0).startswith(
        "After 10 epochs: validation loss 1.50, printed training loss 1.75, without masks 1.25, "
        "44 % wrong. Why: the training loss is printed with masks on, "
    )
    assert curves.say_printed() == (
        "No: the loss printed in training, 1.75, has the masks on. The same networks without masks "
        "have 1.25 on the training set, below the 1.50 of validation."
    )


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
    html = figures.convention_table(record).data
    assert "XX" not in html
    rows = re.findall(r"<tr>(.*?)</tr>", html)
    assert len(rows) == 1 + len(conventions.QUESTIONS) + 1
    heads = re.findall("<th scope='col'>(.*?)</th>", rows[0])
    assert heads == ["PyTorch", "Keras", "Flax (NNX)", "this book (standard dropout)"]
    entries = [record[name] for name in ("PyTorch", "Keras", "Flax", "NumPy")]
    assert {*record} == {"PyTorch", "Keras", "Flax", "NumPy"}
    for row, question in zip(rows[1:], conventions.QUESTIONS, strict=False):
        cells = re.findall(r"<td data-head='(.*?)'>(.*?)</td>", row)
        plain = [
            unescape(re.sub("</?code>", "`", answer.replace("<wbr>", "")))
            for _head, answer in cells
        ]
        wanted = [entry["answers"][question] for entry in entries]
        if len(set(wanted)) == 1:
            assert (cells, plain) == ([("all' colspan='4", cells[0][1])], wanted[:1])
        else:
            assert ([head for head, _answer in cells], plain) == (heads, wanted)
    cells = re.findall(r"<td data-head='(.*?)'>(.*?)</td>", rows[-1])
    assert rows[-1].startswith("<th scope='row'>Asked</th><td data-head='PyTorch'>")
    for (_head, cell), entry in zip(cells, entries, strict=True):
        assert f"<time>{entry['date']}</time>" in cell
        *versions, last = re.split(", |; ", unescape(re.sub("</?time>", "", cell)))
        assert versions == [f"{name} {version}" for name, version in entry["versions"].items()]
        assert last == entry["date"]


def test_long_code_ends_a_line_between_two_names_only():
    said = "`keras.random.dropout(x_y, 0.5)` or `model.eval()`"
    answers = dict.fromkeys(conventions.QUESTIONS, said)
    entry = {"answers": answers, "versions": {}, "date": "2026-01-02"}
    names = ("PyTorch", "Keras", "Flax", "NumPy")
    html = figures.convention_table(dict.fromkeys(names, entry)).data
    long = "keras.<wbr>random.<wbr>dropout(x_<wbr>y, 0.5)"
    assert html.count(f"<code>{long}</code> or <code>model.eval()</code>") == len(answers)


def test_the_first_symptom_ends_where_its_training_does():
    printed = [Sample("right", measure, range(2), [1, 1], {"passes": passes})
               for measure in MEASURES for passes in (1, 20)]  # fmt: skip
    faults = [Sample(arm, measure, range(2), [1, 1], {"passes": passes})
              for arm in ARMS for measure in MEASURES for passes in (1, 50)]  # fmt: skip
    curves = figures.Curves(faults, printed)
    for draw in (curves.draw_losses, curves.draw_errors):
        ends = [draw(k).axes[0] for k in (0, 1)]
        assert [scale(axes.xaxis)[2][-1] for axes in ends] == ["20", "50"]
        assert [axes.get_xlim()[1] for axes in ends] == pytest.approx([22, 55])
