"""A matplotlib figure as SVG markup that lives inside a page."""

import io
import re
from collections.abc import Callable, Mapping
from html import escape

import matplotlib as mpl
from matplotlib.artist import Artist
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from dropoutlab._names import public_dir
from dropoutlab.explore.handles import Area, data_of, handles_of
from dropoutlab.explore.ink import INK, LIGHT

__dir__ = public_dir(__name__)

Places = Callable[[Mapping[str, object]], Mapping[int, int]]  # settings → places of controls

FAMILY = "Explore Sans"  # a name of its own: a system's DejaVu, of whatever version, is not asked
RENDERING = {
    "svg.fonttype": "none",  # real text: it can be read aloud, searched and scaled
    "svg.hashsalt": "explore",  # the same figure gives the same markup
}
# matplotlib's own `<style>*{...}</style>` would style the whole page anew with every frame
_STYLE = re.compile(r"<defs>\s*<style[^>]*>[^<]*</style>\s*</defs>")
# where our stylesheet is not (a running notebook): DejaVu if it is there, else what is as wide
_FAMILIES = f"'{FAMILY}', 'DejaVu Sans', Verdana, sans-serif"
_ROOT = f'<svg font-family="{_FAMILIES}" stroke-linejoin="round" stroke-linecap="butt"'
_SIZE = re.compile(r' (width|height)="[^"]*pt"')
_LONG_NUMBER = re.compile(r"-?\d+\.\d{3,}(?![^<>]*</text>)")  # of coordinates, not in texts
_FONT = re.compile(r"font-family: [^;\"]*;? ?")
_TEXT = re.compile(r"(<text[^>]*>)([^<]*)(</text>)")
_SUBSCRIPT = re.compile(r"_([^\W_])")
_LOWERED = r'<tspan dy="0.25em" font-size="75%">\1</tspan><tspan dy="-0.19em">&#8203;</tspan>'
_APART = re.compile(r"(?<=\d) (?=[%±])|(?<=±) (?=\d)")
_ID = re.compile(r' id="([^"]*)"')
_HANDLE = re.compile(r'<g id="explore-handle\.(\d+)"/?>')  # an area is empty
_DATA = "explore-data"
RING = 3  # points between an artist and the ring that tells that it can be touched
_REFERENCE = re.compile(r'(url\(#|href="#)([^)"]+)')


def figure_markup(
    figure: Figure, prefix: str, places_of: Places | None = None, veiled: bool = False
) -> str:
    """Return `figure` as an `<svg>` element, one element a line.

    Text is in the font it was laid out with (see `font`), ink takes the page's colours; `E_D` in a
    text is set with a subscript (matplotlib's own way, $E_D$, costs several milliseconds a text).
    Every id that is referred to starts with `prefix`, and the others are gone, so that several
    figures can share a page. Handles say where they take the controls (`data-set`: number of the
    control and place) and where they are (`data-at`), if `places_of` knows. If `veiled`, what is
    not axis, legend or handle has a class by which the page can hide it.
    """
    if veiled:
        for artist in data_of(figure):
            artist.set_gid(_DATA)
    handles = list(handles_of(figure)) if places_of else []
    for k, (artist, _settings) in enumerate(handles):
        artist.set_gid(f"explore-handle.{k}")
    buffer = io.StringIO()
    with mpl.rc_context(RENDERING):
        # not `figure.savefig`, which draws everything twice
        FigureCanvasSVG(figure).print_svg(buffer, metadata={"Date": None})
    markup = buffer.getvalue()
    markup = markup[markup.index("<svg") :]
    markup = re.sub(r"<metadata>.*?</metadata>", "", markup, flags=re.DOTALL)
    markup = _STYLE.sub("", markup, count=1)
    # never larger than it was laid out: text of 12 points has 16 CSS pixels
    room = f'{_ROOT} style="max-width: {96 * figure.get_figwidth():.0f}px"'
    markup = _SIZE.sub("", markup, count=2).replace("<svg", room, 1)
    markup = _LONG_NUMBER.sub(lambda number: f"{float(number[0]):.2f}", markup)
    markup = _FONT.sub("", markup)
    markup = _TEXT.sub(lambda m: m[1] + _SUBSCRIPT.sub(_LOWERED, m[2]) + m[3], markup)
    if veiled:
        markup = markup.replace(f'id="{_DATA}"', 'class="explorer-data"')
    if handles:
        markup = _HANDLE.sub(lambda m: _marked(figure, *handles[int(m[1])], places_of), markup)
    return _page_colours(_prefixed_ids(_joined_lines(markup), prefix))


def _marked(
    figure: Figure, artist: Artist, settings: Mapping[str, object], places_of: Places
) -> str:
    """The opening tag of a handle, and the ring around what can be seen; all of an area."""
    left, bottom, right, top = 72 / figure.dpi * artist.get_window_extent().get_points().ravel()
    x, y = (left + right) / 2, 72 * figure.get_figheight() - (bottom + top) / 2
    width, height = right - left, top - bottom
    tag = f'<g data-set="{set_words(places_of(settings))}" data-at="{x:.1f} {y:.1f}">'
    if isinstance(artist, Area):
        return f'{tag}\n<rect fill-opacity="0" {_placed(x, y, width, height)}/>\n</g>'
    if artist.get_alpha() == 0:
        return tag
    width, height = width + 2 * RING, height + 2 * RING
    round_ = f'rx="{min(width, height, 24) / 2:.1f}"'
    return f'{tag}\n<rect class="explorer-ring" {_placed(x, y, width, height)} {round_}/>'


def set_words(places: Mapping[int, int]) -> str:
    """Return how a page says which controls go where."""
    return " ".join(f"{control}:{place}" for control, place in places.items())


def _placed(x: float, y: float, width: float, height: float) -> str:
    """The attributes of a rectangle around a point."""
    return (
        f'x="{x - width / 2:.1f}" y="{y - height / 2:.1f}" '
        f'width="{width:.1f}" height="{height:.1f}"'
    )


def unbroken(text: str) -> str:
    """Return `text` with no break between a number and its % or ±."""
    return _APART.sub("\N{NO-BREAK SPACE}", text)


def sentence_markup(text: str) -> str:
    """Return a sentence as HTML, `E_D` with a subscript (`static/explore.js` does the same)."""
    return _SUBSCRIPT.sub(r"<sub>\1</sub>", escape(unbroken(text), quote=True))


def _joined_lines(markup: str) -> str:
    """One element a line, however many lines its attributes took: lines are what frames share."""
    lines = (line.strip() for line in markup.splitlines())
    joined = " ".join(line for line in lines if line)
    return joined.replace("> <", ">\n<")


def _prefixed_ids(markup: str, prefix: str) -> str:
    used = {match[2] for match in _REFERENCE.finditer(markup)}
    markup = _ID.sub(lambda m: f' id="{prefix}-{m[1]}"' if m[1] in used else "", markup)
    return _REFERENCE.sub(rf"\g<1>{prefix}-\g<2>", markup)


def _page_colours(markup: str) -> str:
    markup = markup.replace(INK, "currentColor")
    for name, value in LIGHT.items():
        markup = markup.replace(value, f"var(--ink-{name}, {value})")
    return markup
