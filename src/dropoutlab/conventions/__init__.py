"""What frameworks mean by dropout, found out by running them, and the record of the last run.

    python -m dropoutlab.conventions            # asks what is installed, writes the record
    python -m dropoutlab.conventions --check    # asks all again, fails if an answer has changed

The same questions go to every framework through an adapter (`_numpy`, `_torch`, `_keras`, `_flax`),
and the answers come from what it returns, not from its manual. The book shows the record, so that
no framework is needed to build it. `pip install -e .[frameworks]` installs them.
"""

import json
import os
from collections.abc import Mapping
from datetime import date
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from dropoutlab._checks import choice, instance
from dropoutlab._names import public_dir
from dropoutlab.conventions import _numpy
from dropoutlab.conventions._probe import QUESTIONS, Framework, answers, largest_difference

__dir__ = public_dir(__name__)

RECORD = Path(__file__).with_name("record.json")
CLOSE = 1e-6  # to which outputs and gradients on one mask must agree with this book's network
FRAMEWORKS = {"NumPy": "numpy", "PyTorch": "torch", "Keras": "keras", "Flax": "flax"}  # to import
# what they read when they are imported: no search for accelerators, Keras computes with JAX
SETTINGS = {"JAX_PLATFORMS": "cpu", "KERAS_BACKEND": "jax"}

Entry = dict[str, Any]
__all__ = ["CLOSE", "FRAMEWORKS", "QUESTIONS", "changes", "installed", "probe", "read_record"]


def installed() -> tuple[str, ...]:
    """Return the names of the frameworks that can be asked here."""
    return tuple(name for name, module in FRAMEWORKS.items() if find_spec(module))


def probe(framework: str) -> Entry:
    """Ask a framework everything.

    Args:
        framework: one of FRAMEWORKS, installed.

    Returns:
        "versions" by package, "date" of today, "difference" (the largest between its outputs and
        gradients and this book's, on one mask), "answers" by question, see QUESTIONS.

    Raises:
        ModuleNotFoundError: it is not installed.
    """
    module = FRAMEWORKS[choice("framework", framework, tuple(FRAMEWORKS))]
    for name, value in SETTINGS.items():
        os.environ.setdefault(name, value)
    asked: Framework = import_module(f"dropoutlab.conventions._{module}").framework()
    difference = largest_difference(asked, _numpy.framework())
    found = answers(asked) | {
        "one mask": "agrees with this book" if difference < CLOSE else "differs from this book"
    }
    return {
        "versions": asked.versions,
        "date": date.today().isoformat(),
        "difference": float(f"{difference:.0e}"),
        "answers": {question: found[question] for question in QUESTIONS},
    }


def read_record() -> dict[str, Entry]:
    """Return what the last run found: by framework, what `probe` returns."""
    return json.loads(RECORD.read_text(encoding="utf8"))


def changes(before: Mapping[str, Entry], now: Mapping[str, Entry]) -> list[str]:
    """Return a line for each answer of `now` that is another than before."""
    instance("before", before, Mapping)
    lines = []
    for name, entry in instance("now", now, Mapping).items():
        old = before.get(name, {"answers": {}})["answers"]
        for question, answer in entry["answers"].items():
            if old.get(question) != answer:
                lines.append(f"{name}, {question}: {old.get(question)!r} is now {answer!r}")
    return lines
