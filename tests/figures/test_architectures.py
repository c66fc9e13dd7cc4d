import numpy as np
import pytest

from dropoutlab.experiments.architectures import HALVES
from dropoutlab.figures import architectures as figures
from dropoutlab.samples import Sample

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


@pytest.mark.parametrize(("gaps", "answer"), [([-5, -5.1], 0), ([5, 5.1], 1), ([-1, 1], 2)])
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
    assert np.allclose(lines[1] ** -2, counts) and np.allclose(
        lines[3] ** -2, [2 * m for m in counts]
    )
    said = figures.passes(found).describe(9)
    assert said.startswith(f"After 9 forward passes: their mean is off by {means(found)[4]:.3f} ±")


@pytest.mark.parametrize(("last", "answer"), [(0.3, 0), (0.9, 1), (2.5, 2)])
def test_what_becomes_of_the_spread_is_asked(last, answer):
    found = [Sample(arm, "spread", range(2), [value, value], {"examples": n})
             for arm, values in {"dropout": (1.0, last), "least squares": (1.0, 0.05)}.items()
             for n, value in zip((50, 20_000), values, strict=True)]  # fmt: skip
    question = figures.ask_doubt(found)
    assert question.right == (answer, answer) and question.veiled
    assert f"ends at {100 * last:.0f} % of where it began" in question.because
    assert question.text.startswith("From 50 examples to 20,000")
