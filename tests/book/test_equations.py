"""The TeX in the chapters says what `symbolic.py` proves: sign by sign, index by index."""

import re
from pathlib import Path

import nbformat
import pytest
import sympy as sp

from dropoutlab import symbolic
from tests.book.tex import TexError, coin_mean, read_sides

CHAPTERS = Path(__file__).parents[2] / "chapters"
DISPLAY = re.compile(r"\$\$(.+?)\$\$(?:[ \t]*\(([\w-]+)\))?", re.DOTALL)
OTHER_DISPLAY = re.compile(
    r"\\\[|\\begin\{(equation|align|gather|multline)\*?\}|\{math\}`?\n|```\{math"
)
UNITS = 3  # enough for i, j ≠ i and two different j ≠ i


def chapter_texts():
    for path in sorted(CHAPTERS.iterdir()):
        if path.suffix == ".md":
            yield path.name, path.read_text(encoding="utf8")
        elif path.suffix == ".ipynb":
            cells = nbformat.read(path, as_version=4).cells
            yield path.name, "\n\n".join(c.source for c in cells if c.cell_type == "markdown")


def labelled_equations():
    return [
        (label, tex)
        for _name, text in chapter_texts()
        for tex, label in DISPLAY.findall(text)
        if label
    ]


def meanings():
    """What the names of the chapter stand for, for UNITS units."""
    keep = symbolic.column(symbolic.keep_prob, UNITS)
    strengths = [symbolic.penalty_strength(UNITS, j) for j in range(1, UNITS + 1)]
    return {
        "E_D": symbolic.error_with_dropout(UNITS),
        "E_N": symbolic.error_without_dropout(UNITS),
        "E_R": symbolic.regularized_error(UNITS),
        r"\mathcal E_D": symbolic.batch_error_with_dropout(UNITS),
        r"\mathcal E_R": symbolic.regularized_batch_error(UNITS),
        r"\mathbf y": symbolic.targets(),
        r"\mathbf X": symbolic.design(UNITS),
        r"\mathbf p": keep,
        r"\mathbf w": symbolic.column(symbolic.weight, UNITS),
        r"\mathbf P": sp.diag(*keep),
        r"\mathbf D": sp.diag(*strengths),
    }


def differences(label, tex):
    """TeX minus proved statement, a list for each free index i; raises TexError if unreadable."""
    names = meanings()
    for i in range(1, UNITS + 1):
        written = read_sides(tex, names, UNITS, i, symbolic.BATCH)
        written = [side[i - 1] if isinstance(side, sp.MatrixBase) else side for side in written]
        proved = symbolic.EQUATIONS[label].sides(UNITS, i)
        assert len(written) == len(proved), f"{label} has {len(written)} sides in the chapter"
        yield [sp.expand(a - b) for a, b in zip(written, proved, strict=True)]


def test_the_chapters_have_labelled_equations():
    assert len(labelled_equations()) >= 15


@pytest.mark.parametrize(("label", "tex"), labelled_equations(), ids=lambda value: value[:40])
def test_the_tex_is_the_proved_statement(label, tex):
    assert label in symbolic.EQUATIONS, f"{label} has no proof in symbolic.py"
    for difference in differences(label, tex):
        assert not any(difference), f"{label}: the chapter differs by {difference}"


def test_every_proof_is_in_a_chapter_exactly_once():
    assert sorted(label for label, _tex in labelled_equations()) == sorted(symbolic.EQUATIONS)


def test_every_display_equation_is_labelled():
    for name, text in chapter_texts():
        unlabelled = [tex for tex, label in DISPLAY.findall(text) if not label]
        assert not unlabelled, f"{name}: {unlabelled}"
        assert not OTHER_DISPLAY.search(text), f"{name}: write display equations as $$ … $$ (label)"


def mutations(tex):
    """The TeX with one sign, factor or index changed, each place in turn."""
    swaps = [("+", "-"), ("-", "+"), (r"\tfrac12", r"\tfrac13"), ("w_j", "w_i"), ("x_i", "x_1")]
    swaps += [("p_j", "p_i"), ("p_i", "p_1"), ("z_i", "z_1"), ("^2", "^3"), ("(1 - p", "(2 - p")]
    swaps += [("z_j", "p_j"), (r"\mathbf{P}", r"\mathbf{D}"), ("j=1", "j=2"), ("m=1", "m=2")]
    for old, new in swaps:
        for match in re.finditer(re.escape(old), tex):
            if old == "^2" and tex[: match.start()].endswith("E}[z_i"):
                continue  # the cube of a coin is the coin too: that equation would be true
            yield tex[: match.start()] + new + tex[match.end() :]


@pytest.mark.parametrize(("label", "tex"), labelled_equations(), ids=lambda value: value[:40])
def test_any_small_change_of_the_tex_is_noticed(label, tex):
    for changed in mutations(tex):
        try:
            noticed = any(any(difference) for difference in differences(label, changed))
        except (TexError, sp.ShapeError):
            noticed = True
        assert noticed, f"{label}: nobody would notice {changed}"


def test_the_readers_expectation_agrees_with_the_sum_over_masks():
    error = symbolic.error_with_dropout(UNITS)
    assert sp.expand(coin_mean(error, UNITS) - symbolic.expectation(error, UNITS)) == 0


@pytest.mark.parametrize("tex", [r"a \cdot b", r"\mathbb{P}[z_i]", "a ) b", r"\sum_{j<3} w_j", "%"])
def test_unknown_tex_is_refused(tex):
    with pytest.raises((TexError, ValueError)):
        read_sides(tex, {}, UNITS, 1, symbolic.BATCH)
