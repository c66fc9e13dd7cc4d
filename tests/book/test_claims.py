"""Each sentence of the ledger stands in its chapter, as a link to its row, word for word.

And how many networks a text says it speaks of is how many the cell beside it trains.
"""

import json
import re
from pathlib import Path

import pytest

from dropoutlab.claims import TABLES, index
from dropoutlab.experiments import architectures
from dropoutlab.experiments import coadaptation as penalties

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


WORDS = ("three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
NUMBERS = {word: number for number, word in enumerate(WORDS, 3)}
SAID = re.compile(
    rf"\b(\d+|{'|'.join(WORDS)}) (?:new |such |other )*(?:pairs|networks|runs|splits|seeds)\b",
    re.IGNORECASE,
)
TRAINED = re.compile(r"range\((\d+)\)")
ELSEWHERE = {  # what no cell of the page trains
    ("index", 64): index.TABLES[0].seeds,
    ("coadaptation", 48): len(penalties.TUNING_SEEDS),
    ("practice", 4): len(architectures.CONV_TUNING_SEEDS),
}


def counts_in_text():
    """Chapter, how many networks are said to be, and how many the cells next to it train."""
    found = []
    for path in sorted(CHAPTERS.glob("*.ipynb")):
        cells = json.loads(path.read_text(encoding="utf8"))["cells"]
        sources = ["".join(cell["source"]) for cell in cells]
        trained = {
            k: {int(count) for count in TRAINED.findall(source)}
            for k, source in enumerate(sources)
            if cells[k]["cell_type"] == "code" and TRAINED.search(source)
        }
        for k, source in enumerate(sources):
            before = max((j for j in trained if j < k), default=None)
            after = min((j for j in trained if j > k), default=None)
            beside = trained.get(before, set()) | trained.get(after, set())
            if cells[k]["cell_type"] == "markdown":
                said = [number.lower() for number in SAID.findall(source)]
                found += [
                    (path.stem, NUMBERS.get(word) or int(word), frozenset(beside)) for word in said
                ]
    return found


@pytest.mark.parametrize(("chapter", "said", "beside"), counts_in_text())
def test_as_many_networks_are_trained_as_the_text_says(chapter, said, beside):
    where = f"{said} networks in {chapter}: no cell beside it trains so many; see ELSEWHERE"
    assert said in beside or ELSEWHERE.get((chapter, said)) == said, where


def test_counts_of_networks_are_found():
    assert ("coadaptation", 48) in [found[:2] for found in counts_in_text()]
