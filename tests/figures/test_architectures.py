import numpy as np

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


def test_recurrent_and_shift_show_every_arm():
    found = [sample(arm) for arm in figures.MASK_NAMES]
    assert dots(figures.draw_recurrent(found).axes[0]) == means(found)
    found = [sample(a, m) for a in ("dense", "before norm") for m in ("measured", "predicted")]
    assert dots(figures.draw_shift(found).axes[0]) == means(found)


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
    for line, first in zip(axes.lines, (0, 2), strict=True):
        assert line.get_xdata().tolist() == [50, 100]
        assert line.get_ydata().tolist() == means([found[first + 1], found[first]])
    found = [sample("passes", measure, passes=n) for measure in ("mean", "spread") for n in (2, 9)]
    (axes,) = figures.draw_passes(found).axes
    lines = [np.array(line.get_ydata()) for line in axes.lines]
    assert np.allclose(lines[1], means(found[:2])) and np.allclose(lines[3], means(found[2:]))
    assert np.allclose(lines[0] ** -2, [2, 9]) and np.allclose(lines[2] ** -2, [4, 18])
