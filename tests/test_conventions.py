"""The record of what frameworks mean by dropout: well-formed, and true of what is installed."""

import json
import re
import types
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from dropoutlab import conventions
from dropoutlab.conventions import __main__ as command
from dropoutlab.conventions import _numpy, _probe

RECORD = conventions.read_record()
PAGE = Path(__file__).parents[1] / "chapters" / "practice.ipynb"
OURS = _numpy.framework


def test_the_record_answers_every_question_for_every_framework():
    assert list(RECORD) == list(conventions.FRAMEWORKS)
    for entry in RECORD.values():
        assert list(entry["answers"]) == list(conventions.QUESTIONS)
        assert all(isinstance(answer, str) and answer for answer in entry["answers"].values())
        assert date.fromisoformat(entry["date"]) > date(2026, 1, 1)
        assert entry["versions"] and 0 <= entry["difference"] < conventions.CLOSE
        assert entry["answers"]["one mask"] == "agrees with this book"


def test_what_the_page_says_of_the_frameworks_is_in_the_record():
    answers = {name: entry["answers"] for name, entry in RECORD.items()}
    theirs = [answers[name] for name in ("PyTorch", "Keras", "Flax")]
    assert answers["NumPy"]["means"] == "kept"
    assert {found["means"] for found in theirs} == {"dropped"}
    assert {found["training"] for found in theirs} == {"kept values ÷ P(kept)"}
    assert {found["test"] for found in theirs} == {"unchanged"}
    assert [found["nothing said"] for found in theirs] == ["drops", "drops nothing", "drops"]
    assert "training=True" in answers["PyTorch"]["functional"]
    assert answers["PyTorch"]["functional"].endswith("after `eval()` it drops")
    assert {found["at 1"] for found in theirs} == {"zeros"}
    refuses = {name: found["out of range"] == "refused" for name, found in answers.items()}
    assert refuses == {"NumPy": True, "PyTorch": True, "Keras": True, "Flax": False}


def test_our_own_answers_are_found_again():
    now = conventions.probe("NumPy")
    assert now["answers"] == RECORD["NumPy"]["answers"]
    assert now["difference"] == 0


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # of what frameworks import
@pytest.mark.parametrize("name", ["PyTorch", "Keras", "Flax"])
def test_a_framework_answers_as_before(name):
    pytest.importorskip(conventions.FRAMEWORKS[name])
    assert conventions.changes(RECORD, {name: conventions.probe(name)}) == []


def snippets():
    cells = json.loads(PAGE.read_text(encoding="utf8"))["cells"]
    text = "\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "markdown")
    return dict(re.findall(r"^### (\w+)\n+```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL))


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", list(conventions.FRAMEWORKS))
def test_the_shortest_code_of_the_page_runs(name, monkeypatch):
    for variable, value in conventions.SETTINGS.items():
        monkeypatch.setenv(variable, value)
    pytest.importorskip(conventions.FRAMEWORKS[name])
    assert set(snippets()) == set(conventions.FRAMEWORKS)
    space = {}
    exec(snippets()[name], space)
    noisy, steady = (np.asarray(getattr(space[k], "detach", lambda k=k: space[k])())
                     for k in ("noisy", "steady"))  # fmt: skip
    assert noisy.shape == steady.shape and not np.allclose(noisy, steady)
    if name == "NumPy":
        return

    def again():
        found = space["model"](space["x"])
        return np.asarray(getattr(found, "detach", lambda: found)())

    if hasattr(space["model"], "eval"):
        assert not np.array_equal(again(), steady)  # it trains on
        space["model"].eval()
    assert np.array_equal(again(), steady)


# --- the questions tell right from wrong ----------------------------------------------------------


def altered(**methods):
    """This book's network, with other methods."""
    asked = OURS()
    for name, function in methods.items():
        setattr(asked, name, types.MethodType(function, asked))
    return asked


def inverted(self, x, argument):
    return _numpy.NumPy.train(self, x, 1 - argument) / (1 - argument)


@pytest.mark.parametrize(
    ("question", "methods", "answer"),
    [
        ("means", {"train": inverted}, "dropped"),
        ("training", {"train": inverted}, "kept values ÷ P(kept)"),
        ("test", {"test": lambda self, x, argument: x}, "unchanged"),
        ("nothing said", {"new": _numpy.NumPy.train}, "drops"),
        ("channels", {"channels": lambda self, x, argument: self.train(x[..., 0], 0.5)[..., None]
                      * self.train(x.reshape(50, -1), 0.5).reshape(x.shape)},
         f"not by {OURS().channel_layer}"),
        ("out of range", {"train": lambda self, x, argument: _numpy.NumPy.train(
            self, x, min(max(argument, 1e-9), 1.0))}, "taken, 1 becomes 1; taken, 1 becomes 0"),
        ("gradient", {"slope": lambda self, x, argument: (self.train(x, argument),
                                                          self.train(np.ones_like(x), argument))},
         "other than the mask"),
        ("fresh", {"train": lambda self, x, argument: x * (np.arange(x.shape[-1]) % 5 == 0)},
         "nothing"),
        ("at 1", {"slope": lambda self, x, argument: (x * np.nan, x)}, "NaN"),
        ("at 1", {"slope": lambda self, x, argument: (x * 0, x * 0)}, "zeros"),
        ("at 0", {"slope": lambda self, x, argument: (x, x)}, "unchanged"),
    ],
)  # fmt: skip
def test_another_behaviour_is_another_answer(question, methods, answer):
    assert _probe.answers(altered(**methods))[question] == answer


def test_another_gradient_or_output_is_a_difference():
    def wrong(part):
        def method(self, *problem):
            logits, gradients = _numpy.NumPy.masked_network(self, *problem)
            arrays = [logits, *gradients]
            arrays[part] = arrays[part] + 1e-3
            return arrays[0], arrays[1:]

        return altered(masked_network=method)

    assert _probe.largest_difference(OURS(), OURS()) == 0
    for part in range(5):
        assert _probe.largest_difference(wrong(part), OURS()) == pytest.approx(1e-3)


def test_neither_kept_nor_dropped_is_an_error():
    with pytest.raises(RuntimeError, match="share"):
        _probe.answers(altered(train=lambda self, x, argument: x * 0))


def test_a_framework_must_be_one_of_them():
    for bad in ("Caffe", None, 3):
        with pytest.raises((TypeError, ValueError), match="framework must be one of NumPy"):
            conventions.probe(bad)


def test_the_row_with_the_mask_is_found():
    hidden = np.ones((3, 2))
    dropped = np.array([[1.0, 1.0], [0.0, 2.0], [0.0, 2.0]])
    assert _probe.row_with_mask(hidden, dropped, np.array([0, 1])) == 1


# --- the command ----------------------------------------------------------------------------------


def test_changes_name_framework_question_and_both_answers():
    before = {"NumPy": {"answers": {"means": "kept", "test": "unchanged"}}}
    now = {"NumPy": {"answers": {"means": "dropped", "test": "unchanged"}}}
    assert conventions.changes(before, before) == []
    assert conventions.changes(before, now) == ["NumPy, means: 'kept' is now 'dropped'"]
    assert len(conventions.changes({}, now)) == 2


@pytest.fixture
def only_numpy(monkeypatch, tmp_path):
    """As if nothing but NumPy were installed, and a record of its own."""
    path = tmp_path / "record.json"
    path.write_text(conventions.RECORD.read_text(encoding="utf8"), encoding="utf8")
    monkeypatch.setattr(conventions, "RECORD", path)
    monkeypatch.setattr(conventions, "installed", lambda: ("NumPy",))
    return path


def test_writing_keeps_what_is_not_installed(only_numpy):
    assert command.main([]) == 0
    written = json.loads(only_numpy.read_text(encoding="utf8"))
    assert list(written) == list(RECORD)
    assert all(written[name] == RECORD[name] for name in RECORD if name != "NumPy")
    assert written["NumPy"]["answers"] == RECORD["NumPy"]["answers"]


def test_a_check_fails_when_a_framework_is_missing_or_has_changed(only_numpy, monkeypatch, capsys):
    text = only_numpy.read_text(encoding="utf8")
    assert command.main(["--check"]) == 1
    assert "not installed: PyTorch, Keras, Flax" in capsys.readouterr().out
    monkeypatch.setattr(conventions, "FRAMEWORKS", {"NumPy": "numpy"})
    assert command.main(["--check"]) == 0
    only_numpy.write_text(text.replace('"means": "kept"', '"means": "dropped"'), encoding="utf8")
    assert command.main(["--check"]) == 1
    assert "NumPy, means: 'dropped' is now 'kept'" in capsys.readouterr().out
    assert '"means": "kept"' not in only_numpy.read_text(encoding="utf8")  # a check writes nothing
