"""What Tab and `help` show of the package, and what is said of a name that is mistyped."""

import ast
import importlib
import inspect
import pkgutil
import pydoc
import subprocess
import sys
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure

import dropoutlab
from dropoutlab import (
    _names,
    claims,
    conventions,
    errata,
    exercises,
    experiments,
    glm,
    samples,
    symbolic,
)
from dropoutlab import network as nn
from dropoutlab.explore import ask, explore, handle


def public_modules(package=dropoutlab):
    yield package
    for found in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
        if found.name.rpartition(".")[2].startswith("_"):
            continue
        module = importlib.import_module(found.name)
        yield from public_modules(module) if found.ispkg else [module]


MODULES = list(public_modules())
EACH = pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)


def imported_names(module):
    """What a module takes from others, but for what it offers under its own name."""
    for node in ast.walk(ast.parse(inspect.getsource(module))):
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield from (alias.asname or alias.name.partition(".")[0] for alias in node.names)


def test_all_public_modules_are_looked_at():
    files = Path(dropoutlab.__file__).parent.rglob("[!_]*.py")
    assert {path.stem for path in files} <= {m.__name__.rpartition(".")[2] for m in MODULES}
    assert not [module.__name__ for module in MODULES if "._" in module.__name__]


@EACH
def test_tab_shows_what_a_module_offers_and_nothing_else(module):
    shown = dir(module)
    assert shown == sorted(set(shown))
    assert not [name for name in shown if name.startswith("_")]
    assert all(hasattr(module, name) for name in shown)
    offered = set(getattr(module, "__all__", ()))
    parts = {part.name for part in pkgutil.iter_modules(getattr(module, "__path__", ()))}
    assert {part for part in parts if not part.startswith("_")} <= {*shown, *offered} or offered
    assert not set(shown) & set(imported_names(module)) - offered - parts
    own = {
        name
        for name, value in vars(module).items()
        if not name.startswith("_") and getattr(value, "__module__", None) == module.__name__
        if not isinstance(value, type(sys)) and not getattr(module, "__all__", None)
    }
    assert own <= set(shown)


@EACH
def test_help_shows_no_private_name_but_of_modules(module):
    lines = pydoc.plain(pydoc.render_doc(module)).splitlines()
    modules = {part.name for part in pkgutil.iter_modules(getattr(module, "__path__", ()))}
    headed = [line.strip() for line in lines if line.startswith("    ") and line[4:5] == "_"]
    headed = [line for line in headed if line.split()[0] not in modules]
    assert not [line for line in headed if not line.startswith("__")]
    assert "public_dir" not in "\n".join(lines)


SOURCE = """
import math
from math import pi as circle
first, (second, *_third) = 1, (2, 3)
third: int = 3
third = _hidden = 4
first += 1
table = {}
table[first] = 5
for looped in (): looped = 1
def function(argument): inner = 1
class Kind: inner = 2
def _helper(): pass
class _Private: pass
"""


@pytest.fixture
def made_up(tmp_path, monkeypatch):
    """A package with two public parts, one of which needs what is not there."""
    folder = tmp_path / "made_up"
    folder.mkdir()
    (folder / "__init__.py").write_text("def offered(): pass\n")
    (folder / "part.py").write_text(SOURCE)
    (folder / "listed.py").write_text("from math import pi, e\n__all__ = ['pi', 'e']\n")
    (folder / "needing.py").write_text("import not_there\n")
    (folder / "_private.py").write_text("")
    monkeypatch.syspath_prepend(tmp_path)
    yield importlib.import_module("made_up")
    for name in [name for name in sys.modules if name.partition(".")[0] == "made_up"]:
        del sys.modules[name]
    _names._defined.cache_clear()


def test_a_module_shows_what_it_defines_and_a_package_its_parts_too(made_up):
    assert _names.public_dir("made_up")() == ["listed", "needing", "offered", "part"]
    importlib.import_module("made_up.part")
    defined = ["Kind", "first", "function", "second", "table", "third"]
    assert _names.public_dir("made_up.part")() == defined
    importlib.import_module("made_up.listed")
    assert _names.public_dir("made_up.listed")() == ["e", "pi"]


def test_a_package_gives_the_parts_that_it_shows_and_no_others(made_up):
    get = _names.lazy_modules("made_up")
    assert get("part") is sys.modules["made_up.part"]
    for wanted, message in (
        ("parts", "module 'made_up' has no attribute 'parts'; did you mean 'part'?"),
        ("_private", "module 'made_up' has no attribute '_private'"),
        ("zzz", "module 'made_up' has no attribute 'zzz'"),
        ("needing", "module 'made_up' has no attribute 'needing': No module named 'not_there'"),
    ):
        with pytest.raises(AttributeError) as missing:
            get(wanted)
        assert str(missing.value) == message


@pytest.mark.parametrize(
    ("name", "kind", "message"),
    [
        (3, TypeError, "label must be a string, that of an equation; got 3"),
        ("lost-pluss", ValueError,
         "label must be that of an equation; got 'lost-pluss'; did you mean 'lost-plus'?"),
        ("zzz", ValueError, "label must be that of an equation; got 'zzz'; 'in-place' is one"),
    ],
)  # fmt: skip
def test_a_name_that_is_not_known_is_refused_with_one_that_is(name, kind, message):
    known = ["lost-plus", "in-place"]
    with pytest.raises(kind) as refusal:
        _names.known_name("label", name, known, "an equation")
    assert str(refusal.value) == message
    assert _names.known_name("label", known[0], known, "an equation") == known[0]


@pytest.mark.long
def test_a_part_is_imported_when_it_is_asked_for():
    script = (
        "import sys, dropoutlab\n"
        "assert 'numpy' not in sys.modules\n"
        "print(dropoutlab.masks.enumerate_masks.__name__, dropoutlab.figures.words.__name__)"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["enumerate_masks", "dropoutlab.figures.words"]


def test_a_part_that_is_not_there_is_missed_by_name():
    with pytest.raises(AttributeError, match="no attribute 'maks'; did you mean 'masks'"):
        _ = dropoutlab.maks
    assert not hasattr(dropoutlab, "_not_there")


def test_a_part_whose_tools_are_missing_says_which(monkeypatch):
    def refuse(name):
        raise ModuleNotFoundError("No module named 'sphinx'")

    monkeypatch.setattr(_names, "import_module", refuse)
    with pytest.raises(AttributeError, match=r"no attribute 'masks': No module named 'sphinx'"):
        _names.lazy_modules("dropoutlab")("masks")


# --- slips

ONE = samples.Sample("none", "test error", (0, 1), [1.0, 2.0], {"keep_prob": 0.5})
RNG = np.random.default_rng(0)


def draw(x=1):
    figure = Figure(figsize=(1, 1))
    handle(*figure.subplots().plot(x, x), x=x)
    return figure


def draw_typed(x=1):
    figure = Figure(figsize=(1, 1))
    handle(*figure.subplots().plot(x, x), xx=x)
    return figure


def shown(*draws, **controls):
    return explore(*draws or (draw,), describe=lambda: "A point.", **{"x": (0, 2), **controls})


SLIPS = {
    "label": (lambda: symbolic.prove("eq-varience"), "did you mean 'eq-variance'?"),
    "entry": (lambda: errata.report("lost-pluss"), "did you mean 'lost-plus'?"),
    "exercise": (lambda: exercises.check("maskin-1", 1), "did you mean 'masking-1'?"),
    "claim": (
        lambda: claims.pick_tables(claims.TABLES, ["one-unit-remvoed"]),
        "did you mean 'one-unit-removed'?",
    ),
    "measure": (lambda: samples.pick([ONE], "none", "test eror"), "did you mean 'test error'?"),
    "arm": (lambda: samples.pick([ONE], "none."), "did you mean 'none'?"),
    "setting": (lambda: samples.pick([ONE], keep_prop=0.5), "did you mean 'keep_prob'?"),
    "measures": (
        lambda: experiments.measure_coadaptation(
            experiments.train_arm(experiments.Arm("none"), [0]), ["cancelation"]
        ),
        "did you mean 'cancellation'?",
    ),
    "arms": (lambda: experiments.regularized_arm("dropuot", 0.5), "did you mean 'dropout'?"),
    "settings": (
        lambda: experiments.penalty_study(range(2), {"max_norm": 2.0}),
        "did you mean 'max-norm'?",
    ),
    "network": (lambda: experiments.Arm("a", network={"nose": "no"}), "did you mean 'noise'?"),
    "law": (lambda: glm.noise_law("norml", 0.5), "did you mean 'normal'?"),
    "framework": (lambda: conventions.probe("pytorch"), "did you mean 'PyTorch'?"),
    "word": (lambda: nn.new_network((2, 2), RNG, hidden="rleu"), "did you mean 'relu'?"),
    "answer": (
        lambda: ask("Is it?", ["yes", "no"], answer="yess", because="Yes."),
        "did you mean 'yes'?",
    ),
    "labels": (lambda: shown(name="it", labels={"xx": "x"}), "did you mean 'x'?"),
    "play": (lambda: shown(name="it", play="xx"), "did you mean 'x'?"),
    "handle": (lambda: shown(draw_typed, name="it"), "did you mean 'x'?"),
    "control": (lambda: shown(name="it", xx=(0, 2)), "did you mean 'x'?"),
    "lambda": (lambda: shown(lambda x: draw(2 * x)), 'name="picture"'),
    "partial": (lambda: shown(partial(draw)), 'name="picture"'),
    "tuple": (lambda: shown(name="it", x=("a", "b")), "a list of options"),
    "set": (lambda: shown(name="it", x={1, 2}), "a list of options"),
    "one seed": (lambda: experiments.keep_prob_study([0]), "such as range(2)"),
    "a number of seeds": (lambda: experiments.keep_prob_study(8), "such as range(2)"),
    "no interval": (
        lambda: samples.Sample("none", "error", [0], [1.0]).summary(), "such as range(2)",
    ),
    "parts": (
        lambda: exercises.check("masking-1", 2), "check('masking-1', deviation=..., share=...)",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("call", "words"), SLIPS.values(), ids=SLIPS)
def test_a_slip_gets_one_line_that_says_what_to_write(call, words):
    with pytest.raises((TypeError, ValueError, RuntimeError)) as slip:
        call()
    message = str(slip.value)
    assert words in message
    assert "\n" not in message


@pytest.mark.parametrize("folder", [None, "results"])
def test_the_way_to_a_refusal_is_short(folder, tmp_path, monkeypatch):
    if folder:
        monkeypatch.setenv("DROPOUTLAB_RESULTS", str(tmp_path / folder))
    with pytest.raises(TypeError, match="seeds must be") as refusal:
        experiments.keep_prob_study(8)
    assert len(refusal.traceback) <= 2


def test_nothing_is_guessed_where_nothing_is_near():
    assert _names.did_you_mean("zzz", ["none"]) == ""
    assert _names.did_you_mean(0.51, [0.5, None]) == "; did you mean 0.5?"
    assert _names.did_you_mean("dropuot", ["dropped", "dropout"]) == "; did you mean 'dropout'?"


@pytest.mark.parametrize(
    ("written", "texts"),
    [
        (range(3), ("0", "1", "2")),
        (np.arange(3), ("0", "1", "2")),
        (np.linspace(0, 1, 11)[2:5], ("0.2", "0.3", "0.4")),
        (np.array(["a", "b"]), ("a", "b")),
    ],
)
def test_ranges_and_arrays_are_options(written, texts):
    page = shown(lambda x: Figure(figsize=(1, 1)), name="it", x=written).markup
    assert [f">{text}</option>" in page for text in texts] == [True] * len(texts)
    assert page.count("</option>") == len(texts)
