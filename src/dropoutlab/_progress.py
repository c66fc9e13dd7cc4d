"""One quiet line for whatever takes long: it comes after two seconds and leaves nothing behind.

In a notebook it stands under the cell while the cell runs, and is taken away; in a terminal it is
on the error stream. A build of the book, a file and a worker see nothing. Of loops within loops
the first that knows its length has the line. Nothing here imports anything of the package.
"""

import os
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from multiprocessing import parent_process
from threading import Event, Thread
from time import monotonic
from typing import Any, TypeVar

from joblib import Parallel
from tqdm import tqdm

T = TypeVar("T")
DELAY = 2.0  # seconds without a line
PAUSE = 0.3  # seconds between two changes of it
WIDTH = 72

_line: "_Line | None" = None  # there is one at most


@contextmanager
def bar(what: str, total: int | None = None, *, show: bool = True) -> Iterator[Callable[[], None]]:
    """Show how far a block is; call what it gives after each step.

    Args:
        what: a word or two, in front of the line.
        total: how many steps there are; None if nobody knows, and only the time is shown.
        show: False shows nothing.
    """
    global _line  # noqa: PLW0603 - one line for all
    target = _target() if show and _line is None else None
    if target is None:
        with _line.part(what, total) if show and _line else _silent() as step:
            yield step
        return
    _line = _Line(target, what)
    try:
        with _line.part(what, total) as step:
            yield step
    finally:
        line, _line = _line, None
        line.remove()


def bar_of(
    items: Iterable[T], what: str, total: int | None = None, *, show: bool = True
) -> Iterator[T]:
    """Yield the items, and show how many there were."""
    with bar(what, total, show=show) as step:
        for item in items:
            yield item
            step()


def on_all_cores(
    calls: Sequence[tuple], what: str, *, workers: int = -1, show: bool = True
) -> list[Any]:
    """Return what calls give, made by `joblib.delayed`, and show how many are done."""
    done = Parallel(workers, return_as="generator")(calls)
    return list(bar_of(done, what, len(calls), show=show))


def _target() -> "type[_UnderTheCell] | type[_InTheTerminal] | None":
    """Where a line can be shown, if anybody watches."""
    if os.environ.get("TQDM_DISABLE") or parent_process() is not None:
        return None
    if hasattr(_shell(), "kernel"):
        return _UnderTheCell
    return _InTheTerminal if sys.stderr is not None and sys.stderr.isatty() else None


@contextmanager
def _silent() -> Iterator[Callable[[], None]]:
    yield lambda: None


class _Line:
    """The line, written by a thread of its own: a step may take longer than the eye waits."""

    def __init__(self, target: "type[_UnderTheCell] | type[_InTheTerminal]", what: str) -> None:
        self.what, self.done, self.total, self.start = what, 0, None, monotonic()
        self.target = target
        self.stopped = Event()
        self.writer = Thread(target=self._write, daemon=True)
        self.writer.start()

    @contextmanager
    def part(self, what: str, total: int | None) -> Iterator[Callable[[], None]]:
        """Let a loop have the line, unless one with a length has it."""
        if self.total is not None or total is None:
            yield lambda: None
            return
        before = self.what, self.done, self.total, self.start
        self.what, self.done, self.total, self.start = what, 0, total, monotonic()
        try:
            yield self._step
        finally:
            self.what, self.done, self.total, self.start = before

    def _step(self) -> None:
        self.done += 1

    def text(self) -> str:
        """Return the line as it is to be read now."""
        seconds = monotonic() - self.start
        if self.total is None:
            return f"{self.what}: {tqdm.format_interval(seconds)}"
        return tqdm.format_meter(self.done, self.total, seconds, WIDTH, prefix=self.what)

    def _write(self) -> None:
        if self.stopped.wait(DELAY):
            return
        place = self.target()
        while True:
            place.write(self.text())
            if self.stopped.wait(PAUSE):
                break
        place.remove()

    def remove(self) -> None:
        """Take the line away, and wait until it has gone."""
        self.stopped.set()
        self.writer.join()


class _UnderTheCell:
    """A display of the running cell. At its end all output is cleared, if there is no other.

    Else it is emptied: an output without data takes no room beside others. The kernel numbers its
    messages, so a number that has grown by those of the line alone says that there is no other.
    """

    at_start: int | None = None  # of messages, when the cell began

    def __init__(self) -> None:
        from IPython.display import display  # noqa: PLC0415 - it is there where a kernel is

        self.expected = self.at_start
        self.alone = self._is_alone()
        self.handle = display({}, raw=True, display_id=True)
        self._count()

    def write(self, text: str) -> None:
        self.alone = self.alone and self._is_alone()
        self.handle.update({"text/plain": text}, raw=True)
        self._count()

    def remove(self) -> None:
        from IPython.display import clear_output  # noqa: PLC0415

        if self.alone and self._is_alone():
            clear_output()
            self.begin()  # nothing is there, as at the start
        else:
            self.handle.update({}, raw=True)

    @classmethod
    def begin(cls, *_cell: object) -> None:
        """Note that a cell begins."""
        cls.at_start = _sent()

    def _is_alone(self) -> bool:
        sys.stdout.flush()
        sys.stderr.flush()
        return _sent() == self.expected

    def _count(self) -> None:
        self.expected = _sent()


def _sent() -> int:
    """How many messages the kernel has sent."""
    return _shell().kernel.session.message_count


def _shell() -> Any:  # noqa: ANN401 - IPython's, or None
    return sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None


class _InTheTerminal:
    """The last line of the error stream."""

    def write(self, text: str) -> None:
        width = shutil.get_terminal_size().columns - 1
        print(f"\r{text[:width]:{width}}", end="", file=sys.stderr, flush=True)

    def remove(self) -> None:
        self.write("")
        print("\r", end="", file=sys.stderr, flush=True)


if hasattr(_shell(), "kernel"):
    _shell().events.register("pre_run_cell", _UnderTheCell.begin)
