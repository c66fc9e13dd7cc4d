"""Questions of the book's pages: what the pictures show once they are answered."""

import base64
import gzip
import html
import json
import re
from math import prod

import pytest

from tests.book.test_notebooks import CHAPTER_NAMES

pytestmark = pytest.mark.browser  # it needs the built book
ASKED = re.compile(
    r'data-name="([\w-]+)">\n<form class="explorer-question.*?</form>.*?'
    r'class="explorer-frames">[^<]+<',
    re.DOTALL,
)
CONTROL = re.compile(r'<(input|select)[^>]*? data-texts="([^"]*)"[^>]*>(.*?)</div>', re.DOTALL)


def plain(markup):
    """A text as it is read."""
    text = html.unescape(re.sub(r"<sub>(.)</sub>", r"_\1", markup))
    return " ".join(re.sub(r"<[^>]+>", "", text).split())


def start_of(control):
    kind, rest = control[1], control[0]
    if kind == "select":
        return int(re.search(r'value="(\d+)" selected', rest)[1])
    if 'type="checkbox"' in rest:
        return int(" checked" in rest)
    return int(re.search(r' value="(\d+)"', rest)[1])


def questions_of(built_book, name):
    """Each explorer with a question: its name, the answer, where it leads, and the sentences."""
    page = (built_book / "chapters" / f"{name}.html").read_text("utf8")
    for found in ASKED.finditer(page):
        controls = list(CONTROL.finditer(found[0]))
        counts = [len(json.loads(html.unescape(control[2]))) for control in controls]
        places = [start_of(control) for control in controls]
        form = found[0].partition("</form>")[0]
        if leads := re.search(r'data-set="([^"]+)"', form):
            for pair in leads[1].split():
                number, place = map(int, pair.split(":"))
                places[number] = place
        answer = plain(re.search(r'explorer-answer">(.*?)</p>', form, re.DOTALL)[1])
        packed = re.search(r'explorer-frames">([^<]+)<', found[0])[1]
        yield (
            found[1],
            answer,
            places,
            counts,
            json.loads(gzip.decompress(base64.b64decode(packed)))["said"],
        )


@pytest.mark.parametrize("name", CHAPTER_NAMES)
def test_where_an_answer_is_what_some_state_says_the_pictures_come_to_that_state(built_book, name):
    for explorer, answer, places, counts, said in questions_of(built_book, name):
        assert len(said["texts"]) == prod(counts[k] for k in said["of"])
        told = {text for text in map(plain, said["texts"]) if text in answer}
        place = 0
        for k in said["of"]:
            place = place * counts[k] + places[k]
        assert not told or plain(said["texts"][place]) in told, explorer
