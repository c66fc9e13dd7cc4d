"""MNIST-1D, made on the spot once a machine and kept in the user's cache folder.

Greydanus & Kobak 2020 (arXiv 2011.14439), by their package `mnist1d`: ten digits drawn as curves of
40 numbers, moved, sheared, scaled and with noise added. No network is needed.

The numbers are kept to four decimals. So the last bits, in which processors differ, are gone, and
the data are the same bytes on every machine: `SHA256` is asked of what is made and of what is read.
"""

import hashlib
import os
import random
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import numpy as np
import platformdirs

EXAMPLES, LENGTH = 5000, 40
DECIMALS = 4
SHA256 = "bac71f9876f2fe089b324192be2c44f4c588886d33a971e9996fafce8a49c233"


def load() -> tuple[np.ndarray, np.ndarray]:
    """Return inputs, shape (5000, 40), mean 0 and standard deviation 1, and labels 0 to 9.

    Raises:
        RuntimeError: the installed `mnist1d` makes other data.
    """
    path = cache_folder() / "mnist1d.bin"
    packed = _kept(path)
    if packed is None:
        packed = _made()
        if not _is_right(packed):
            raise RuntimeError("the installed mnist1d makes other data than this book's")
        _keep(path, packed)
    numbers = np.frombuffer(packed, "<i4")
    inputs, labels = np.split(numbers, [EXAMPLES * LENGTH])
    return inputs.reshape(EXAMPLES, LENGTH) / 10**DECIMALS, labels.astype(int)


def cache_folder() -> Path:
    """Return the folder where the data are kept."""
    return Path(platformdirs.user_cache_dir("dropoutlab"))


def _is_right(packed: bytes) -> bool:
    return hashlib.sha256(packed).hexdigest() == SHA256


def _kept(path: Path) -> bytes | None:
    """The kept data; None if there are none, or others."""
    with suppress(OSError):
        packed = path.read_bytes()
        if _is_right(packed):
            return packed
    return None


def _keep(path: Path, packed: bytes) -> None:
    """Write whole or not at all; where nothing can be written, make them again next time."""
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, beside = tempfile.mkstemp(dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(packed)
        os.replace(beside, path)


def _made() -> bytes:
    from mnist1d.data import get_dataset_args, make_dataset  # noqa: PLC0415 - a second to import

    with _global_generators_kept():
        made = make_dataset(get_dataset_args())
    inputs = np.concatenate([made["x"], made["x_test"]])
    labels = np.concatenate([made["y"], made["y_test"]])
    numbers = np.rint(inputs * 10**DECIMALS).astype("<i4")
    return numbers.tobytes() + labels.astype("<i4").tobytes()


@contextmanager
def _global_generators_kept() -> Iterator[None]:
    """`mnist1d` seeds the global generators of NumPy and of Python: give them back as they were."""
    of_numpy, of_python = np.random.get_state(), random.getstate()  # noqa: NPY002
    try:
        yield
    finally:
        np.random.set_state(of_numpy)  # noqa: NPY002
        random.setstate(of_python)
