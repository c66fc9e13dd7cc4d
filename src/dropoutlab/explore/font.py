"""The font of the pictures: a part of DejaVu Sans, the font that matplotlib measures texts with.

The page must show a text as wide as it was when its picture was laid out, whatever fonts the reader
has. `python -m dropoutlab.explore.font` (in the repository: `make font`) writes the stylesheet that
carries the font, as a data URI because a page from disk may not load a font file in every browser.
It needs fontTools and brotli. DejaVu's licence stands beside it.
"""

import base64
import io
import re
from html import unescape
from pathlib import Path

import matplotlib as mpl
from matplotlib.font_manager import get_font

from dropoutlab._names import public_dir
from dropoutlab.explore.svg import FAMILY

__dir__ = public_dir(__name__)

STYLESHEET = Path(__file__).parent / "static" / "explore-font.css"
SOURCE = Path(mpl.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"
RANGES = (  # first and last character
    " ~",  # ASCII
    "\u00a0ÿ",  # Latin-1
    "Έϖ",  # Greek
    "\u2009\u200b",  # thin, hair and zero-width space
    "‐‧",  # dashes, quotation marks, dots
    "′″",  # primes
    "⁰₎",  # superscripts, subscripts
    "⅐⅞",  # fractions
    "←↔",  # arrows
    "⇐⇔",
    "∀∭",  # mathematical operators
    "∼≡",
    "≤≥",
    "≪≫",
    "⊂⊙",
    "⋅⋯",
    "⌈⌋",  # ceiling, floor
    "■◿",  # shapes
    "✓✗",
    "⟨⟩",  # angle brackets
)
SINGLE = "ʲʳˢᵀᵢᵣₐₑₓₕₖₗₘₙₚₛₜᵈᵐᵖᵗℓℝℕℤℙ∎"


def characters() -> set[str]:
    """Return the characters that a picture's text may have."""
    wanted = {chr(k) for first, last in RANGES for k in range(ord(first), ord(last) + 1)}
    return (wanted | set(SINGLE)) & set(map(chr, get_font(SOURCE).get_charmap()))


def uncovered(markup: str) -> set[str]:
    """Return the characters in the texts of SVG pictures that the font lacks."""
    texts = re.findall(r"<text[^>]*>(.*?)</text>", markup, flags=re.DOTALL)
    shown = unescape(re.sub(r"<[^>]*>|\n", "", "".join(texts)))
    return set(shown) - characters()


def subset() -> bytes:
    """Return the part of matplotlib's font as WOFF2: the same bytes each time."""
    from fontTools.subset import Options, Subsetter  # noqa: PLC0415 - only this tool needs it
    from fontTools.ttLib import TTFont  # noqa: PLC0415

    font = TTFont(SOURCE, recalcTimestamp=False)
    options = Options(hinting=False, notdef_outline=True, name_IDs=[0, 1, 2, 13, 14])
    options.drop_tables += ["FFTM"]  # when the font was last saved
    subsetter = Subsetter(options)
    subsetter.populate(text="".join(characters()))
    subsetter.subset(font)
    font.flavor = "woff2"
    buffer = io.BytesIO()
    font.save(buffer)
    return buffer.getvalue()


def main() -> None:
    """Write the stylesheet."""
    data = base64.b64encode(subset()).decode()
    STYLESHEET.write_text(
        "/* A part of DejaVu Sans, see LICENSE_DEJAVU. Written by dropoutlab/explore/font.py. */\n"
        f'@font-face {{\n  font-family: "{FAMILY}";\n  font-display: block;\n'
        f'  src: url("data:font/woff2;base64,{data}") format("woff2");\n}}\n',
        encoding="utf8",
    )


if __name__ == "__main__":
    main()
