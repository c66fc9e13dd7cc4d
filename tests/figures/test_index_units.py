"""Units that can be clicked away: what is drawn and said is what the networks answer."""

import re
from itertools import product
from pathlib import Path

import nbformat
import numpy as np
import pytest
from matplotlib.colors import same_color, to_rgba

from dropoutlab.experiments import UnitLosses, unit_losses
from dropoutlab.explore.handles import handles_of
from dropoutlab.explore.ink import INK
from dropoutlab.explore.svg import figure_markup
from dropoutlab.figures import index as figures
from dropoutlab.figures import style

DIGITS = np.array([6, 5, 2, 1, 4, 9])
NAMES = [f"unit_{k}" for k in range(1, 9)]
PAGE = Path(__file__).parents[2] / "chapters" / "index.ipynb"


@pytest.fixture(scope="module")
def drawn():
    rng = np.random.default_rng(0)
    outputs = {}
    for arm in ("none", "dropout"):
        outputs[arm] = rng.dirichlet(np.ones(10), (256, 6))
        outputs[arm][::2, 0] = 0.01 + 0.9 * np.eye(10)[6]  # without unit 1 the six is read rightly
    error = {arm: np.arange(256) / s for arm, s in (("none", 3), ("dropout", 7))}
    return figures.UnitsAway(UnitLosses(rng.random((6, 8, 8)), DIGITS, outputs, error))


def state(*away):
    return {name: k not in away for k, name in enumerate(NAMES, 1)}


@pytest.mark.parametrize("away", [(), (1,), (2, 7), tuple(range(1, 9))])
def test_a_click_on_a_unit_turns_it_round(drawn, away):
    figure = drawn.draw_units(**state(*away))
    found = list(handles_of(figure))
    assert [settings for _, settings in found] == [
        {name: not there} for name, there in state(*away).items()
    ]
    heights = [disc.center[1] for disc, _ in found]
    assert heights == sorted(heights, reverse=True)  # the first on top
    for (disc, _), there in zip(found, state(*away).values(), strict=True):
        color = INK if there else style.DROPPED
        assert disc.get_facecolor() == to_rgba(color, 1 if there else 0)
        assert same_color(disc.get_edgecolor(), color)


def test_circles_are_round_and_large_enough_for_a_finger(drawn):
    figure = drawn.draw_units()
    figure.draw_without_rendering()
    for disc, _ in handles_of(figure):
        box = disc.get_window_extent()
        assert box.width == pytest.approx(box.height, rel=0.02)
        assert box.width / figure.dpi / style.PART[0] * 340 >= 24  # pixels


def test_away_is_a_cross_under_a_clear_disc_and_faint_lines(drawn):
    axes = drawn.draw_units(**state(3)).axes[0]
    for k in range(8):
        lines = axes.collections[k]
        color, alpha = (style.DROPPED, 0.12) if k == 2 else (INK, 0.35)
        into, out, *cross = lines.get_colors()
        assert tuple(into) == tuple(out) == to_rgba(color, alpha)
        assert [tuple(stroke) for stroke in cross] == [to_rgba(color)] * 2
        assert lines.get_zorder() < axes.patches[k].get_zorder()


def test_a_frame_differs_from_another_in_the_lines_of_the_unit_only(drawn):
    one, other = (figure_markup(drawn.draw_units(**state(*away)), "u").splitlines()
                  for away in ((), (5,)))  # fmt: skip
    assert len(one) == len(other)
    # and in the two test errors: their bars and numbers
    assert sum(a != b for a, b in zip(one, other, strict=True)) == 10


@pytest.mark.parametrize("away", [(), (1,), (2, 7), tuple(range(1, 9))])
def test_both_test_errors_are_bars_below_the_units(drawn, away):
    bars = drawn.draw_units(**state(*away)).axes[1]
    number = 255 - sum(2 ** (k - 1) for k in away)
    errors = [number / 3, number / 7]
    tracks, found = bars.patches[::2], bars.patches[1::2]
    assert [bar.get_width() for bar in found] == errors
    assert [track.get_width() for track in tracks] == [100, 100]
    assert [text.get_text() for text in bars.texts[2::2]] == [f"{e:.1f} %" for e in errors]


@pytest.mark.parametrize(("part", "arm"), [("without", "none"), ("with", "dropout")])
@pytest.mark.parametrize("away", [(), (1,), (1, 2), (2, 3, 8)])
def test_bars_are_the_probabilities_of_the_answers(drawn, part, arm, away):
    figure = getattr(drawn, f"draw_{part}")(**state(*away))
    (axes,) = figure.axes
    outputs = drawn.found.outputs[arm][255 - sum(2 ** (k - 1) for k in away)]
    assert [bar.get_width() for bar in axes.patches] == outputs.max(axis=-1).tolist()
    right = outputs.argmax(axis=-1) == DIGITS
    truths, said = axes.texts[::2], axes.texts[1::2]
    assert [text.get_text() for text in truths] == [f"is {digit}," for digit in DIGITS]
    for bar, text, ok, output in zip(axes.patches, said, right, outputs, strict=True):
        color = style.ARMS[arm] if ok else style.OTHER
        assert same_color(bar.get_edgecolor(), color) and same_color(text.get_color(), color)
        assert bar.get_facecolor()[3] == ok
        assert text.get_text() == f"says {output.argmax()} {'✓' if ok else '✗'}"
    assert axes.get_title() == f"{figures.NAMES[arm]}: {right.sum()} of 6 right"
    assert axes.get_xlim() == (0, 1) and axes.get_ylim() == (5.5, -0.5)


def test_the_images_stand_beside_their_bars_and_never_change(drawn):
    one, other = (drawn.draw_with(**state(*away)).axes[0].images[0] for away in ((), (1, 4)))
    assert np.array_equal(one.get_array(), other.get_array())
    assert one.get_array().shape == (60, 10, 4)
    ink = one.get_array()[10:20, :, 3][1:-1, 1:-1]
    assert np.allclose(ink**2, drawn.found.images[1], atol=1e-6)
    assert one.get_extent() == [-0.28, -0.04, 5.5, -0.5]


def test_it_starts_with_all_units(drawn):
    for part in (drawn.draw_units, drawn.draw_without, drawn.draw_with):
        assert figure_markup(part(), "u") == figure_markup(part(**state()), "u")


def test_masks_are_numbered_as_they_are_enumerated():
    for k, there in enumerate(product((False, True), repeat=3)):
        assert figures._mask_number(there[::-1]) == k


@pytest.mark.parametrize(
    ("away", "said"),
    [((), "No unit away: "), ((4,), "Unit 4 away: "), ((1, 4), "Units 1 and 4 away: "),
     ((2, 3, 8), "Units 2, 3 and 8 away: ")],
)  # fmt: skip
def test_the_sentence_says_who_is_away_and_what_is_right(drawn, away, said):
    number = 255 - sum(2 ** (k - 1) for k in away)
    right = [
        (drawn.found.outputs[arm][number].argmax(axis=-1) == DIGITS).sum()
        for arm in ("none", "dropout")
    ]
    assert drawn.describe(**state(*away)) == (
        f"{said}without dropout {right[0]} of 6 answers are right, with dropout {right[1]} of 6. "
        f"Test errors of this pair: {number / 3:.1f} % and {number / 7:.1f} %."
    )


def idle_in(**units):
    """Two networks, of three images, in each of which some units do nothing, by arm."""
    rng, found = np.random.default_rng(1), {}
    for arm in figures.NAMES:
        outputs, error = rng.dirichlet(np.ones(10), (256, 3)), rng.random(256)
        masks = np.arange(256)
        for k in units.get(arm, ()):
            masks = masks | 1 << (k - 1)  # whether it is there or not
        found[arm] = outputs[masks], error[masks]
    outputs, error = ({arm: pair[part] for arm, pair in found.items()} for part in (0, 1))
    return figures.UnitsAway(UnitLosses(rng.random((3, 8, 8)), DIGITS[:3], outputs, error))


def test_a_unit_is_idle_if_it_does_nothing_in_either_network():
    assert idle_in(none=(1, 3, 8), dropout=(3, 4, 8)).idle == (3, 8)
    assert idle_in(none=(2,)).idle == idle_in(dropout=(2,)).idle == idle_in().idle == ()


@pytest.mark.parametrize("part", ["outputs", "error"])
@pytest.mark.parametrize("arm", ["none", "dropout"])
def test_a_unit_is_not_idle_if_anything_changes_without_it(arm, part):
    found = idle_in(none=(3, 8), dropout=(3, 8))
    getattr(found.found, part)[arm][255 - 2**2] += 1e-9
    assert found.idle == (8,)


@pytest.mark.parametrize(
    ("away", "said"),
    [((), "No unit away: "), ((3,), "Unit 3 away (it did nothing in either network): "),
     ((4,), "Unit 4 away: "), ((3, 4), "Units 3 and 4 away (3 did nothing in either network): "),
     ((3, 7), "Units 3 and 7 away (3 and 7 did nothing in either network): "),
     ((1, 3, 7, 8), "Units 1, 3, 7 and 8 away (3, 7 and 8 did nothing in either network): ")],
)  # fmt: skip
def test_the_sentence_says_who_did_nothing(away, said):
    found = idle_in(none=(3, 7, 8), dropout=(3, 7, 8))
    assert found.describe(**state(*away)).startswith(said + "without dropout ")


@pytest.mark.long
def test_the_unit_that_the_page_names_does_something_in_both_networks():
    opening, code = (cell.source for cell in nbformat.read(PAGE, as_version=4).cells[:2])
    assert "unit_losses(seed=0, keep_prob=0.8)" in code
    named = {int(k) for k in re.findall(r"(?:unit|with an?) (\d)", opening)}
    assert named == {4}
    found = figures.UnitsAway(unit_losses(seed=0, keep_prob=0.8))
    for arm, outputs in found.found.outputs.items():
        whole, without = (found._right(arm, tuple(state(*away).values())) for away in ((), (4,)))
        assert whole.all() and not without.all(), outputs
        assert found.found.error[arm][255 - 2**3] > found.found.error[arm][255] + 5
