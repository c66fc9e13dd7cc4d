"""Curves that can be read off: where the line and the rings stand, and what is said there."""

from itertools import pairwise

import numpy as np
import pytest

from dropoutlab.explore import explore
from dropoutlab.explore.handles import handles_of
from dropoutlab.figures import read_off, style
from dropoutlab.samples import Sample, Summary
from tests.figures import seen
from tests.figures.looks import looks, reach

PLACES = (1, 4, 16, 100)
FOUND = [Summary(mean, mean - 0.5, mean + 0.5) for mean in (10.0, 20.0, 40.0, 30.0)]
PLAIN = [1.0, -2.0, 3.0, 4.0]


def figure(scale="linear"):
    drawn, axes = style.new_part()
    axes.plot(PLACES, [found.mean for found in FOUND])
    axes.set(xscale=scale, xlim=(0.5, 200), ylim=(-5, 45))
    return drawn


def curves(scale="linear"):
    named = {"{} % wrong": (FOUND, style.E_R), "theory {}": (PLAIN, style.E_N)}
    return read_off.Curves(lambda: figure(scale), PLACES, named, where="With {} masks")


@pytest.mark.parametrize("at", PLACES)
def test_a_line_stands_at_the_place_and_a_ring_on_each_curve(at):
    axes = curves().draw(at).axes[0]
    _curve, line, *rings = axes.lines
    assert list(line.get_xdata()) == [at, at]
    place = PLACES.index(at)
    assert [tuple(ring.get_xydata()[0]) for ring in rings] == [
        (at, FOUND[place].mean), (at, PLAIN[place])]  # fmt: skip
    assert [ring.get_color() for ring in rings] == [style.E_R, style.E_N]
    assert looks(axes)[1:] == ["ink - 0.8", "orange o 12 hollow", "blue o 12 hollow"]
    assert not any(ring.get_clip_on() for ring in rings)


def test_the_sentence_has_each_number_with_its_interval():
    assert curves().describe(4) == "With 4 masks: 20.0 ± 0.5 % wrong, theory −2.0."


def test_a_large_place_is_written_as_on_the_axis():
    far = read_off.Curves(figure, (1, 4000), {"{}": (PLAIN[:2], style.E_N)}, "N = {}", "+.2f")
    assert far.describe(4000) == "N = 4,000: −2.00."
    assert far.describe(1) == "N = 1: +1.00."
    assert dict(far.slider(1).options) == {"1": 1, "4,000": 4000} and far.slider(1).value == 1


@pytest.mark.parametrize("scale", ["linear", "log"])
def test_every_place_can_be_touched_half_of_the_way_to_its_neighbours(scale):
    axes = curves(scale).draw(4).axes[0]
    found = list(handles_of(axes.figure))
    assert [settings for _tile, settings in found] == [{"at": place} for place in PLACES]
    tiles = [tile for tile, _settings in found]
    sides = [(tile.box.x0, tile.box.x1) for tile in tiles]
    middle = np.mean if scale == "linear" else lambda pair: np.sqrt(np.prod(pair))
    for pair, (one, other) in zip(pairwise(PLACES), pairwise(sides), strict=True):
        assert one[1] == pytest.approx(other[0]) == pytest.approx(middle(pair))
    assert middle(sides[0]) == pytest.approx(PLACES[0])
    assert middle(sides[-1]) == pytest.approx(PLACES[-1])
    others = [artist for artist in axes.get_children() if artist not in tiles]
    assert min(tile.zorder for tile in tiles) > max(artist.zorder for artist in others)
    assert {(tile.box.y0, tile.box.height) for tile in tiles} == {(-5, 50)}


def test_what_is_drawn_stays_where_it_was():
    plain, touched = figure("log").axes[0], curves("log").draw(4).axes[0]
    assert plain.get_xlim() == touched.get_xlim() and plain.get_ylim() == touched.get_ylim()


def test_a_ring_outside_of_the_curves_moves_no_limit():
    drawn, axes = style.new_part()
    axes.plot(PLACES, [found.mean for found in FOUND])
    limits = axes.get_xlim(), axes.get_ylim()
    read_off.Curves(lambda: drawn, PLACES, {"{}": ([-90.0] * 4, style.E_N)}).draw(100)
    assert (axes.get_xlim(), axes.get_ylim()) == limits


def test_the_parts_of_an_explorer():
    made = curves()
    shown = explore(made.draw, describe=made.describe, name="read", at=made.slider(16))
    assert "40.0\xa0±\xa00.5\xa0% wrong" in shown._repr_html_()


def test_every_curve_needs_a_value_for_each_place():
    with pytest.raises(ValueError) as refusal:
        read_off.Curves(figure, (1, 2), {"theory {}": (PLAIN[:3], style.E_N)})
    assert str(refusal.value) == (
        "curves must have a value for each of 2 places; got 3 for 'theory {}'"
    )


@pytest.mark.parametrize(
    ("form", "said"),
    [(".1f", "−2.0"), ("+.2f", "−2.00"), (".0f", "−2"), ("+.0f", "−2")],
)
def test_a_number_without_an_interval_is_written_in_the_form_of_the_curves(form, said):
    curves = read_off.Curves(figure, (1, 4), {"{}": ([-0.001, -2.0], style.E_N)}, form=form)
    assert curves.describe(4) == f"At 4: {said}."
    sign = "+" if form[0] == "+" else ""
    assert curves.describe(1) == f"At 1: {sign}{said[1:].replace('2', '0')}."


def test_a_place_below_zero_is_written_with_a_minus():
    curves = read_off.Curves(figure, (-2, 1), {"{}": ([1.0, 2.0], style.E_N)})
    assert curves.describe(-2) == "At −2: 1.0."
    assert curves.slider(-2).options == (("−2", -2), ("1", 1))


NAMES = {"nothing": [50.0, 52.0], "one mask": [47.0, 48.0]}
SAMPLES = {name: Sample(name, "error", range(2), values) for name, values in NAMES.items()}


def rows_figure():
    drawn, axes = style.new_part()
    for place, sample in enumerate(SAMPLES.values()):
        style.dot(axes, sample.summary(), place, style.E_R)
    style.name_rows(axes, SAMPLES)
    return drawn


def test_a_row_is_chosen_by_a_click_and_has_a_ring():
    rows = read_off.Rows(rows_figure, SAMPLES)
    for place, (name, sample) in enumerate(SAMPLES.items()):
        axes = rows.draw(name).axes[0]
        (ring,) = [line for line in axes.lines if line.get_markerfacecolor() == "none"]
        assert tuple(ring.get_xydata()[0]) == (sample.values.mean(), place)
        found = list(handles_of(axes.figure))
        assert [settings for _tile, settings in found] == [{"row": name} for name in SAMPLES]
        assert looks(axes)[-1] == "ink o 14 hollow"
        for row, (tile, _settings) in enumerate(found):
            assert reach(tile)[1::2] == pytest.approx((row + 0.5, row - 0.5))
            across = tile.get_window_extent().transformed(axes.transAxes.inverted())
            assert (across.x0, across.x1) == pytest.approx((-0.8, 1))  # over the names too


def test_a_row_is_said_with_its_distance_from_the_first():
    rows = read_off.Rows(rows_figure, SAMPLES)
    assert rows.describe("nothing") == "Nothing: 51.0 ± 12.7 % wrong."
    assert rows.describe("one mask") == (
        "One mask: 47.5 ± 6.4 % wrong, −3.5 ± 6.4 points against nothing."
    )
    rows = read_off.Rows(rows_figure, SAMPLES, "{} nats", ".2f")
    assert rows.describe("one mask") == (
        "One mask: 47.50 ± 6.35 nats, −3.50 ± 6.35 points against nothing."
    )


def test_a_tile_can_set_another_value_than_its_place():
    axes = rows_figure().axes[0]
    axes.set(xlim=(0, 10), ylim=(0, 1))
    read_off.tiles(axes, (2, 6), "kept", (0.8, 0.4))
    found = {s["kept"]: (t.box.x0, t.box.x1) for t, s in handles_of(axes.figure)}
    assert found == {0.8: (0, 4), 0.4: (4, 8)}


def test_rungs_lie_above_each_other_and_meet_half_way():
    axes = rows_figure().axes[0]
    axes.set(yscale="log", ylim=(0.1, 1000))
    read_off.rungs(axes, (1, 4, 64), "at", "abc", (2, 5))
    found = list(handles_of(axes.figure))
    assert [settings["at"] for _rung, settings in found] == list("abc")
    edges = [(rung.box.y0, rung.box.y1) for rung, _settings in found]
    assert np.array(edges) == pytest.approx(np.array([(0.5, 2), (2, 16), (16, 256)]))
    assert all((rung.box.x0, rung.box.x1) == (2, 5) for rung, _settings in found)


@pytest.mark.parametrize("chosen", [0, 2])
def test_the_button_of_the_chosen_row_is_filled_and_names_stand_behind_buttons(chosen):
    figure, axes = style.new_figure()
    axes.set_position((0.4, 0.1, 0.5, 0.8))
    axes.set_xticks([])
    read_off.buttons(axes, ["one", "two", "three\nand four"], chosen)
    rings, mark = axes.lines
    assert [seen.line(line) for line in axes.lines] == ["ink o 9 hollow", "ink o 4"]
    assert list(rings.get_ydata()) == [0, 1, 2] and list(mark.get_ydata()) == [chosen]
    for line in axes.lines:
        left, _row = line.get_transform().transform(line.get_xydata()[0])
        assert 72 * left / figure.dpi == pytest.approx(8) and not line.get_clip_on()
    seen.assert_readable(figure)
    labels = axes.get_yticklabels()
    assert [label.get_text() for label in labels] == ["one", "two", "three\nand four"]
    for label in labels:
        assert 72 * label.get_window_extent().x0 / figure.dpi == pytest.approx(18, abs=1)
