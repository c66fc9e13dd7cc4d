"""The look of every figure: the same colour for the same thing everywhere."""

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from dropoutlab.explore.ink import INK, LIGHT

E_N = LIGHT["blue"]  # without dropout: the mean network
E_D = LIGHT["grey"]  # with dropout: one mask
MEAN_E_D = LIGHT["green"]  # averages over masks
E_R = LIGHT["orange"]  # regularised
OTHER = LIGHT["purple"]  # what is only there to compare with

TEXT = 12  # points, of all text
STYLE = {
    "font.size": TEXT,
    "axes.labelsize": TEXT,
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
}
SIZE = (5.2, 3.5)  # inches: at phone width the text stays above 9 pixels
MAX_TICKS = 5  # steps an axis: drawing ticks is half of the time of a frame


def new_figure() -> tuple[Figure, Axes]:
    """Return a figure with one pair of axes, in the book's style."""
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=SIZE)
        figure.subplots_adjust(left=0.14, right=0.98, bottom=0.16, top=0.97)
        axes = figure.add_subplot()
    axes.locator_params(nbins=MAX_TICKS)
    return figure, axes
