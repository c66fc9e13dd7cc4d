"""Colours that follow the page: each has a value on light paper and one on dark.

A figure is drawn with the light value; `svg` replaces it by a CSS variable of the same name, whose
dark value stands in `static/explore.css` (a test compares the two). Chosen to differ for the
colour-blind and to reach a contrast of 4.5 : 1 on either paper.
"""

from dropoutlab._names import public_dir

__dir__ = public_dir(__name__)

INK = "#1a1a1b"  # text and axes: becomes the page's own text colour

LIGHT = {
    "blue": "#0063a6",
    "orange": "#b34700",
    "green": "#00704f",
    "purple": "#8a3b86",
    "grey": "#5f6368",
}
DARK = {
    "blue": "#6fb7ff",
    "orange": "#ff9e57",
    "green": "#4cc79a",
    "purple": "#e09bdc",
    "grey": "#a7adb5",
}
