"""What is seen of the units of the first page: where they and their lines are, and the bars."""

import numpy as np
import pytest

from dropoutlab.experiments import UnitLosses
from dropoutlab.figures import index as figures
from tests.figures import seen

UNITS = [f"unit_{k}" for k in range(1, 9)]
TOP = 3.2 / 3.6  # where one is as long across as upwards
UNIT_HEIGHTS = np.linspace(TOP - 0.055, 0.055, 8)
DIGIT_HEIGHTS = np.linspace(TOP - 0.055, 0.055, 10)
PICTURES = ("draw_units", "draw_without", "draw_with")


@pytest.fixture(scope="module")
def drawn():
    """Mask k answers k modulo ten, with more certainty the higher it is."""
    outputs, digits = np.full((256, 3, 10), 0.01), np.array([5, 6, 5])
    outputs[np.arange(256), :, np.arange(256) % 10] = np.linspace(0.2, 0.9, 256)[:, None]
    found = {"none": outputs, "dropout": outputs[::-1].copy()}
    error = {"none": np.arange(256) / 3, "dropout": np.arange(256) / 7}
    return figures.UnitsAway(UnitLosses(np.ones((3, 8, 8)), digits, found, error))


def without(*names):
    return {name: name not in names for name in UNITS}


@pytest.mark.parametrize(("name", "height"), [*zip(PICTURES, (4.2, 3.2, 3.2), strict=True)])
def test_the_pictures_have_their_size_and_can_be_read(drawn, name, height):
    figure = getattr(drawn, name)()
    assert tuple(figure.get_size_inches()) == pytest.approx((3.6, height))
    seen.assert_readable(figure)


def test_units_have_their_numbers_and_stand_between_pixels_and_digits(drawn):
    figure = drawn.draw_units(**without("unit_3"))
    axes, _errors = figure.axes
    assert tuple(axes.get_position(original=True).extents) == pytest.approx((0, 1 / 4.2, 1, 1))
    assert axes.get_xlim() == (0, 1) and axes.get_ylim() == pytest.approx((0, TOP))
    assert axes.get_aspect() == 1
    assert not axes.axison
    units = [
        f"{k} {'grey' if k == 3 else 'ink'} at 0.43, {y:.4g} right center"
        for k, y in enumerate(UNIT_HEIGHTS, 1)
    ]
    digits = [f"{k} ink at 0.93, {y:.4g} left center" for k, y in enumerate(DIGIT_HEIGHTS)]
    assert [seen.text(text) for text in axes.texts] == [
        *units, f"64\npixels ink at 0.14, {TOP / 2:.4g} right center", *digits
    ]  # fmt: skip


def test_test_errors_have_their_names_and_numbers_beside_them(drawn):
    errors = drawn.draw_units(**without("unit_3")).axes[1]
    assert tuple(errors.get_position().extents) == pytest.approx((0.42, 0, 0.82, 0.9 / 4.2))
    assert errors.get_xlim() == (0, 100) and errors.get_ylim() == (1.8, -1.6) and not errors.axison
    assert [seen.patch(bar) for bar in errors.patches] == [
        "blue 0.15", "blue", "orange 0.15", "orange"
    ]  # fmt: skip
    for k, bar in enumerate(errors.patches):
        assert (bar.get_x(), bar.get_height()) == (0, pytest.approx(0.62))
        assert bar.get_y() + bar.get_height() / 2 == pytest.approx(k // 2)
    assert [seen.text(text) for text in errors.texts] == [
        "test error (new digits read wrongly) ink at 20, -1 center center",
        "without dropout blue at -4, 0 right center", "83.7 % blue at 104, 0 left center",
        "with dropout orange at -4, 1 right center", "35.9 % orange at 104, 1 left center",
    ]  # fmt: skip


def test_a_disc_has_a_line_from_the_pixels_and_one_to_each_digit(drawn):
    axes = drawn.draw_units(**without("unit_3")).axes[0]
    kept, away = "ink, edge ink 1.5", "none, edge grey 1.5"
    discs = axes.patches
    assert [seen.patch(disc) for disc in discs] == [*[kept] * 2, away, *[kept] * 5]
    for disc, lines, y in zip(discs, axes.collections, UNIT_HEIGHTS, strict=True):
        assert disc.center == (0.5, y) and disc.radius == 0.042 and disc.get_zorder() == 4
        into, out, *cross = lines.get_segments()
        assert np.allclose(into, [(0.16, TOP / 2), (0.36, y)])
        there = np.column_stack([np.full(10, 0.92), DIGIT_HEIGHTS])
        assert np.allclose(out[1::2], there) and np.allclose(out[::2], (0.5, y))
        arm = 0.021  # half of a radius
        assert np.allclose(cross[0], [(0.5 - arm, y - arm), (0.5 + arm, y + arm)])
        assert np.allclose(cross[1], [(0.5 - arm, y + arm), (0.5 + arm, y - arm)])
        assert list(lines.get_linewidths()) == [1, 1, 2, 2] and lines.get_zorder() == 3


@pytest.mark.parametrize(("words", "color"), [("without", "blue"), ("with", "orange")])
def test_the_bars_and_words_of_the_answers(drawn, words, color):
    figure = getattr(drawn, f"draw_{words}")()
    (axes,) = figure.axes
    assert seen.place(axes) == (0.17, 0.18, 0.64, 0.9)
    assert seen.scales(axes) == ("probability of the answer: 0 0.5 1, 0 to 1", ": , 2.5 to -0.5")
    says, right = (5, (True, False, True)) if words == "without" else (0, (False,) * 3)
    looks = [(color, "✓") if ok else ("purple", "✗") for ok in right]
    for row, (digit, (shown, mark)) in enumerate(zip((5, 6, 5), looks, strict=True)):
        truth, said = axes.texts[2 * row : 2 * row + 2]
        assert seen.text(truth) == f"is {digit}, ink at 1.05, {row} left center"
        assert seen.text(said) == f"says {says} {mark} {shown} at 1.31, {row} left center"
    assert [seen.patch(bar) for bar in axes.patches] == [
        f"{color if ok else 'none'}, edge {shown} 1.5"
        for ok, (shown, _) in zip(right, looks, strict=True)
    ]
    for row, bar in enumerate(axes.patches):
        assert (bar.get_x(), bar.get_height()) == (0, pytest.approx(0.62))
        assert bar.get_y() + bar.get_height() / 2 == pytest.approx(row)
    title = f"{words} dropout: {sum(right)} of 3 right"
    assert seen.text(axes.title) == f"{title} {color} at 0.66, 1 center baseline"


def test_images_are_sharp_and_stand_outside_of_the_axes(drawn):
    (image,) = drawn.draw_with().axes[0].images
    assert image.get_interpolation() == "none" and not image.get_clip_on()
    assert image.get_extent() == [-0.28, -0.04, 2.5, -0.5]
    assert drawn.draw_with().axes[0].get_aspect() == "auto"


@pytest.mark.parametrize("k", range(8))
@pytest.mark.parametrize("name", PICTURES)
def test_each_control_takes_its_own_unit_away(drawn, name, k):
    axes = getattr(drawn, name)(**without(UNITS[k])).axes[0]
    if name == "draw_units":
        assert [seen.patch(disc).startswith("none") for disc in axes.patches] == [
            other == k for other in range(8)
        ]
    else:
        mask = 255 - 2**k
        outputs = drawn.found.outputs["none" if name == "draw_without" else "dropout"][mask]
        assert [bar.get_width() for bar in axes.patches] == outputs.max(axis=1).tolist()


@pytest.mark.parametrize("k", range(8))
def test_the_sentence_names_the_unit_that_is_away_and_its_errors(drawn, k):
    mask = 255 - 2**k
    right = [int((drawn.found.outputs[arm][mask].argmax(axis=1) == (5, 6, 5)).sum())
             for arm in ("none", "dropout")]  # fmt: skip
    assert drawn.describe(**without(UNITS[k])) == (
        f"Unit {k + 1} away: without dropout {right[0]} of 3 answers are right, with dropout "
        f"{right[1]} of 3. Test errors of this pair: {mask / 3:.1f} % and {mask / 7:.1f} %."
    )
