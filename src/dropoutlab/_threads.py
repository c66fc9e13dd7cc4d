"""One thread for linear algebra, so that a result does not depend on how many there are.

A BLAS library adds up in another order when it splits a product over threads: the last digits of a
product would change from a laptop to a worker of joblib, and training turns last digits into other
networks. Replicates and workers give the parallelism instead.
"""

from contextlib import ContextDecorator
from functools import cache
from threading import Lock
from typing import Any, Self

from threadpoolctl import LibController, OpenBLASController, ThreadpoolController


class _OneBlasThread(ContextDecorator):
    """A context that may be nested, and entered by several of Python's threads at once.

    The number belongs to the whole process: whoever leaves last sets back what the first one found.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._inside = 0
        self._before: list[int] = []

    def __enter__(self) -> Self:
        with self._lock:
            if self._inside == 0:
                self._before = [library.get_num_threads() for library in _libraries()]
            self._inside += 1
            _set_threads([1] * len(self._before))  # each time: OpenMP counts for each thread apart
        return self

    def __exit__(self, *_exception: Any) -> None:  # noqa: ANN401 - what Python hands over
        with self._lock:
            self._inside -= 1
            if self._inside == 0:
                _set_threads(self._before)


one_blas_thread = _OneBlasThread()


@cache  # looking for them takes 20 milliseconds
def _libraries() -> tuple[LibController, ...]:
    loaded = ThreadpoolController().lib_controllers
    return tuple(library for library in loaded if library.user_api == "blas")


def _set_threads(numbers: list[int]) -> None:
    # threadpoolctl lets nobody but the first thread that asks change OpenBLAS, until this
    OpenBLASController.clear_controlling_thread(force=True)
    for library, number in zip(_libraries(), numbers, strict=True):
        if library.get_num_threads() != number:
            library.set_num_threads(number)
    OpenBLASController.clear_controlling_thread()
