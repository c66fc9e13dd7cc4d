"""How long a chapter takes, and that its main line is short enough."""

import nbformat
import pytest
from docutils import nodes
from docutils.utils import new_document
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from dropoutlab.book import reading
from tests.book.test_notebooks import NOTEBOOKS
from tests.book.told import App, env_of

CHAPTER = """# A title of five words

See [a link](there.md#of-no-word) and $a + b$, <!-- nothing --> then

$$ x = y $$

<details><summary>Deeper</summary>

Not counted.

</details>

The end.

```python
not counted = 1
```

## Exercises

Not counted either.
"""


def test_folded_text_exercises_and_addresses_are_not_counted():
    notebook = new_notebook(cells=[new_markdown_cell(CHAPTER)])
    # "# A title of five words", "See [a link and x, then", "x", "The end."
    assert reading.count_words(reading.main_line(notebook)) == 6 + 6 + 1 + 2


def test_pictures_are_counted_where_they_are_called():
    cell = new_code_cell("from x import explore\nexplore(a)\nfigures.page_picture(b)")
    assert reading.count_pictures(new_notebook(cells=[cell, new_code_cell("explore(\n)")])) == 2


def test_minutes_are_words_and_pictures():
    text, cell = new_markdown_cell("word " * 1000), new_code_cell("explore(a)")
    said = reading.time_of(new_notebook(cells=[text, cell, new_code_cell("explore(b)")]))
    assert said.startswith("About 7 minutes: 1,000 words, 2 pictures to touch.")
    assert ", 1 picture to touch." in reading.time_of(new_notebook(cells=[text, cell]))
    assert reading.time_of(new_notebook(cells=[new_markdown_cell("word " * 799)])) == ""


def pictures_of(count):
    return [new_code_cell("explore(a)") for _ in range(count)]


@pytest.mark.parametrize(
    ("words", "pictures", "said"),
    [
        (799, 9, ""),
        (800, 0, "About 4 minutes: 800 words, 0 pictures to touch. "),
        (1449, 1, "About 8 minutes: 1,400 words, 1 picture to touch. "),
        (2051, 12, "About 22 minutes: 2,100 words, 12 pictures to touch. "),
    ],
)
def test_a_page_says_its_length_in_round_numbers(words, pictures, said):
    cells = [new_markdown_cell("word " * words), *pictures_of(pictures)]
    rest = "What is folded is not counted." if said else ""
    assert reading.time_of(new_notebook(cells=cells)) == said + rest


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("one two\nthree", 3),
        ("$a + b$ and $$x\n= y$$", 3),
        ("a [link here](to.md) there", 4),
        ("a <!-- eq-a\nb --> c", 2),
        ("a\n```\nb c\n```\nd", 2),
        ("", 0),
    ],
)
def test_words_are_what_one_reads(text, count):
    assert reading.count_words(text) == count


def test_cells_of_text_are_read_one_after_the_other():
    cells = [
        new_markdown_cell("# A\n\n<details>\n\nfolded"),
        new_code_cell("code"),
        new_markdown_cell("</details>\n\nB"),
        new_markdown_cell("C<details>D</details>"),
        new_markdown_cell("## Exercises\n\nE"),
        new_markdown_cell("F"),
    ]
    text = reading.main_line(new_notebook(cells=cells))
    assert text.split() == ["#", "A", "B", "C"]
    assert "\n\nB\n\nC" in text


@pytest.mark.parametrize(
    ("ending", "words", "told"), [("ipynb", 900, True), ("ipynb", 9, False), ("md", 900, False)]
)
def test_the_length_stands_below_the_title(tmp_path, ending, words, told):
    nbformat.write(
        new_notebook(cells=[new_markdown_cell("word " * words)]), tmp_path / f"page.{ending}"
    )
    page = new_document("page")
    section = nodes.section("", nodes.comment(), nodes.title("", "T"), nodes.paragraph("", "Text."))
    page += section
    section += nodes.section("", nodes.title("", "Below"))
    reading.tell_time(App(env=env_of(tmp_path, ending=ending)), page)
    tags = [node.tagname for node in section.children]
    below = ["paragraph"] if told else []
    assert tags == ["comment", "title", *below, "paragraph", "section"]
    if told:
        note = section[2]
        assert note["classes"] == ["reading-time"] and note.rawsource == ""
        assert note.astext().startswith("About 4 minutes: 900 words, 0 pictures")


def test_a_page_tells_its_length_when_it_has_been_read():
    app = App()
    reading.setup(app)
    assert app.told == [("connect", "doctree-read", reading.tell_time)]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_the_main_line_of_a_chapter_has_at_most_2000_words(path):
    notebook = nbformat.read(path, as_version=4)
    assert reading.count_words(reading.main_line(notebook)) <= 2000
