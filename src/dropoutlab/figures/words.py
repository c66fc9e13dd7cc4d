"""Numbers as they are written in sentences and tables: a proper minus, raised powers, intervals."""

from dropoutlab._names import public_dir
from dropoutlab._words import minus
from dropoutlab.samples import Summary

__dir__ = public_dir(__name__)

_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def number(value: float) -> str:
    """Return a number with two decimals and no minus zero."""
    return minus(f"{value:z.2f}")


def small_chance(chance: float) -> str:
    """Return a probability with three decimals, which is 0 only if it is."""
    return "below 0.001" if 0 < chance < 0.001 else f"{chance:.3f}".replace("0.000", "0")


def power_of_ten(value: float) -> str:
    """Return a positive number to one digit: 4 × 10⁻¹⁶."""
    digit, power = f"{value:.0e}".split("e")
    return f"{digit} × 10{str(int(power)).translate(_RAISED)}"


def interval(summary: Summary, form: str) -> str:
    """Return a mean ± half the width of its confidence interval.

    Args:
        summary: of which mean and interval are written.
        form: how to format the mean, `".2f"`, or `"+.2f"` with its sign.
    """
    sign, digits = ("+", form[1:]) if form.startswith("+") else ("", form)
    return minus(f"{summary.mean:{sign}z{digits}} ± {summary.half_width:{digits}}")
