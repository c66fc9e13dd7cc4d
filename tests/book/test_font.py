"""The pictures of the built pages have only texts that the font of the pictures has."""

import re

import pytest

from dropoutlab.explore import font, page
from tests.book.test_notebooks import WITH_PICTURES

FRAMES = re.compile(r'class="explorer-frames">([^<]+)<')


@pytest.mark.browser
@pytest.mark.parametrize("name", WITH_PICTURES)
def test_every_character_of_every_picture_is_in_the_font(built_book, name):
    html = (built_book / "chapters" / f"{name}.html").read_text(encoding="utf8")
    found = [page.unpack_frames(packed)[0] for packed in FRAMES.findall(html)]
    frames = {frame for parts in found for part in parts for frame in part}
    pictures = "\n".join([*frames, html])
    assert "<text" in pictures
    assert not font.uncovered(pictures)
    assert not re.search(r"<text[^>]*font-(weight|style)", pictures)  # it has one face
