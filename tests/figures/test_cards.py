"""The cards of the first page: a picture, a question and a link each."""

import re
from pathlib import Path

import numpy as np
import pytest
from matplotlib.colors import same_color

from dropoutlab.figures import cards as figures
from dropoutlab.figures import style
from dropoutlab.figures.network_drawing import unit_places
from dropoutlab.figures.touch import PENALTY, square_parts
from tests.figures import seen

CHAPTERS = Path(__file__).parents[2] / "chapters"


@pytest.mark.parametrize(("building", "suffix"), [("1", "html"), (None, "ipynb")])
def test_cards_lead_to_pages_in_the_book_and_to_notebooks_elsewhere(monkeypatch, building, suffix):
    monkeypatch.delenv("DROPOUTLAB_BUILDING_BOOK", raising=False)
    if building:
        monkeypatch.setenv("DROPOUTLAB_BUILDING_BOOK", building)
    markup = figures.cards().data
    links = re.findall(r'<a href="([^"]+)"', markup)
    assert links == [f"{chapter}.{suffix}" for chapter in figures.CARDS]
    assert all((CHAPTERS / f"{chapter}.ipynb").exists() for chapter in figures.CARDS)
    for number, card in enumerate(figures.CARDS.values(), 1):
        assert f"</div>\n{number}. {card.question}</a>" in markup
        assert f">{card.promise}</p>" in markup
    assert markup.count("<svg") == markup.count('aria-hidden="true"') == len(links)
    ids = re.findall(r' id="([^"]+)"', markup)
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("chapter", figures.CARDS)
def test_a_card_has_no_text_that_would_be_too_small(chapter):
    figure = figures.card_figure(chapter)
    assert tuple(figure.get_size_inches()) == (figures.SIZE, figures.SIZE)
    (axes,) = figure.axes
    assert not axes.texts and not axes.axison


def test_two_copies_cancel():
    heights = [bar.get_height() for bar in figures.card_figure("coadaptation").axes[0].patches]
    assert heights == [10, -9, 1] and heights[0] + heights[1] == heights[2]


def test_a_thinned_network_lacks_two_units():
    lines = figures.card_figure("masking").axes[0].lines
    kept = [line for line in lines if same_color(line.get_color(), style.KEPT)]
    assert sum(len(line.get_xdata()) for line in kept if line.get_marker() == "o") == 3 + 3 + 2


def test_the_sum_at_test_times_p_is_that_of_training():
    training, test, scaled = figures.card_figure("scaling").axes[0].patches
    assert training.get_height() == scaled.get_height() == 0.5 * test.get_height()


def test_bars_are_the_parts_of_the_mean_square():
    bars = figures.card_figure("regularizer").axes[0].patches
    for square, variance in zip(bars[::2], bars[1::2], strict=True):
        weight = square.get_x() + square.get_width() / 2
        parts = square_parts(0.5, weight)
        assert np.allclose([square.get_height(), variance.get_height()], parts[1:])
        assert variance.get_y() == square.get_height()
        assert same_color(variance.get_facecolor(), PENALTY)


def bars(axes):
    """Where bars stand and how wide they are."""
    return [(bar.get_x() + bar.get_width() / 2, bar.get_width()) for bar in axes.patches]


LOOKS = {  # limits of either axis, looks of bars and of lines
    "coadaptation": ((-0.7, 2.7), (-11, 11), ["grey", "grey", "blue"], ["grey - 1"]),
    "scaling": ((-0.7, 2.7), (-0.1, 1.1), ["grey, edge grey 1.5", "blue 0.25, edge blue 1.5",
                                           "blue, edge blue 1.5"], ["grey -- 1.5"]),
    "regularizer": ((-0.2, 1.6), (-0.1, 1.1), ["blue", "purple"] * 8, []),
}  # fmt: skip


@pytest.mark.parametrize("chapter", LOOKS)
def test_the_looks_of_a_card(chapter):
    (axes,) = figures.card_figure(chapter).axes
    at_x, at_y, patches, lines = LOOKS[chapter]
    assert (axes.get_xlim(), axes.get_ylim()) == (at_x, at_y)
    assert [seen.patch(bar) for bar in axes.patches] == patches
    assert [seen.line(line) for line in axes.lines] == lines
    assert tuple(axes.get_position().extents) == (0, 0, 1, 1)
    if chapter == "regularizer":
        places = [(k / 10, 0.16) for k in range(0, 15, 2) for _part in range(2)]
    else:
        places = [(k, 0.7) for k in range(3)]
    assert np.allclose(bars(axes), places)
    assert {bar.get_y() for bar in axes.patches[:: 1 + (chapter == "regularizer")]} == {0}


def test_what_the_bars_of_a_card_are_compared_with():
    zero, sums = (
        figures.card_figure(name).axes[0].lines[0] for name in ("coadaptation", "scaling")
    )
    assert list(zero.get_ydata()) == [0, 0] and list(sums.get_ydata()) == [0.5, 0.5]
    heights = [bar.get_height() for bar in figures.card_figure("scaling").axes[0].patches]
    assert heights == [0.5, 1, 0.5]


def test_the_thinned_network_fills_its_card():
    axes = figures.card_figure("masking").axes[0]
    inputs, hidden, outputs = unit_places((3, 5, 2))
    (kept,) = (line for line in axes.lines if seen.line(line) == "blue o 13")
    assert np.allclose(kept.get_xydata(), [*inputs, *hidden[[0, 2, 3]], *outputs])


def test_cards_stand_side_by_side_as_wide_as_a_phone_allows(monkeypatch):
    monkeypatch.delenv("DROPOUTLAB_BUILDING_BOOK", raising=False)
    markup = figures.cards().data
    assert markup.startswith(
        '<div class="explorer" style="display: grid; grid-template-columns: repeat(auto-fit, '
        'minmax(7.5rem, 1fr)); gap: 1rem">\n<div><a href="coadaptation.ipynb" style="display: '
        'block; text-align: center; line-height: 1.3">\n<div class="explorer-picture" '
        'aria-hidden="true"><svg'
    )
    assert markup.endswith(
        "An error, plus a penalty that makes large weights expensive.</p></div>\n</div>"
    )
    assert markup.count('</a>\n<p style="margin: 0.4rem 0 0; text-align: center; line-height: 1.3">'
                        ) == 4  # fmt: skip
    assert markup.count("</p></div>\n<div><a href=") == 3
    for chapter in figures.CARDS:
        assert f' id=".card-{chapter}-' in markup
    assert re.sub("<svg.*?</svg>", "", markup, flags=re.DOTALL).count("<div") == 1 + 2 * 4
