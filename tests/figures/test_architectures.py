import numpy as np
import pytest

from dropoutlab.experiments.architectures import HALVES
from dropoutlab.explore.svg import figure_markup
from dropoutlab.figures import architectures as figures
from dropoutlab.samples import Sample
from tests.figures.looks import box, legend, look, looks, scale, words
from tests.figures.seen import assert_readable

RNG = np.random.default_rng(0)


def sample(arm, measure="test error", **settings):
    return Sample(arm, measure, range(3), 20 + RNG.standard_normal(3), settings)


def dots(axes):
    return [float(line.get_xdata()[0]) for line in axes.lines if line.get_marker() == "o"]


def means(samples):
    return [float(s.values.mean()) for s in samples]


def test_each_place_is_a_row_and_both_pictures_have_one_scale():
    places = list(figures.PLACE_NAMES)
    found = [sample(arm, normalized=word) for word in ("no", "yes") for arm in places]
    del found[3]  # whole channels, only with batch normalisation
    pictures = figures.Convolutions(found)
    (without,), (with_it,) = (pictures.draw(word).axes for word in ("no", "yes"))
    assert dots(without) == means(found[:3]) and dots(with_it) == means(found[3:])
    assert without.get_xlim() == with_it.get_xlim()
    names = [text.get_text() for text in with_it.get_yticklabels()]
    assert names == list(figures.PLACE_NAMES.values())
    said, gap = pictures.describe("yes"), (found[4] - found[3]).summary()
    assert said.startswith("With batch") and f"{found[3].values.mean():.1f} %" in said
    assert f"dense layer {gap.mean:+.1f} ± {gap.half_width:.1f}".replace("-", "−") in said
    assert pictures.describe("no").startswith("Without")
    gap = (found[6] - found[5]).summary()
    assert f"Whole channels less single units: {gap.mean:+.1f}".replace("-", "−") in said
    assert "less single units" not in pictures.describe("no")


def test_recurrent_and_shift_show_every_arm():
    found = [sample(arm) for arm in figures.MASK_NAMES]
    assert dots(figures.draw_recurrent(found).axes[0]) == means(found)
    rows = figures.recurrent(found)
    assert list(rows.samples) == ["nothing dropped", "one mask a sequence", "one mask a step"]
    assert dots(rows.draw("one mask a step").axes[0]) == [*means(found), *means(found[2:])]
    found = [sample(a, m, keep_prob=0.8) for a in ("dense", "before norm")
             for m in ("measured", "predicted")]  # fmt: skip
    assert dots(figures.draw_shift(found).axes[0]) == means(found)
    said = figures.describe_shift(found)
    assert "p = 0.8: dropout after it, measured" in said
    assert f"dropout before it, predicted {means(found)[3]:.2f}" in said


@pytest.mark.parametrize(
    ("gaps", "answer"), [([-5, -5.1], 0), ([5, 5.1], 1), ([-1, 1], 2), ([0, 0], 2)]
)
def test_what_is_right_is_what_the_seeds_say(gaps, answer):
    def of(arm, values, **settings):
        return Sample(arm, "test error", range(2), values, settings)

    there = [of("none", [0, 0], normalized="yes"), of("dense", gaps, normalized="yes")]
    assert figures.Convolutions(there).ask().right == (answer, answer)
    question = figures.ask_recurrent([of("fixed", gaps), of("fresh", [0, 0])])
    assert question.right == (answer, answer) and question.veiled
    assert "over 2 networks each" in question.because


def test_rates_that_tuning_chose_are_said_by_place():
    assert figures.best_kept() == {
        "before the dense layer": "0.8",
        "between convolutions": "0.95 or 0.9",
        "recurrent state": "0.95",
    }


def test_timing_shows_the_halves_of_one_size():
    measures = ("test error", "training loss")
    found = [sample(a, m, units=units) for m in measures for units in (10, 100) for a in HALVES]
    timing = figures.Timing(found)
    for k, units in enumerate((10, 100)):
        errors, losses = (found[first + 4 * k :][:4] for first in (0, 8))
        assert dots(timing.draw_errors(units).axes[0]) == means(errors)
        assert dots(timing.draw_losses(units).axes[0]) == means(losses)
        assert timing.describe(units).startswith(f"With {units} hidden units")
        assert f"throughout {errors[-1].values.mean():.1f} %" in timing.describe(units)


def test_doubt_and_passes_are_curves_of_means():
    found = [sample(arm, "spread", examples=n) for arm in ("dropout", "least squares")
             for n in (100, 50)]  # fmt: skip
    (axes,) = figures.draw_doubt(found).axes
    assert not axes.texts  # nothing that a line at a place could cross
    for line, first in zip(axes.lines, (0, 2), strict=True):
        assert line.get_xdata().tolist() == [50, 100]
        assert line.get_ydata().tolist() == means([found[first + 1], found[first]])
    said = figures.doubt(found).describe(100)
    assert said.startswith(f"Standard deviation with 100 examples: {means(found)[0]:.3f} ±")
    assert said.endswith("over data sets (least squares).")
    counts = (2, 3, 5, 7, 9)
    found = [sample("passes", measure, passes=n) for measure in ("mean", "spread") for n in counts]
    (axes,) = figures.draw_passes(found).axes
    assert not axes.texts  # nothing that a line at a place could cross
    lines = [np.array(line.get_ydata()) for line in axes.lines]
    assert np.allclose(lines[0], means(found[:5])) and np.allclose(lines[2], means(found[5:]))
    of_all = np.array([1 / m + 1 / 1000 for m in counts])  # a thousand stand for all
    assert np.allclose(lines[1] ** 2, of_all) and np.allclose(2 * lines[3] ** 2, of_all)
    said = figures.passes(found).describe(9)
    start = "After 9 forward passes, against 1,000 others: their mean is off by "
    assert said.startswith(f"{start}{means(found)[4]:.3f} ±")


@pytest.mark.parametrize(("last", "answer"), [(0.3, 0), (0.5, 0), (0.9, 1), (2.0, 1), (2.5, 2)])
def test_what_becomes_of_the_spread_is_asked(last, answer):
    found = [Sample(arm, "spread", range(2), [value, value], {"examples": n})
             for arm, values in {"dropout": (1.0, last), "least squares": (1.0, 0.05)}.items()
             for n, value in zip((50, 20_000), values, strict=True)]  # fmt: skip
    question = figures.ask_doubt(found)
    assert question.right == (answer, answer) and question.veiled
    assert f"ends at {100 * last:.0f} % of where it began" in question.because
    assert question.text.startswith("From 50 examples to 20,000")


# --- all that is seen and said, of means 20, 21, ...


def about(arm, measure, mean, **settings):
    return Sample(arm, measure, range(2), [mean - 0.1, mean + 0.1], settings)


def and_another(samples):
    """With a measure that nobody asks for."""
    return samples + [Sample(s.arm, "other", s.seeds, s.values + 99, s.settings) for s in samples]


CONVOLUTIONS = figures.Convolutions(
    and_another(
        [
            about(arm, "test error", mean, normalized=word)
            for word, means in (("no", (25, 26, 27)), ("yes", (20, 21, 22, 24)))
            for arm, mean in zip(figures.PLACE_NAMES, means, strict=False)
        ]
    )
)
RECURRENT = and_another(
    [about(arm, "test error", 20 + k) for k, arm in enumerate(figures.MASK_NAMES)]
)
SHIFT = [
    about(arm, measure, 0.5 + 0.1 * j + 0.2 * k, keep_prob=0.8)
    for k, arm in enumerate(("dense", "before norm"))
    for j, measure in enumerate(("measured", "predicted"))
]
TIMING = figures.Timing(
    [
        about(arm, measure, 10 + k + units / 100 - 0.1, units=units)
        for measure in ("test error", "training loss")
        for units in (10, 100)
        for k, arm in enumerate(figures.HALF_NAMES)
    ]
)
DOUBT = and_another(
    [
        about(arm, "spread", mean, examples=n)
        for arm, mean in (("dropout", 0.5), ("least squares", 0.2))
        for n in (5000, 100)
    ]
)
PASSES = [
    about("passes", measure, mean, passes=n)
    for measure, mean in (("mean", 0.2), ("spread", 0.3))
    for n in (2, 20, 1000)
]
ROWS = {  # picture: names of the rows, the label below them, and the ends of the means
    "convolution": (
        lambda: CONVOLUTIONS.draw("no"),
        ["nothing dropped", "before the\ndense layer", "single units\nin between",
         "whole channels\nin between"],
        "wrong answers (%)", (20, 27),
    ),
    "with batch normalisation": (
        lambda: CONVOLUTIONS.draw("yes"),
        ["nothing dropped", "before the\ndense layer", "single units\nin between",
         "whole channels\nin between"],
        "wrong answers (%)", (20, 27),
    ),
    "recurrent": (
        lambda: figures.draw_recurrent(RECURRENT),
        ["nothing dropped", "one mask\na sequence", "one mask\na step"],
        "wrong answers (%)", (20, 22),
    ),
    "errors": (
        lambda: TIMING.draw_errors(10), ["never", "first half", "second half", "throughout"],
        "wrong answers (%)", (10, 13),
    ),
    "losses": (
        lambda: TIMING.draw_losses(10), ["never", "first half", "second half", "throughout"],
        "training loss (nats)", (10, 13),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ROWS)
def test_rows_are_blue_without_dropout_and_orange_with_it(name):
    draw, names, label, (least, most) = ROWS[name]
    (axes,) = draw().axes
    run = 3 if name == "convolution" else len(names)
    assert scale(axes.yaxis) == ("", (len(names) - 0.5, -0.5), names)
    assert looks(axes) == ["blue : 1", "blue o 8", *["orange o 8"] * (run - 1)]
    assert [line.get_ydata()[0] for line in axes.lines[1:]] == list(range(run))
    assert words(axes) == ({} if run == len(names) else {"not run": "grey center center"})
    for text in axes.texts:
        assert (
            text.get_position() == (0.5, 3) and text.get_transform() == axes.get_yaxis_transform()
        )
    assert set(axes.lines[0].get_xdata()) == {axes.lines[1].get_xdata()[0]}
    half = Sample("a", "b", range(2), [-0.1, 0.1]).summary().high  # of an interval
    room = 0.1 * (most - least + 2 * half)
    assert axes.get_xlim() == pytest.approx((least - half - room, most + half + room))
    assert axes.get_xlabel() == label and 2 <= len(scale(axes.xaxis)[2]) <= 4
    assert axes.figure.get_size_inches() == pytest.approx([3.6, 0.45 * len(names) + 0.9])
    assert box(axes)[0] == 0.44
    assert_readable(axes.figure)


def test_variances_are_orange_as_measured_and_grey_as_predicted():
    figure = figures.draw_shift(SHIFT)
    (axes,) = figure.axes
    assert looks(axes) == [*["orange o 8", "grey o 8"] * 2, "ink : 1"]
    assert list(axes.lines[-1].get_xdata()) == [1, 1]
    assert scale(axes.xaxis) == ("variance, test / training", (0, 1.15), ["0.0", "0.5", "1.0"])
    assert scale(axes.yaxis)[2] == [
        f"dropout {where} it,\n{how}"
        for where in ("after", "before") for how in ("measured", "predicted")
    ]  # fmt: skip
    assert figure.get_size_inches() == pytest.approx([3.6, 2.7])
    assert_readable(figure)


def test_both_spreads_have_a_legend_above():
    figure = figures.draw_doubt(DOUBT)
    (axes,) = figure.axes
    assert looks(axes) == ["orange - 1.5 o 5", "blue - 1.5 o 5"]
    assert legend(axes) == {
        "over masks (dropout)": "orange", "over data sets (least squares)": "blue",
    }  # fmt: skip
    assert axes.get_legend()._ncols == 1 and box(axes)[2:] == (0.95, 0.81)
    assert (axes.get_xscale(), axes.get_yscale()) == ("log", "log")
    label, _limits, numbers = scale(axes.xaxis)
    assert (label, numbers) == ("training examples", ["100", "5,000"])
    assert axes.get_ylabel() == "standard deviation of the answer"
    assert scale(axes.yaxis)[2] == ["0.01", "0.03", "0.1", "0.3", "1"]
    assert not axes.xaxis.get_minorticklocs().size and not axes.yaxis.get_minorticklocs().size
    assert_readable(figure)


def test_passes_are_drawn_with_what_normal_answers_would_give():
    figure = figures.draw_passes(PASSES)
    (axes,) = figure.axes
    assert looks(axes) == [
        "green - 1.5 o 5", "green -- 1", "orange - 1.5 o 5", "orange -- 1",
    ]  # fmt: skip
    assert [list(line.get_xdata()) for line in axes.lines] == [[2, 20, 1000]] * 4
    assert legend(axes) == {
        "mean": "green", "spread": "orange", "if the answers were normal": "orange",
    }  # fmt: skip
    assert box(axes)[3] == 0.81 and axes.get_legend()._ncols == 2
    assert (axes.get_xscale(), axes.get_yscale()) == ("log", "log")
    label, _limits, numbers = scale(axes.xaxis)
    assert (label, numbers) == ("forward passes", ["2", "20", "1,000"])
    assert axes.get_ylabel() == "error as a share of the spread"
    assert scale(axes.yaxis)[2] == ["0.05", "0.1", "0.2", "0.5", "1"]
    assert not axes.xaxis.get_minorticklocs().size and not axes.yaxis.get_minorticklocs().size
    assert_readable(figure)


CHANGES = "Dropout changes them by so many points (95 % intervals):"
SENTENCES = {
    "with batch normalisation": (
        lambda: CONVOLUTIONS.describe("yes"),
        f"With batch normalisation, wrong answers: 20.0 %. {CHANGES} before the dense layer "
        "+1.0 ± 0.0, single units in between +2.0 ± 0.0, whole channels in between +4.0 ± 0.0. "
        "Whole channels less single units: +2.0 ± 0.0.",
    ),
    "without": (
        lambda: CONVOLUTIONS.describe("no"),
        f"Without batch normalisation, wrong answers: 25.0 %. {CHANGES} before the dense layer "
        "+1.0 ± 0.0, single units in between +2.0 ± 0.0.",
    ),
    "shift": (
        lambda: figures.describe_shift(SHIFT),
        "Variance at test divided by that in training, in front of the last normalisation, "
        "p = 0.8: dropout after it, measured 0.50 ± 1.27; dropout after it, predicted 0.60 ± 1.27; "
        "dropout before it, measured 0.70 ± 1.27; dropout before it, predicted 0.80 ± 1.27. "
        "On the dotted line the two agree.",
    ),
    "recurrent": (
        lambda: figures.recurrent(RECURRENT).describe("one mask a step"),
        "One mask a step: 22.0 ± 1.3 % wrong, +2.0 ± 0.0 points against nothing dropped.",
    ),
    "timing": (
        lambda: TIMING.describe(10),
        "With 10 hidden units, wrong answers if dropped: never 10.0 %, first half 11.0 %, "
        "second half 12.0 %, throughout 13.0 %.",
    ),
    "doubt": (
        lambda: figures.doubt(DOUBT).describe(5000),
        "Standard deviation with 5,000 examples: 0.500 ± 1.271 over masks (dropout), "
        "0.200 ± 1.271 over data sets (least squares).",
    ),
    "passes": (
        lambda: figures.passes(PASSES).describe(1000),
        "After 1,000 forward passes, against 1,000 others: their mean is off by 0.200 ± 1.271 of "
        "the spread, the spread itself by 0.300 ± 1.271.",
    ),
}


@pytest.mark.parametrize("name", SENTENCES)
def test_a_sentence_has_every_number(name):
    say, wanted = SENTENCES[name]
    assert say() == wanted


@pytest.mark.parametrize(
    ("curves", "at", "rings"),
    [
        (figures.doubt, 100, [("orange", 0.5), ("blue", 0.2)]),
        (figures.passes, 20, [("green", 0.2), ("orange", 0.3)]),
    ],
)
def test_curves_are_read_off_in_their_colours(curves, at, rings):
    made = curves({figures.doubt: DOUBT, figures.passes: PASSES}[curves])
    drawn = [line for line in made.draw(at).axes[0].lines if line.get_markerfacecolor() == "none"]
    assert [look(line) for line in drawn] == [f"{color} o 12 hollow" for color, _ in rings]
    assert [line.get_ydata()[0] for line in drawn] == pytest.approx([mean for _, mean in rings])


def test_questions_have_their_answers_in_words():
    same = "no difference can be seen"
    question = CONVOLUTIONS.ask()
    assert (question.text, question.texts, question.right, question.because, question.veiled) == (
        "With batch normalisation in the network, what does dropout in front of the dense layer "
        "still do?",
        ("it lowers the error", "it raises it", same),
        (1, 1),
        "With batch normalisation it changes the share of wrong answers by +1.0 ± 0.0 points.",
        False,
    )
    assert question.at == {"normalized": "yes"}
    question = figures.ask_recurrent(RECURRENT)
    assert (question.text, question.texts, question.right, question.because, question.veiled) == (
        "In this recurrent network, which has fewer wrong answers?",
        ("one mask for the whole sequence", "a fresh mask at each step", same),
        (0, 0),
        "One mask a sequence less one a step: −1.0 ± 0.0 points, over 2 networks each.",
        True,
    )
    assert question.at == {"row": "one mask a sequence"}
    assert question.at["row"] in figures.recurrent(RECURRENT).samples
    question = figures.ask_doubt(DOUBT)
    assert (question.text, question.texts, question.right, question.because, question.veiled) == (
        "From 100 examples to 5,000: what does the spread over masks do?",
        ("it falls to less than a half", "it hardly changes", "it more than doubles"),
        (1, 1),
        "The spread over masks ends at 100 % of where it began, that over data sets at 100 %.",
        True,
    )
    assert question.at == {"at": 5000}


@pytest.mark.parametrize(
    ("draw", "start"),
    [(CONVOLUTIONS.draw, "no"), (TIMING.draw_errors, 100), (TIMING.draw_losses, 100)],
)
def test_where_a_picture_starts(draw, start):
    assert figure_markup(draw(), "x") == figure_markup(draw(start), "x")
