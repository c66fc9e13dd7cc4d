"""The one line for what takes long: when it comes, what it says, and that nothing is left."""

import io
import sys
import time
from types import SimpleNamespace
from typing import ClassVar

import pytest
from joblib import delayed
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

from dropoutlab import _progress
from dropoutlab._progress import bar, bar_of, on_all_cores


class Place:
    """Where a line is shown: it keeps what was there."""

    written: ClassVar[list] = []

    def write(self, text):
        self.written.append(text)

    def remove(self):
        self.written.append(None)


@pytest.fixture
def written(monkeypatch):
    """What was shown, if a line is shown at once."""
    monkeypatch.setattr(Place, "written", [])
    monkeypatch.setattr(_progress, "_target", lambda: Place)
    monkeypatch.setattr(_progress, "DELAY", 0.0)
    monkeypatch.setattr(_progress, "PAUSE", 0.01)
    return Place.written


def wait():
    time.sleep(0.1)


def test_a_line_says_what_is_done_and_goes(written):
    with bar("arms", 4) as step:
        step()
        wait()
    assert written[-2].startswith("arms:  25%")
    assert "1/4" in written[-2]
    assert written[-1] is None
    assert _progress._line is None


def test_without_a_number_of_steps_it_says_how_long(written):
    with bar("proofs"):
        wait()
    assert written[0] == "proofs: 00:00"


def test_what_is_quick_shows_nothing(written, monkeypatch):
    monkeypatch.setattr(_progress, "DELAY", 2.0)
    start = time.monotonic()
    assert list(bar_of("abc", "letters", 3)) == ["a", "b", "c"]
    assert time.monotonic() - start < 1
    assert not written


def test_of_loops_within_loops_the_first_with_a_length_has_the_line(written):
    with bar("study"):
        wait()
        with bar("arms", 2) as step, bar("epochs", 9):
            step()
            wait()
    words = [text.partition(":")[0] for text in written if text]
    assert words[0] == "study"
    assert set(words) == {"study", "arms"}
    assert written.count(None) == 1


def test_a_loop_that_asks_for_none_is_not_shown_in_the_line_of_another(written):
    with bar("study"), bar("epochs", 2, show=False):
        wait()
    assert all("epochs" not in text for text in written if text)


@pytest.mark.parametrize("failure", [ValueError, KeyboardInterrupt])
def test_the_line_goes_when_the_block_fails(written, failure):
    with pytest.raises(failure), bar("arms", 4):
        wait()
        raise failure
    assert written[-1] is None
    with bar("next", 1):
        wait()
    assert any(text and text.startswith("next") for text in written)


def test_calls_give_their_results_in_order(written):
    calls = [delayed(divmod)(7, k) for k in (1, 2, 3)]
    assert on_all_cores(calls, "calls", workers=1) == [(7, 0), (3, 1), (2, 1)]


# --- where it is shown


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def terminal(monkeypatch):
    stream = Terminal()
    seen = SimpleNamespace(stderr=stream, modules=sys.modules)
    monkeypatch.setattr(_progress, "sys", seen)
    monkeypatch.delenv("TQDM_DISABLE", raising=False)
    return stream


def test_in_a_terminal_the_line_is_on_the_error_stream(terminal, monkeypatch):
    monkeypatch.setattr(_progress, "DELAY", 0.0)
    monkeypatch.setattr(_progress, "PAUSE", 0.01)
    with bar("arms", 4):
        wait()
    *shown, blank, end = terminal.getvalue().split("\r")
    assert any(text.startswith("arms:   0%") for text in shown)
    assert blank.strip() == end == ""


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("a file", lambda patch: patch.setattr(_progress.sys, "stderr", io.StringIO())),
        ("no stream", lambda patch: patch.setattr(_progress.sys, "stderr", None)),
        ("a build", lambda patch: patch.setenv("TQDM_DISABLE", "1")),
        ("a worker", lambda patch: patch.setattr(_progress, "parent_process", SimpleNamespace)),
    ],
)
def test_nobody_is_shown_a_line_who_does_not_watch(terminal, monkeypatch, name, change):
    assert _progress._target() is not None
    change(monkeypatch)
    assert _progress._target() is None, name


SETUP = """
import time
from dropoutlab import _progress
_progress.DELAY = 0.1
def run(within=lambda: None):
    with _progress.bar("arms", 4):
        time.sleep(0.6)
        within()
        time.sleep(0.6)
"""
# a cell, and what is left of its output
CELLS = {
    "run()": [],
    "run(); print('behind')": [("stream", "behind\n")],
    "print('before'); run()": [("stream", "before\n"), ("display_data", {})],
    "run(lambda: print('within'))": [("display_data", {}), ("stream", "within\n")],
    "print('a', end=''); run(); run(); print('b')": [
        ("stream", "a"), ("display_data", {}), ("display_data", {}), ("stream", "b\n"),
    ],
    "run(); run(); 3": [("execute_result", {"text/plain": "3"})],
}  # fmt: skip


class Client(NotebookClient):
    """Keeps what the kernel said on the way."""

    def process_message(self, message, *where):
        self.said = [*getattr(self, "said", []), message]
        return super().process_message(message, *where)


@pytest.mark.browser
@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of the kernel's own machinery
def test_a_notebook_shows_it_while_the_cell_runs_and_keeps_nothing(monkeypatch):
    for variable in ("TQDM_DISABLE", "DROPOUTLAB_BUILDING_BOOK"):
        monkeypatch.delenv(variable, raising=False)
    notebook = new_notebook(cells=[new_code_cell(cell) for cell in (f"{SETUP}run()", *CELLS)])
    client = Client(notebook)
    client.execute()
    shown = [m["content"]["data"] for m in client.said if m["msg_type"] == "update_display_data"]
    lines = [data["text/plain"] for data in shown if data]
    assert len(lines) > len(CELLS)
    assert any(line.startswith("arms:   0%") for line in lines)
    (first,) = notebook.cells[0].outputs  # nobody knows what came before the import
    assert first.data == {}
    for cell in notebook.cells[1:]:
        kept = [(part.output_type, part.get("text", part.get("data"))) for part in cell.outputs]
        assert kept == CELLS[cell.source], cell.source
