"""A figure as markup of a page: nothing of it may touch the rest of the page."""

import re
from xml.etree import ElementTree

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from dropoutlab.explore import area
from dropoutlab.explore.handles import handle, handles_of
from dropoutlab.explore.ink import INK, LIGHT
from dropoutlab.explore.svg import figure_markup, sentence_markup

SVG = "{http://www.w3.org/2000/svg}"


def figure_with(title="t", color=INK, edge=INK):
    figure = Figure(figsize=(2, 1.5))
    axes = figure.add_subplot()
    axes.plot([0, 1 / 3, 1], [0, 1 / 7, 1], color=color, marker="o", clip_on=True)
    axes.set_title(title)
    axes.spines[:].set_color(edge)
    return figure


def parsed(markup):
    return ElementTree.fromstring(markup.replace("&#8203;", "\u200b"))


def texts(markup):
    return ["".join(element.itertext()) for element in parsed(markup).iter(f"{SVG}text")]


def test_the_markup_is_one_svg_element_without_a_size_of_its_own():
    markup = figure_markup(figure_with(), "x")
    assert markup.startswith("<svg ") and markup.endswith("</svg>")
    root = parsed(markup)
    assert root.get("viewBox") == "0 0 144 108"
    assert root.get("width") is root.get("height") is None
    assert root.get("stroke-linejoin") == "round" and root.get("stroke-linecap") == "butt"


def test_it_brings_no_style_no_metadata_and_no_date():
    markup = figure_markup(figure_with(), "x")
    tags = {element.tag.removeprefix(SVG) for element in parsed(markup).iter()}
    assert not tags & {"style", "metadata"} and "date" not in markup
    assert {"path", "text", "use", "clipPath"} <= tags


def test_every_line_is_one_element_and_no_line_is_empty():
    lines = figure_markup(figure_with(), "x").split("\n")
    assert len(lines) > 30
    for line in lines:
        assert line == line.strip() and line.startswith("<")
        assert "> <" not in line
    opened = [line for line in lines if re.match(r"<(path|use|rect)\b", line)]
    assert opened and all(line.count("<") <= 2 and line.endswith(">") for line in opened)


def test_every_id_is_the_pictures_own_and_referred_to():
    markup = figure_markup(figure_with(), "mine")
    ids = re.findall(r'\bid="([^"]*)"', markup)
    used = re.findall(r'url\(#([^)]*)\)|href="#([^"]*)"', markup)
    assert {one or other for one, other in used} == set(ids)
    assert len(ids) == len(set(ids)) >= 2
    assert all(identity.startswith("mine-") for identity in ids)
    other = figure_markup(figure_with(), "other")
    assert other == markup.replace("mine-", "other-") != markup


def test_coordinates_have_two_decimals_and_texts_all_of_theirs():
    markup = figure_markup(figure_with(title="p = 0.123456"), "x")
    assert "p = 0.123456" in texts(markup)
    numbers = re.findall(r"-?\d+\.(\d+)", markup.replace("0.123456", "").replace("0.25em", ""))
    assert max(map(len, numbers)) == 2
    # rounded, not cut: the middle of the line is a third of the way between its ends
    (line,) = re.findall(
        r'<path d="M ([\d.]+) [\d.]+ L ([\d.]+) [\d.]+ L ([\d.]+) [\d.]+ "', markup
    )
    low, middle, high = map(float, line)
    assert middle - low == pytest.approx((high - low) / 3, abs=0.01)


@pytest.mark.parametrize("name", LIGHT)
def test_colours_follow_the_page(name):
    markup = figure_markup(figure_with(color=LIGHT[name], edge=INK), "x")
    assert f"stroke: var(--ink-{name}, {LIGHT[name]})" in markup
    assert "stroke: currentColor" in markup and INK not in markup
    assert markup.count(LIGHT[name]) == markup.count(f"var(--ink-{name}, {LIGHT[name]})")


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("mean of E_D and w_1", ["D", "1"]),
        ("a < b & c_2", ["2"]),
        ("no_", []),
    ],
)
def test_subscripts_of_a_title_are_lowered_and_what_follows_is_not(title, shown):
    markup = figure_markup(figure_with(title=title), "x")
    lowered = [span for span in parsed(markup).iter(f"{SVG}tspan") if span.text != "\u200b"]
    assert [span.text for span in lowered] == shown
    assert all(span.attrib == {"dy": "0.25em", "font-size": "75%"} for span in lowered)
    raised = [span for span in parsed(markup).iter(f"{SVG}tspan") if span.text == "\u200b"]
    # 0.25 em of 75 % of the size: 0.19 em of the text
    assert [span.get("dy") for span in raised] == ["-0.19em"] * len(shown)
    plain = re.sub(r"_(?=\w)", "", title)
    assert plain in [text.replace("\u200b", "") for text in texts(markup)]


def test_the_readers_own_settings_of_matplotlib_change_nothing():
    markup = figure_markup(figure_with(), "x")
    with mpl.rc_context({"svg.fonttype": "path", "svg.hashsalt": None, "svg.image_inline": False}):
        assert figure_markup(figure_with(), "x") == markup
        assert mpl.rcParams["svg.fonttype"] == "path"


def test_a_sentence_is_escaped_and_its_subscripts_are_set():
    assert sentence_markup("""a < b & "c" 'd' E_D, w_12""") == (
        "a &lt; b &amp; &quot;c&quot; &#x27;d&#x27; E<sub>D</sub>, w<sub>1</sub>2"
    )


def test_nothing_is_written_beside_the_texts_and_styles_are_styles():
    root = parsed(figure_markup(figure_with(), "x"))
    for element in root.iter():
        inside = element.tag in (f"{SVG}text", f"{SVG}tspan")
        assert inside or not (element.text or "").strip()
        assert element.tag == f"{SVG}tspan" or not (element.tail or "").strip()
        for style in filter(None, map(str.strip, element.get("style", "").split(";"))):
            assert re.fullmatch(r"[a-z-]+: ?\S.*", style)


@pytest.mark.parametrize("title", ['a width="3pt" b height="2pt"', "a <svg b", "<metadata>"])
def test_a_title_that_looks_like_markup_is_a_title(title):
    assert title in texts(figure_markup(figure_with(title=title), "x"))


def test_an_area_is_a_handle_with_nothing_to_see():
    figure = Figure(figsize=(2, 1), dpi=144)  # 144 x 72 points
    axes = figure.add_axes((0, 0, 1, 1))
    axes.axis("off")
    axes.set(xlim=(0, 4), ylim=(2, 0))  # rows are numbered downwards
    area(axes, (1, 0.25), 2, 1, size=1, width=2)
    area(axes, (0.5, 0), 0.75, 1, axes.transAxes, size=0)  # beyond the axes
    markup = figure_markup(figure, "a", lambda settings: dict(enumerate(settings.values())))
    assert re.findall(r"<g data-set.*?</g>", markup, re.DOTALL) == [
        '<g data-set="0:1 1:2" data-at="72.0 27.0">\n'
        '<rect fill-opacity="0" x="36.0" y="9.0" width="72.0" height="36.0"/>\n</g>',
        '<g data-set="0:0" data-at="126.0 36.0">\n'
        '<rect fill-opacity="0" x="72.0" y="0.0" width="108.0" height="72.0"/>\n</g>',
    ]
    assert "data-set" not in figure_markup(figure, "a")


def test_it_is_never_larger_than_it_was_laid_out():
    root = parsed(figure_markup(figure_with(), "x"))
    assert root.get("style") == "max-width: 192px"  # 2 inches of 96 CSS pixels
    assert root.get("font-family") == "'Explore Sans', 'DejaVu Sans', Verdana, sans-serif"
    assert root.get("version") is not None
    inside = parsed(figure_markup(figure_with(), "x")).findall(f".//{SVG}svg")
    assert inside == []


# --- handles: places are settings of controls, as `places_of` finds them


def places_of(settings):
    return {{"a": 0, "b": 2}[name]: value + 1 for name, value in settings.items()}


def touched(*boxes, dpi=100, **look):
    """A figure of 144 by 108 points with a rectangle for each box, in shares of it."""
    figure = Figure(figsize=(2, 1.5), dpi=dpi)
    for (x, y, width, height), settings in boxes:
        patch = Rectangle((x, y), width, height, transform=figure.transFigure, **look)
        figure.add_artist(handle(patch, **settings) if settings else patch)
    return figure


BOX = (0.25, 0.5, 0.5, 0.25)  # 72 by 27 points; its middle is 72, 40.5 from the top left


def groups(markup, name="data-set"):
    return [element for element in parsed(markup).iter(f"{SVG}g") if element.get(name)]


@pytest.mark.parametrize("dpi", [72, 100, 150])
def test_a_handle_says_where_it_is_and_where_it_takes_the_controls(dpi):
    figure = touched((BOX, {"a": 3, "b": 1}), ((0, 0, 0.1, 0.1), {}), dpi=dpi)
    (group,) = groups(figure_markup(figure, "x", places_of))
    assert dict(group.attrib) == {"data-set": "0:4 2:2", "data-at": "72.0 40.5"}
    ring, *drawn = group
    assert drawn[-1].tag == f"{SVG}path"
    assert dict(ring.attrib) == {
        "class": "explorer-ring", "x": "33.0", "y": "24.0", "width": "78.0", "height": "33.0",
        "rx": "12.0",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("box", "ring"),
    [  # three points around it, and round where it is small
        ((0.5, 0.5, 0, 0), ("69.0", "51.0", "6.0", "6.0", "3.0")),
        ((0, 0, 1, 10 / 108), ("-3.0", "95.0", "150.0", "16.0", "8.0")),
        ((0, 0, 10 / 144, 1), ("-3.0", "-3.0", "16.0", "114.0", "8.0")),
        ((0, 0, 1, 1), ("-3.0", "-3.0", "150.0", "114.0", "12.0")),
    ],
)
def test_a_ring_surrounds_what_can_be_touched(box, ring):
    (group,) = groups(figure_markup(touched((box, {"a": 0})), "x", places_of))
    assert tuple(group[0].get(name) for name in ("x", "y", "width", "height", "rx")) == ring


def test_what_cannot_be_seen_has_no_ring():
    for alpha, rings in ((0, 0), (0.5, 1), (None, 1)):
        markup = figure_markup(touched((BOX, {"a": 0}), alpha=alpha), "x", places_of)
        assert len(groups(markup)) == 1
        assert markup.count("explorer-ring") == rings


def test_each_handle_has_its_own_settings_whatever_their_number():
    boxes = [((k / 20, 0.5, 0.01, 0.1), {"a": k}) for k in range(12)]
    found = groups(figure_markup(touched(*boxes), "x", places_of))
    assert [group.get("data-set") for group in found] == [f"0:{k + 1}" for k in range(12)]
    middles = [float(group.get("data-at").split()[0]) for group in found]
    assert middles == pytest.approx([144 * (k / 20 + 0.005) for k in range(12)], abs=0.051)


def test_a_still_picture_has_no_handles():
    markup = figure_markup(touched((BOX, {"a": 0})), "x")
    assert "data-" not in markup and "explore-handle" not in markup and "ring" not in markup


def test_handles_are_found_wherever_they_are_drawn():
    figure = figure_with()
    axes = figure.axes[0]
    line = handle(axes.lines[0], a=1)
    inset = axes.inset_axes([0, 0, 0.5, 0.5])
    text = handle(inset.text(0, 0, "t"), a=2, b=0)
    patch = handle(Rectangle((0, 0), 1, 1), b=3)
    figure.add_artist(patch)
    assert {id(artist): settings for artist, settings in handles_of(figure)} == {
        id(line): {"a": 1}, id(text): {"a": 2, "b": 0}, id(patch): {"b": 3},
    }  # fmt: skip
    order = [artist for artist, _settings in handles_of(figure)]
    assert order.index(line) < order.index(text)


def test_what_is_no_handle_is_refused():
    with pytest.raises(TypeError) as refusal:
        handle("line", a=1)
    assert str(refusal.value) == "artist must be a matplotlib artist; got 'line'"
    with pytest.raises(TypeError) as refusal:
        handle(Rectangle((0, 0), 1, 1))
    assert str(refusal.value) == "settings must name at least one control and its value; got none"


def test_what_is_drawn_can_be_told_from_axes_and_legend():
    figure = Figure()
    axes = figure.add_subplot(title="title", xlabel="x of axis")
    axes.plot([0, 1], [0, 1], label="line")
    axes.bar([0], [1])
    axes.scatter([0], [1])
    axes.imshow(np.eye(2))
    axes.text(0, 0, "said")
    figure.text(0, 0, "said of all")
    handle(axes.text(1, 1, "a handle"), k=1)
    axes.legend()
    markup = figure_markup(figure, "x", lambda settings: {0: settings["k"]}, True)
    groups = {name: [] for name in ("data", "rest")}
    walk(ElementTree.fromstring(markup), "rest", groups)
    assert {"title", "said", "said of all", "a handle"} <= set(groups["data"])
    assert "image" in groups["data"] and "image" not in groups["rest"]
    assert {"x of axis", "line", "0.00"} <= {*groups["rest"]}
    assert not {"x of axis", "line"} & set(groups["data"])
    assert "explorer-data" not in figure_markup(figure, "x", lambda settings: {0: settings["k"]})


def walk(element, group, groups):
    """Sort texts and images by whether they are hidden with what is drawn."""
    if "explorer-data" in element.get("class", "") or element.get("data-set"):
        group = "data"
    if element.text and element.text.strip():
        groups[group].append(element.text.strip())
    if element.tag.endswith("image"):
        groups[group].append("image")
    for child in element:
        walk(child, group, groups)
