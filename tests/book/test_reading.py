"""How long a chapter takes, and that its main line is short enough."""

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from dropoutlab.book import reading
from tests.book.test_notebooks import NOTEBOOKS

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


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_the_main_line_of_a_chapter_has_at_most_2000_words(path):
    notebook = nbformat.read(path, as_version=4)
    assert reading.count_words(reading.main_line(notebook)) <= 2000
