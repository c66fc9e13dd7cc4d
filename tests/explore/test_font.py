"""The font of the pictures: as wide as what matplotlib measures with, and complete."""

import base64
import io
import re

import pytest
from fontTools.ttLib import TTFont
from matplotlib.figure import Figure

from dropoutlab.explore import font
from dropoutlab.explore.svg import FAMILY, figure_markup

MAX_BYTES = 40_000


def opened(data):
    return TTFont(io.BytesIO(data), recalcTimestamp=False)


@pytest.fixture(scope="module")
def shipped():
    css = font.STYLESHEET.read_text(encoding="utf8")
    assert f'font-family: "{FAMILY}"' in css
    data = re.search(r"data:font/woff2;base64,([^\"]+)", css)[1]
    return opened(base64.b64decode(data))


@pytest.fixture(scope="module")
def measured_with():
    return TTFont(font.SOURCE)


def test_it_has_every_character_that_it_promises(shipped):
    assert set("AzÄ09−×·½²₃λπ≤→∑√∞") <= font.characters()
    assert font.characters() == set(map(chr, shipped.getBestCmap()))


def test_each_character_is_as_wide_as_matplotlib_takes_it_to_be(shipped, measured_with):
    assert shipped["head"].unitsPerEm == measured_with["head"].unitsPerEm
    for letter in font.characters():
        widths = [
            file["hmtx"][file.getBestCmap()[ord(letter)]][0] for file in (shipped, measured_with)
        ]
        assert widths[0] == widths[1], letter


def test_lines_are_as_high(shipped, measured_with):
    for name in ("ascent", "descent", "lineGap"):
        assert getattr(shipped["hhea"], name) == getattr(measured_with["hhea"], name)


def test_pairs_of_letters_are_moved_together_as_in_the_original(shipped):
    features = {record.FeatureTag for record in shipped["GPOS"].table.FeatureList.FeatureRecord}
    assert "kern" in features


@pytest.mark.long
def test_it_is_what_the_tool_makes(shipped):
    made = opened(font.subset())
    assert set(made.keys()) == set(shipped.keys())
    for table in set(made.keys()) - {"GlyphOrder"}:
        assert made.getTableData(table) == shipped.getTableData(table), table


def test_the_stylesheet_is_the_shipped_one_but_for_the_data(monkeypatch, tmp_path):
    shipped = font.STYLESHEET.read_text(encoding="utf8")
    monkeypatch.setattr(font, "STYLESHEET", tmp_path / "font.css")
    monkeypatch.setattr(font, "subset", lambda: b"\x00\xff?")
    font.main()
    written = font.STYLESHEET.read_text(encoding="utf8")
    assert written == re.sub('(?<=base64,)[^"]+', base64.b64encode(b"\x00\xff?").decode(), shipped)


@pytest.mark.parametrize(
    ("markup", "lacking"),
    [
        ("<title>Ж</title><text x='Ж'>a</text>Ж", ""),
        ("<text>a<tspan dy='Ж'>b</tspan>Ж</text><text>\nД</text>", "ЖД"),
        ("<text>&lt;&#1046;</text>", "Ж"),
        ("", ""),
    ],
)
def test_only_what_is_shown_is_looked_at(markup, lacking):
    assert font.uncovered(markup) == set(lacking)


def test_it_weighs_little():
    assert font.STYLESHEET.stat().st_size < MAX_BYTES


def test_its_licence_stands_beside_it():
    licence = font.STYLESHEET.with_name("LICENSE_DEJAVU").read_text(encoding="utf8")
    assert "Bitstream Vera" in licence and "Permission is hereby granted" in licence


@pytest.mark.parametrize(
    ("text", "lacking"),
    [("E_D ≤ ½ λ Σ w² → 0.5 & <b>", set()), ("Дropout Ж", {"Д", "Ж"}), ("a\nb_Ж", {"Ж"})],
)
def test_characters_that_it_lacks_are_found(text, lacking):
    figure = Figure()
    figure.text(0.5, 0.5, text)
    assert font.uncovered(figure_markup(figure, "x")) == lacking
