"""The record of what frameworks mean by dropout: well-formed, and true of what is installed."""

import importlib
import json
import os
import re
import sys
import types
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from dropoutlab import conventions
from dropoutlab.conventions import __main__ as command
from dropoutlab.conventions import _numpy, _probe

RECORD = conventions.read_record()
PATH = conventions.RECORD
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
    assert answers["Keras"]["functional"].endswith("takes 1.5 and −0.5")
    assert answers["PyTorch"]["compiled"] == "`torch.compile`: each call"
    repeats = "`jax.jit`: nothing, one mask repeats"
    assert answers["Keras"]["compiled"] == f"`fit`: each call; {repeats}"
    assert answers["Flax"]["compiled"] == f"`nnx.jit`: each call; {repeats}"


def test_our_own_answers_are_found_again():
    now = conventions.probe("NumPy")
    assert now["answers"] == RECORD["NumPy"]["answers"]
    assert now["difference"] == 0


@pytest.mark.long
@pytest.mark.filterwarnings("ignore")  # of what frameworks import
@pytest.mark.parametrize("name", ["PyTorch", "Keras", "Flax"])
def test_a_framework_answers_as_before(name):
    pytest.importorskip(conventions.FRAMEWORKS[name])
    assert conventions.changes(RECORD, {name: conventions.probe(name)}) == []


def adapter_of(name):
    pytest.importorskip(conventions.FRAMEWORKS[name])
    with pytest.MonkeyPatch.context() as patch:
        for variable, value in conventions.SETTINGS.items():
            patch.setenv(variable, value)
        module = importlib.import_module(f"dropoutlab.conventions._{conventions.FRAMEWORKS[name]}")
    return module.framework()


def is_dropped(found, x, share):
    """Whether values are 0 or divided by the share that is kept, both of it."""
    kept = found != 0
    return np.allclose(found, kept * x / (1 - share), rtol=1e-6) and 0 < kept.mean() < 1


@pytest.mark.long
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", ["PyTorch", "Keras", "Flax"])
def test_an_adapter_returns_what_a_layer_makes_of_its_input(name):
    asked = adapter_of(name)
    x = 1 + np.arange(300, dtype=np.float32).reshape(50, 6)
    first, second = asked.train(x, 0.75), asked.train(x, 0.75)
    share = 0.75 if "dropped" in RECORD[name]["answers"]["means"] else 0.25
    assert is_dropped(first, x, share) and is_dropped(second, x, share)
    assert not np.array_equal(first, second)
    assert np.array_equal(asked.test(x, 0.75), x)
    new = asked.new(x, 0.75)
    assert np.array_equal(new, x) or is_dropped(new, x, share)
    values, slope = asked.slope(x, 0.75)
    assert is_dropped(values, x, share) and np.allclose(slope * x, values)
    whole = 1 + np.arange(900, dtype=np.float32).reshape(60, 3, 5)
    found = asked.channels(whole, 0.75)
    assert is_dropped(found, whole, share)
    kept = found != 0
    assert (kept.all(axis=2) == kept.any(axis=2)).all() and len(np.unique(kept, axis=0)) > 2
    assert np.dtype(asked.dtype().removeprefix("torch.")).kind == "f"
    assert asked.functional() == RECORD[name]["answers"]["functional"]


@pytest.mark.long
@pytest.mark.filterwarnings("ignore")
def test_keras_is_asked_with_jax_below_and_no_other(monkeypatch):
    adapter_of("Keras")
    keras = importlib.import_module("keras")
    monkeypatch.setattr(keras.backend, "backend", lambda: "torch")
    with pytest.raises(RuntimeError, match=r"^Keras must run on JAX here; got 'torch'$"):
        adapter_of("Keras")


def snippets():
    cells = json.loads(PAGE.read_text(encoding="utf8"))["cells"]
    text = "\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "markdown")
    return dict(re.findall(r"^### (\w+)\n+```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL))


@pytest.mark.long
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


@pytest.mark.long
@pytest.mark.filterwarnings("ignore")
def test_training_switches_batch_normalisation_of_keras_too_unless_it_is_frozen(monkeypatch):
    for variable, value in conventions.SETTINGS.items():
        monkeypatch.setenv(variable, value)
    keras = pytest.importorskip("keras")
    norm = keras.layers.BatchNormalization()
    model = keras.Sequential([keras.Input((3,)), norm, keras.layers.Dropout(0.5)])
    x = 5 + np.random.default_rng(0).standard_normal((64, 3)).astype(np.float32)
    stored = np.array(norm.moving_mean)
    model(x, training=True)
    moved = np.array(norm.moving_mean)
    assert (moved != stored).all()
    text = "".join("".join(c["source"]) for c in json.loads(PAGE.read_text("utf8"))["cells"])
    (snippet,) = re.findall(r"```python\n(norm\.trainable.*?)```", text, re.DOTALL)
    space = {"norm": norm, "model": model, "x": x}
    exec(snippet, space)
    one, other = (np.asarray(answer) for answer in space["answers"][:2])
    assert (one != other).any()  # masks are still drawn
    assert np.array_equal(norm.moving_mean, moved)
    kept = (one != 0) & (other != 0)
    assert np.array_equal(one[kept], other[kept]) and one[kept].mean() > 5  # by what is stored


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
        ("compiled", {"compiled": lambda self: "it says so itself"}, "it says so itself"),
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


def test_two_that_return_other_numbers_of_arrays_are_not_compared():
    def fewer(self, *problem):
        logits, gradients = _numpy.NumPy.masked_network(self, *problem)
        return logits, gradients[:-1]

    with pytest.raises(ValueError, match="zip"):
        _probe.largest_difference(altered(masked_network=fewer), OURS())


def test_neither_kept_nor_dropped_is_an_error():
    with pytest.raises(RuntimeError, match="share"):
        _probe.answers(altered(train=lambda self, x, argument: x * 0))


@pytest.mark.parametrize(
    ("share", "means"), [(0.189, None), (0.195, "dropped"), (0.799, "kept"), (0.811, None)]
)
def test_the_share_that_is_dropped_tells_the_meaning_if_it_is_close(share, means):
    asked = OURS()
    drawn = (np.arange(_probe.DRAWN) >= share * _probe.DRAWN).astype(np.float32)
    asked.train = lambda x, argument: drawn if x.shape == drawn.shape else x * argument
    if means:
        assert _probe.answers(asked)["means"] == means
        return
    with pytest.raises(RuntimeError) as unclear:
        _probe.answers(asked)
    assert str(unclear.value) == f"a share of {share} was dropped for {asked.argument} 0.2"


def test_each_question_is_asked_with_many_ones_and_the_argument_in_doubt():
    seen = []

    def noting(name):
        method = getattr(OURS(), name)

        def noted(self, x, argument):
            seen.append((name, x.shape, x.dtype, set(np.unique(x)), argument))
            return method(x, argument)

        return noted

    _probe.answers(altered(**{name: noting(name) for name in ("train", "test", "new")}))
    for name in ("train", "test", "new"):
        assert (name, (_probe.DRAWN,), np.float32, {1.0}, 0.2) in seen


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (np.ones(3), "unchanged"),
        (np.full(3, 5.0), "÷ P(kept)"),
        (np.full(3, 0.2), "× P(kept)"),
        (np.full(3, 5.0 * (1 + 1e-5)), "drops nothing"),
        (np.array([1.0, 5.0]), "drops nothing"),
        (np.array([0.0, 1.0]), "drops"),
    ],
)
def test_what_ones_were_multiplied_by_is_named(values, words):
    assert _probe._factor(values, 0.2) == words


def answer(read, **methods):
    """What is read off methods of x and the argument."""
    return read(types.SimpleNamespace(channel_layer="`It`", **methods))


def refuse(x, argument):
    raise ValueError(argument)


def nan_at_last(x):
    return np.where(np.arange(x.size).reshape(x.shape) == x.size - 1, np.nan, x)


@pytest.mark.parametrize(
    ("slope", "words"),
    [
        (refuse, "refused"),
        (lambda x, a: (nan_at_last(x), x), "NaN"),
        (lambda x, a: (x, nan_at_last(x)), "NaN"),
        (lambda x, a: (x, x), "unchanged"),
        (lambda x, a: (0 * x, 0 * x), "zeros"),
        (lambda x, a: (x, 0 * x), "other: [1.]"),
        (lambda x, a: (0 * x, x), "other: [0.]"),
        (lambda x, a: (np.float32([[a, 3]]), np.float32([[1, 1]])), "other: [2. 3.]"),
    ],
)
def test_what_becomes_of_ones_at_an_end_is_named(slope, words):
    def of_ones(x, argument):
        assert x.dtype == np.float32 and x.ndim == 2 and (x == 1).all()
        return slope(x, argument)

    assert answer(lambda asked: _probe._at_end(asked, 2.0), slope=of_ones) == words


@pytest.mark.parametrize(
    ("train", "words"),
    [
        (refuse, "refused"),
        (lambda x, a: a * x, "taken, 1 becomes 1.5; taken, 1 becomes -0.5"),
        (lambda x, a: a * x if a < 0 else refuse(x, a), "refused; taken, 1 becomes -0.5"),
        (lambda x, a: np.eye(2) / 3 if a > 0 else refuse(x, a),
         "taken, 1 becomes 0 or 0.33; refused"),
    ],
)  # fmt: skip
def test_what_becomes_of_ones_out_of_range_is_named(train, words):
    def of_ones(x, argument):
        assert x.dtype == np.float32 and x.ndim == 2 and (x == 1).all()
        return train(x, argument)

    assert answer(_probe._out_of_range, train=of_ones) == words


def test_an_error_of_another_kind_is_not_a_refusal():
    with pytest.raises(ZeroDivisionError):
        _probe.refused(lambda: 1 / 0)


def every_fifth(x):
    return (np.arange(x.size).reshape(x.shape) % 5 == 0).astype(x.dtype)


@pytest.mark.parametrize(
    ("slope", "words"),
    [
        (lambda x, a: (x * every_fifth(x) / a, every_fifth(x) / a), "same mask, same factor"),
        (lambda x, a: (x * every_fifth(x) / a, every_fifth(x)), "other than the mask"),
        (lambda x, a: (x * every_fifth(x), every_fifth(x) * (1 + 1e-5)), "other than the mask"),
        (lambda x, a: (x, np.ones_like(x)), "other than the mask"),  # nothing is dropped
    ],
)
def test_a_gradient_has_the_mask_of_its_outputs(slope, words):
    def of_many(x, argument):
        assert x.dtype == np.float32 and len(np.unique(x)) == x.size >= 1000
        assert argument == 0.2
        return slope(x, argument)

    assert answer(_probe._gradient, slope=of_many) == words


@pytest.mark.parametrize("calls", [False, True])
@pytest.mark.parametrize("examples", [False, True])
def test_a_mask_is_fresh_where_two_differ(calls, examples):
    count = iter(range(2))

    def train(x, argument):
        assert x.shape == (2, 1000) and x.dtype == np.float32 and argument == 0.2
        mask = np.ones_like(x)
        mask[:, 5 + calls * next(count)] = 0
        mask[1, 9] = not examples
        return x * mask

    words = ["each call"] * calls + ["each example"] * examples
    assert answer(_probe._fresh, train=train) == (", ".join(words) or "nothing")


@pytest.mark.parametrize(
    ("fresh", "words"), [(True, "each call"), (False, "nothing, one mask repeats")]
)
def test_calls_that_differ_somewhere_are_fresh(fresh, words):
    count = iter(range(2))

    def call(x):
        assert x.shape == (2, 1000) and x.dtype == np.float32 and (x == 1).all()
        mask = np.ones_like(x)
        mask[1, 5 + fresh * next(count)] = 0
        return x * mask

    assert _probe.fresh_calls(call) == words


def test_calls_that_drop_nothing_are_not_compared():
    with pytest.raises(RuntimeError) as nothing:
        _probe.fresh_calls(lambda x: x)
    assert str(nothing.value) == "nothing was dropped of what should be compared"


@pytest.mark.parametrize(
    ("mask", "words"),
    [
        (lambda x: every_fifth(x[..., 0])[..., None], "`It`"),
        (lambda x: every_fifth(x[..., 0])[..., None] * [1, 1, 2], "not by `It`"),
        (every_fifth, "not by `It`"),
        (np.ones_like, "not by `It`"),
        (np.zeros_like, "not by `It`"),
    ],
)
def test_whole_channels_are_dropped_where_some_are_and_none_in_part(mask, words):
    def channels(x, argument):
        assert x.shape == (50, 20, 3) and x.dtype == np.float32 and argument == 0.5
        return x * mask(x)

    assert answer(_probe._channels, channels=channels) == words


def test_an_argument_is_written_with_its_default():
    def layer(rate, p=0.5, *, seed=None):
        pass

    words = [_probe.argument_words(layer, name) for name in ("rate", "p", "seed")]
    assert words == ["`rate`, required", "`p`, 0.5 by default", "`seed`, None by default"]


# --- this book's network


def test_the_problem_is_the_same_each_time_and_its_mask_drops_some_of_six():
    (parameters, x, target, rate, mask), again = (_probe.one_mask_problem() for _ in range(2))
    arrays = [*parameters, x, target, mask]
    assert [a.shape for a in arrays] == [(6, 4), (6,), (3, 6), (3,), (4,), (3,), (6,)]
    assert {a.dtype for a in arrays} == {np.dtype(np.float32)}
    assert all((a == b).all() for a, b in zip(parameters, again[0], strict=True))
    assert all(np.ptp(a) > 0.5 for a in [*parameters, x])
    assert target.tolist() == [0, 1, 0] and rate == 0.4 and mask.tolist() == [1, 0, 1, 1, 0, 1]


def test_our_outputs_and_gradients_on_one_mask_are_those_of_the_definition():
    parameters, x, target, rate, mask = problem = _probe.one_mask_problem()

    def logits_of(w, b, v, c):
        return v @ (np.tanh(w @ x + b) * mask / (1 - rate)) + c

    def loss_of(*arrays):
        logits = logits_of(*arrays)
        return np.log(np.exp(logits).sum()) - target @ logits

    exact = [part.astype(float) for part in parameters]
    logits, gradients = OURS().masked_network(*problem)
    assert np.allclose(logits, logits_of(*exact), rtol=0, atol=1e-7)  # the mask is float32
    for k, gradient in enumerate(gradients):
        assert gradient.shape == exact[k].shape
        for place in np.ndindex(gradient.shape):
            ends = []
            for step in (1e-6, -1e-6):
                moved = [part.copy() for part in exact]
                moved[k][place] += step
                ends.append(loss_of(*moved))
            assert np.isclose(gradient[place], (ends[0] - ends[1]) / 2e-6, atol=1e-8)


@pytest.mark.parametrize("shape", [(3000,), (30, 100)])
def test_our_layer_masks_in_training_and_scales_at_test(shape):
    x = np.linspace(1, 2, 3000, dtype=np.float32).reshape(shape)
    asked = OURS()
    drawn, again = asked.train(x, 0.25), asked.train(x, 0.25)
    for found in (drawn, again):
        assert found.shape == shape and ((found == x) | (found == 0)).all()
        assert abs((found != 0).mean() - 0.25) < 0.05  # six standard deviations
    assert (drawn != again).any()
    assert np.allclose(asked.test(x, 0.25), 0.25 * x) and asked.test(x, 0.25).shape == shape
    assert (asked.new(x, 0.25) == x).all() and asked.new(x, 0.25).shape == shape
    values, slopes = asked.slope(x, 0.25)
    assert values.shape == slopes.shape == shape
    assert set(np.unique(slopes)) == {0, 1} and np.allclose(values, x * slopes)
    assert abs(slopes.mean() - 0.25) < 0.05


def test_our_examples_and_channels_have_masks_of_their_own():
    asked = OURS()
    rows = asked.train(np.ones((20, 50), np.float32), 0.5)
    assert len(np.unique(rows, axis=0)) == 20 and len(np.unique(rows, axis=1).T) > 20
    x = np.linspace(1, 2, 600).reshape(20, 10, 3)
    found = asked.channels(x, 0.25)
    mask = found[..., 0] != 0
    assert (found == x * mask[..., None]).all() and abs(mask.mean() - 0.25) < 0.2
    assert asked.dtype() == "float32"
    assert (OURS().train(np.ones((9, 9), np.float32), 0.5)
            == OURS().train(np.ones((9, 9), np.float32), 0.5)).all()  # fmt: skip


# --- a probe


def made_up(monkeypatch, **methods):
    """Another framework, that differs from this book's network in its methods."""
    module = types.SimpleNamespace(framework=lambda: altered(**methods))
    monkeypatch.setitem(sys.modules, "dropoutlab.conventions._made_up", module)
    monkeypatch.setattr(conventions, "FRAMEWORKS", {"Made up": "made_up"})


def test_a_probe_asks_the_framework_of_that_name(monkeypatch):
    made_up(monkeypatch, dtype=lambda self: "float8")
    monkeypatch.setattr(conventions, "date", types.SimpleNamespace(today=lambda: date(2031, 2, 3)))
    entry = conventions.probe("Made up")
    assert list(entry) == ["versions", "date", "difference", "answers"]
    assert (entry["versions"], entry["date"]) == ({"numpy": np.__version__}, "2031-02-03")
    assert list(entry["answers"]) == list(conventions.QUESTIONS)
    assert entry["answers"]["dtype"] == "float8" and entry["difference"] == 0


@pytest.mark.parametrize(
    ("error", "rounded", "words"),
    [
        (0.9e-6, 9e-7, "agrees with this book"),
        (1.26e-3, 1e-3, "differs from this book"),
    ],
)
def test_a_probe_compares_with_this_book(monkeypatch, error, rounded, words):
    def masked_network(self, *problem):
        logits, gradients = _numpy.NumPy.masked_network(self, *problem)
        return logits + error, gradients

    made_up(monkeypatch, masked_network=masked_network)
    entry = conventions.probe("Made up")
    assert entry["difference"] == rounded and entry["answers"]["one mask"] == words


def test_a_framework_is_told_where_to_compute_unless_the_reader_has_said_so(monkeypatch):
    monkeypatch.setattr(conventions, "SETTINGS", {"DROPOUTLAB_A": "cpu", "DROPOUTLAB_B": "jax"})
    monkeypatch.setenv("DROPOUTLAB_A", "of the reader")
    monkeypatch.setenv("DROPOUTLAB_B", "to be taken away again")
    monkeypatch.delenv("DROPOUTLAB_B")
    seen = []

    def dtype(self):
        seen.append([os.environ.get(f"DROPOUTLAB_{name}") for name in "AB"])
        return "float32"

    made_up(monkeypatch, dtype=dtype)
    conventions.probe("Made up")
    assert seen == [["of the reader", "jax"]]


def test_what_is_installed_is_what_can_be_imported(monkeypatch):
    names = {"One": "json", "Other": "not_there_at_all", "Third": "re"}
    monkeypatch.setattr(conventions, "FRAMEWORKS", names)
    assert conventions.installed() == ("One", "Third")


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


def test_what_is_found_is_said_and_written_as_before(only_numpy, monkeypatch, capsys):
    monkeypatch.setattr(conventions, "probe", lambda name: {**RECORD[name], "difference": 2.6e-7})
    assert command.main([]) == 0
    version = RECORD["NumPy"]["versions"]["numpy"]
    first = f"NumPy (numpy {version}): largest difference on one mask 3e-07"
    assert capsys.readouterr().out == f"{first}\nno answer has changed\n"
    monkeypatch.setattr(conventions, "probe", RECORD.get)
    command.main([])
    assert only_numpy.read_bytes() == PATH.read_bytes()


def test_all_versions_and_all_changes_are_said(only_numpy, monkeypatch, capsys):
    entry = {"versions": {"a": "1", "b": "2"}, "difference": 0.0, "answers": {"x": "y", "z": "w"}}
    monkeypatch.setattr(conventions, "probe", lambda name: entry)
    assert command.main(["--check"]) == 1
    assert capsys.readouterr().out.splitlines() == [
        "NumPy (a 1, b 2): largest difference on one mask 0e+00",
        "NumPy, x: None is now 'y'",
        "NumPy, z: None is now 'w'",
        "not installed: PyTorch, Keras, Flax",
    ]


def test_a_change_alone_fails_a_check_and_a_framework_never_asked_has_no_entry(
    only_numpy, monkeypatch
):
    only_numpy.write_text("{}", encoding="utf8")
    entry = {**RECORD["NumPy"], "answers": {"means": "kept ÷"}}
    monkeypatch.setattr(conventions, "probe", lambda name: entry)
    monkeypatch.setattr(conventions, "FRAMEWORKS", {"NumPy": "numpy", "Other": "not_there"})
    assert command.main([]) == 0
    assert conventions.read_record() == {"NumPy": entry}
    assert "÷" in only_numpy.read_text(encoding="utf8")
    monkeypatch.setattr(conventions, "FRAMEWORKS", {"NumPy": "numpy"})
    assert command.main(["--check"]) == 0
    only_numpy.write_text("{}", encoding="utf8")
    assert command.main(["--check"]) == 1


def test_the_command_says_what_it_takes(capsys):
    with pytest.raises(SystemExit):
        command.main(["--help"])
    said = " ".join(capsys.readouterr().out.split())
    assert said.startswith("usage: python -m dropoutlab.conventions [-h] [--check]")
    assert "Ask the frameworks, and write the record or check it" in said
    assert "--check fail if an answer has changed" in said
