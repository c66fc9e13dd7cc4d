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


def test_what_waits_for_many_says_what_and_how_many(written):
    def slowly(number):
        wait()
        return number

    assert list(bar_of(map(slowly, range(2)), "items", 2)) == [0, 1]
    assert written[-2].startswith("items:  50%")
    written.clear()
    assert on_all_cores([delayed(slowly)(k) for k in range(2)], "calls", workers=1) == [0, 1]
    assert written[-2].startswith("calls:  50%")


def test_a_loop_and_calls_are_shown_to_nobody_if_asked(written):
    loop = bar_of([1, 2], "items", 2, show=False)
    assert [wait() or item for item in loop] == [1, 2]
    on_all_cores([delayed(wait)()], "calls", workers=1, show=False)
    with bar("arms", 4, show=False) as step:
        step()
        wait()
    assert not written


def test_calls_go_to_all_cores_and_come_as_they_are_done(monkeypatch):
    asked = []

    class Cores:
        def __init__(self, *workers, **settings):
            asked.extend([workers, settings])

        def __call__(self, calls):
            return (function(*args, **kwargs) for function, args, kwargs in calls)

    monkeypatch.setattr(_progress, "Parallel", Cores)
    assert on_all_cores([delayed(divmod)(7, 2)], "calls") == [(3, 1)]
    assert asked == [(-1,), {"return_as": "generator"}]


@pytest.fixture
def clock(monkeypatch):
    """The time in seconds, which stands still."""
    now = SimpleNamespace(seconds=100.0)
    monkeypatch.setattr(_progress, "monotonic", lambda: now.seconds)
    return now


def test_the_line_counts_from_the_start_of_its_part_and_goes_back_to_the_whole(clock):
    line = _progress._Line(Place, "study")
    assert line.writer.daemon  # ends with the process, whatever hangs
    clock.seconds += 5
    assert line.text() == "study: 00:05"
    with line.part("arms", 4) as step:
        clock.seconds += 6
        assert line.text().startswith("arms:   0%|")
        step()
        step()
        assert line.text().endswith("| 2/4 [00:06<00:06,  3.00s/it]")
        assert len(line.text()) == _progress.WIDTH
        with line.part("epochs", None) as inner, line.part("steps", 3) as innermost:
            inner()
            innermost()
        assert line.text().startswith("arms:  50%|")
    assert line.text() == "study: 00:11"
    line.remove()
    assert not line.writer.is_alive()


def test_the_line_changes_while_it_is_there_and_only_then(written):
    line = _progress._Line(Place, "study")
    wait()
    line.remove()
    assert len(written) > 2 and written[-1] is None
    count = len(written)
    wait()
    assert len(written) == count


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


def test_the_line_is_as_wide_as_the_terminal_and_shown_at_once(terminal, monkeypatch):
    seen = []
    monkeypatch.setattr(terminal, "flush", lambda: seen.append(terminal.getvalue()))
    monkeypatch.setenv("COLUMNS", "9")
    line = _progress._InTheTerminal()
    line.write("arms: 3/4 done")
    line.write("ab")
    line.remove()
    blank = "\r" + 8 * " "
    steps = ["\rarms: 3/", "\rab      ", blank, "\r"]
    assert seen == ["".join(steps[: k + 1]) for k in range(4)]


class Kernel:
    """What a kernel has sent, which numbers its messages; also a display of it, and a stream."""

    def __init__(self):
        self.sent, self.waiting = [], []
        self.kernel = self.session = self

    @property
    def message_count(self):
        return len(self.sent)

    def display(self, data, *, raw, display_id):
        assert raw is display_id is True
        self.sent.append(("display", data))
        return self

    def update(self, data, *, raw):
        assert raw is True
        self.sent.append(("update", data))

    def clear_output(self):
        self.sent.append("clear")

    def flush(self):
        self.sent += self.waiting
        self.waiting = []


@pytest.fixture
def kernel(monkeypatch):
    found = Kernel()
    modules = {"IPython": SimpleNamespace(get_ipython=lambda: found)}
    seen = SimpleNamespace(stdout=Kernel(), stderr=Kernel(), modules=modules)
    seen.stdout.sent = seen.stderr.sent = found.sent
    monkeypatch.setattr(_progress, "sys", seen)
    for name in ("display", "clear_output"):
        monkeypatch.setattr(f"IPython.display.{name}", getattr(found, name))
    monkeypatch.setattr(_progress._UnderTheCell, "at_start", None)
    monkeypatch.delenv("TQDM_DISABLE", raising=False)
    return found


def test_where_there_is_a_kernel_the_line_is_under_the_cell(kernel):
    assert _progress._target() is _progress._UnderTheCell
    _progress.sys.modules.clear()
    assert _progress._shell() is None


TEXTS = [("display", {}), *(("update", {"text/plain": text}) for text in "ab")]
EMPTIED = ("update", {})


def show_under_the_cell(kernel, output):
    """Two texts; output comes at a moment, on a stream that has not passed it on yet."""

    def moment(name):
        for stream in ("stdout", "stderr"):
            if output == (name, stream):
                getattr(_progress.sys, stream).waiting = ["printed"]

    _progress._UnderTheCell.begin("cell")
    moment("before")
    line = _progress._UnderTheCell()
    moment("between")
    line.write("a")
    moment("within")
    line.write("b")
    moment("behind")
    line.remove()


def test_what_stands_alone_under_a_cell_is_cleared_each_time(kernel):
    kernel.sent.append("of an earlier cell")
    show_under_the_cell(kernel, None)
    assert kernel.sent[1:] == [*TEXTS, "clear"]
    second = _progress._UnderTheCell()  # in the same cell
    second.write("c")
    second.remove()
    assert kernel.sent[-1] == "clear"


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
@pytest.mark.parametrize("moment", ["before", "between", "within", "behind"])
def test_beside_other_output_the_line_is_emptied(kernel, moment, stream):
    show_under_the_cell(kernel, (moment, stream))
    assert kernel.sent.count("printed") == 1
    assert [part for part in kernel.sent if part != "printed"] == [*TEXTS, EMPTIED]


def test_nothing_is_cleared_if_nobody_knows_when_the_cell_began(kernel):
    _progress._UnderTheCell().remove()
    assert kernel.sent == [("display", {}), EMPTIED]


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
