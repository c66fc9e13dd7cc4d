"""The cards of the first page: a picture, a question and a link each."""

import re
from pathlib import Path

import numpy as np
import pytest
from matplotlib.colors import same_color

from dropoutlab.figures import cards as figures
from dropoutlab.figures import style
from dropoutlab.figures.touch import PENALTY, square_parts

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
