"""Each sentence of the ledger stands in its chapter, as a link to its row, word for word."""

import json
import re
from pathlib import Path

import pytest

from dropoutlab.claims import TABLES

CHAPTERS = Path(__file__).parents[2] / "chapters"
LINK = re.compile(r"\[([^\]]*)\]\(claims\.ipynb#([^)]*)\)")


def links(chapter):
    cells = json.loads((CHAPTERS / f"{chapter}.ipynb").read_text(encoding="utf8"))["cells"]
    text = "\n\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "markdown")
    return [(name, sentence) for sentence, name in LINK.findall(text)]


@pytest.mark.parametrize("chapter", sorted({table.chapter for table in TABLES}))
def test_the_claims_of_a_chapter_stand_in_it_word_for_word(chapter):
    claimed = {
        claim.name: claim.sentence
        for table in TABLES
        if table.chapter == chapter
        for claim in table.claims
    }
    found = links(chapter)
    assert dict(found) == claimed
    assert len(found) == len(claimed)  # once


def test_the_ledger_page_judges_every_chapter():
    page = (CHAPTERS / "claims.ipynb").read_text(encoding="utf8")
    judged = re.findall(r'judged\(\\"([\w-]+)\\"\)', page)
    assert sorted(judged) == sorted({table.chapter for table in TABLES})
