import re

import pytest

from dropoutlab.explore.book import STATIC
from dropoutlab.explore.ink import DARK, LIGHT

WHITE, DARK_PAPER = "#ffffff", "#14181e"


def luminance(colour):
    """Relative luminance, WCAG 2.1."""
    channels = (int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_contrast_knows_its_extremes():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("name", LIGHT)
def test_colours_can_be_read_as_text_on_their_paper(name):
    assert contrast(LIGHT[name], WHITE) >= 4.5
    assert contrast(DARK[name], DARK_PAPER) >= 4.5


def test_the_stylesheet_has_the_same_colours():
    css = (STATIC / "explore.css").read_text(encoding="utf8")
    light, dark = re.split(r'html\[data-theme="dark"\]', css, maxsplit=2)[:2]
    for written, colours in ((light, LIGHT), (dark, DARK)):
        assert dict(re.findall(r"--ink-(\w+): (#\w+);", written)) == colours
