"""Four cards of the first page: a small picture, a question with a link, and a promise each."""

from collections.abc import Callable
from html import escape
from typing import NamedTuple

from IPython.display import HTML
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure

from dropoutlab._checks import choice
from dropoutlab._names import public_dir
from dropoutlab.explore.book import building_book
from dropoutlab.explore.svg import figure_markup
from dropoutlab.figures import style
from dropoutlab.figures.network_drawing import draw_network
from dropoutlab.figures.touch import PENALTY, square_parts

__dir__ = public_dir(__name__)

SIZE = 1.6  # inches, of a square picture
KEEP_PROB = 0.5


def draw_copies(axes: Axes) -> None:
    """Draw two contributions, 10 and −9, and what is left of them, 1."""
    for place, (value, color) in enumerate(((10, style.E_D), (-9, style.E_D), (1, style.E_N))):
        axes.bar(place, value, 0.7, color=color)
    axes.axhline(0, color=style.E_D, linewidth=1)
    axes.set(xlim=(-0.7, 2.7), ylim=(-11, 11))


def draw_thinned(axes: Axes) -> None:
    """Draw a network with two of its five hidden units dropped."""
    draw_network(axes, (3, 5, 2), [None, (1, 0, 1, 1, 0)], unit_size=13)


def draw_sums(axes: Axes) -> None:
    """Draw the mean sum in training, that at test time, and the latter times p."""
    for place, height in enumerate((KEEP_PROB, 1, KEEP_PROB)):
        color = style.TEST if place else style.TRAINING
        face = to_rgba(color, 0.25 if place == 1 else 1)
        axes.bar(place, height, 0.7, facecolor=face, edgecolor=color, linewidth=1.5)
    axes.axhline(KEEP_PROB, color=style.TRAINING, linestyle="--")
    axes.set(xlim=(-0.7, 2.7), ylim=(-0.1, 1.1))


def draw_parts(axes: Axes) -> None:
    """Draw means of squares over a weight: the square of the mean, and the variance on top."""
    weights = [k / 10 for k in range(0, 15, 2)]
    for weight in weights:
        _mean, square, variance = square_parts(KEEP_PROB, weight)
        axes.bar(weight, square, 0.16, color=style.E_N)
        axes.bar(weight, variance, 0.16, bottom=square, color=PENALTY)
    axes.set(xlim=(-0.2, 1.6), ylim=(-0.1, 1.1))


class Card(NamedTuple):
    """What a card says of its chapter, and its picture."""

    question: str
    promise: str
    draw: Callable[[Axes], None]


CARDS = {  # by chapter, in order from the first
    "coadaptation": Card(
        "What goes wrong when units rely on each other?",
        "10 − 9 is 1, and ½ + ½ is 1: alike, until something changes.",
        draw_copies,
    ),
    "masking": Card(
        "What does a mask do to a network?",
        "Forward and backward, and how many networks are in one.",
        draw_thinned,
    ),
    "scaling": Card(
        "Why multiply by p at test time?",
        "In training half of a sum is missing, so halve it at test time. Is that exact?",
        draw_sums,
    ),
    "regularizer": Card(
        "What is dropout minimising?",
        "An error, plus a penalty that makes large weights expensive.",
        draw_parts,
    ),
}


def card_figure(chapter: str) -> Figure:
    """Return the picture of a chapter's card, one of CARDS."""
    choice("chapter", chapter, [*CARDS])
    figure, axes = style.new_part()
    figure.set_size_inches(SIZE, SIZE)
    axes.set_position((0, 0, 1, 1))
    axes.axis("off")
    CARDS[chapter].draw(axes)
    return figure


def cards() -> HTML:
    """Return the cards side by side: links to pages in the book, to notebooks elsewhere."""
    suffix = "html" if building_book() else "ipynb"
    made = [
        f'<div><a href="{chapter}.{suffix}" style="display: block; text-align: center; '
        f'line-height: 1.3">\n<div class="explorer-picture" aria-hidden="true">'
        f"{figure_markup(card_figure(chapter), f'.card-{chapter}')}</div>\n"
        f"{number}. {escape(card.question)}</a>\n"
        '<p style="margin: 0.4rem 0 0; text-align: center; line-height: 1.3">'
        f"{escape(card.promise)}</p></div>"
        for number, (chapter, card) in enumerate(CARDS.items(), 1)
    ]
    grid = "display: grid; grid-template-columns: repeat(auto-fit, minmax(7.5rem, 1fr)); gap: 1rem"
    # the class lets the pictures follow the page into the dark
    return HTML(f'<div class="explorer" style="{grid}">\n' + "\n".join(made) + "\n</div>")
