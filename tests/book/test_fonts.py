"""The pictures' texts look the same whatever fonts the reader has: the book brings its own.

A browser of its own is started with nothing but one family of system fonts.
"""

import functools
import shutil
import sys
from pathlib import Path

import matplotlib as mpl
import pytest
from fontTools.ttLib import TTFont

from tests.book.conftest import Opener, missing
from tests.book.test_notebooks import WITH_PICTURES

pytestmark = pytest.mark.browser

PLACES = [Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".fonts"]
# a family: the files that belong to it, and the Debian package that brings them
FAMILIES = {
    "DejaVu Sans": ("DejaVuSans*.ttf", "fonts-dejavu-core"),
    "Noto Sans": ("NotoSans*-Regular.ttf", "fonts-noto-core"),
}
CONFIGURATION = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <dir>{folder}/fonts</dir>
  <cachedir>{folder}/cache</cachedir>
  <match><edit name="family" mode="append_last"><string>{family}</string></edit></match>
</fontconfig>
"""


def in_one_worker(family):
    """One family without the letters of the pictures' own stands for both."""
    marks = [pytest.mark.xdist_group(family), *([pytest.mark.full] if "DejaVu" in family else [])]
    return pytest.param(family, marks=marks)


@pytest.fixture(scope="module", params=[in_one_worker(family) for family in FAMILIES])
def only(request, launch, tmp_path_factory):
    """A browser that has the fonts of one family only, and the family."""
    family, (files, package) = request.param, FAMILIES[request.param]
    if not sys.platform.startswith("linux"):
        pytest.skip("which fonts a browser sees can be chosen with fontconfig only")
    found = [path for place in PLACES for path in place.rglob(files)]
    if not found:
        missing(f"{family} is not here: install it (Debian: apt-get install {package})")
    folder = tmp_path_factory.mktemp("fonts")
    (folder / "fonts").mkdir()
    for path in found:
        shutil.copy(path, folder / "fonts")
    configuration = folder / "fonts.conf"
    configuration.write_text(CONFIGURATION.format(folder=folder, family=family))
    browser = launch(FONTCONFIG_FILE=str(configuration))
    yield browser, family
    browser.close()


@pytest.fixture(scope="module", params=WITH_PICTURES)
def page(only, built_book, request):
    """A page in that browser; it must be quiet and ask nobody."""
    opener = Opener(only[0])
    yield opener((built_book / "chapters" / f"{request.param}.html").as_uri())
    opener.close()
    opener.check()


def painted_with(page, selector):
    """The fonts that an element is really painted with: (name, whether it came with the page)."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("DOM.enable")
    devtools.send("CSS.enable")
    root = devtools.send("DOM.getDocument")["root"]["nodeId"]
    node = devtools.send("DOM.querySelector", {"nodeId": root, "selector": selector})["nodeId"]
    fonts = devtools.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]
    return {(font["postScriptName"], font["isCustomFont"]) for font in fonts}


def test_the_browser_has_this_family_only(only):
    browser, family = only
    page = browser.new_page()
    page.set_content("<p style='font-family: Helvetica, Arial, sans-serif'>plain letters</p>")
    ((name, came_with_page),) = painted_with(page, "p")
    assert name.startswith(family.replace(" ", "")) and not came_with_page
    page.close()


# All letters of all pictures of a page by how they are set: one text for each kind, and the widths
COLLECT = """async () => {
  await Promise.all([...document.fonts].map((font) => font.load()));
  const kinds = new Map();
  const look = (picture) => {
    for (const text of picture.querySelectorAll("svg text")) {
      const { fontStyle, fontWeight, fontFamily } = getComputedStyle(text);
      const kind = JSON.stringify([fontStyle, fontWeight, fontFamily]);
      if (!kinds.has(kind)) kinds.set(kind, new Set());
      for (const letter of text.textContent) if (letter.trim()) kinds.get(kind).add(letter);
    }
  };
  for (const explorer of explorers) {
    await explorer.load();
    const [picture] = explorer.pictures;
    const texts = picture.lines.filter((line) => line.includes("<text"));
    picture.element.querySelector("svg").innerHTML = texts.join("");
    look(picture.element);
    picture.shown = explorer.shown = undefined;
    explorer.show();
  }
  document.querySelectorAll(".explorer:not([data-name])").forEach(look);
  const ruler = document.createElement("canvas").getContext("2d");
  return [...kinds].map(([kind, letters], k) => {
    const [style, weight, family] = JSON.parse(kind);
    const text = document.createElement("p");
    text.id = `letters-${k}`;
    text.textContent = [...letters].join("");
    Object.assign(text.style, {fontStyle: style, fontWeight: weight, fontFamily: family});
    document.querySelector("main").append(text);
    ruler.font = `${style} ${weight} 1000px ${family}`;
    const widths = [...letters].map((letter) => [letter, ruler.measureText(letter).width]);
    return [text.id, style, weight, widths];
  });
}"""
FACES = {
    ("normal", "400"): "DejaVuSans.ttf",
    ("normal", "700"): "DejaVuSans-Bold.ttf",
    ("italic", "400"): "DejaVuSans-Oblique.ttf",
}


@functools.cache
def laid_out(style, weight):
    """The width of each letter for matplotlib, in thousandths of the size of the font."""
    path = Path(mpl.get_data_path()) / "fonts" / "ttf" / FACES[style, weight]
    with TTFont(path) as font:
        widths, unit = font["hmtx"].metrics, font["head"].unitsPerEm / 1000
        return {chr(code): widths[name][0] / unit for code, name in font.getBestCmap().items()}


def test_every_letter_of_every_picture_is_painted_as_wide_as_it_was_laid_out(page):
    """With the font that came with the page, and with no other where it has no such letter."""
    kinds = page.evaluate(COLLECT)
    assert kinds
    for identity, style, weight, widths in kinds:
        assert {came for _, came in painted_with(page, f"#{identity}")} == {True}
        page.locator(f"#{identity}").evaluate("text => text.remove()")
        wanted = laid_out(style, weight)
        assert widths
        assert not [(k, width, wanted[k]) for k, width in widths if abs(width - wanted[k]) > 1]


WIDTHS = (1280, 360)
LEAST = 12  # pixels, of all texts but subscripts
LOOK_AT_TEXTS = """async (least) => {
  await Promise.all([...document.fonts].map((font) => font.load()));
  document.querySelectorAll("details").forEach((fold) => (fold.open = true));
  const faults = new Set();
  const pixels = (part, { a, b }) => parseFloat(getComputedStyle(part).fontSize) * Math.hypot(a, b);
  const overlap = (a, b) =>
    Math.min(a.right, b.right) - Math.max(a.left, b.left) > 2 &&
    Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 4; // the air in a line
  const look = (where, picture) => {
    const paper = picture.getBoundingClientRect();
    const texts = [...picture.querySelectorAll("svg text")].filter((t) => t.textContent);
    const boxes = texts.map((text) => text.getBoundingClientRect());
    boxes.forEach((box, k) => {
      const outside = Math.max(
        paper.left - box.left, box.right - paper.right,
        paper.top - box.top, box.bottom - paper.bottom);
      if (outside > 1) faults.add(`${where}: ${texts[k].textContent} is cut off`);
      for (let j = 0; j < k; j++)
        if (overlap(box, boxes[j]))
          faults.add(`${where}: ${texts[k].textContent} on ${texts[j].textContent}`);
    });
    for (const text of texts)
      for (const part of [text, ...text.querySelectorAll("tspan:not([font-size='75%'])")])
        if (pixels(part, text.getScreenCTM()) < least - 0.01)
          faults.add(`${where}: ${text.textContent} is small`);
  };
  let frames = 0;
  for (const explorer of explorers) {
    await explorer.load();
    for (const picture of explorer.pictures) {
      const { at } = picture;
      for (let place = 0; place < at.length; place++) {
        if (at.indexOf(at[place]) !== place) continue; // the same picture as before
        picture.show(place, false);
        look(explorer.name, picture.element);
        frames += 1;
      }
    }
  }
  for (const picture of document.querySelectorAll(".explorer:not([data-name]) svg"))
    look("still picture", picture.parentElement);
  return [frames, [...faults].slice(0, 20)];
}"""


def test_in_no_frame_is_a_text_small_cut_off_or_on_top_of_another(page):
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        frames, faults = page.evaluate(LOOK_AT_TEXTS, LEAST)
        assert frames > 1
        assert not faults, f"{width} px wide"
