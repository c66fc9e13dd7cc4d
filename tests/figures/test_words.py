"""Numbers as they stand in sentences and tables."""

from types import SimpleNamespace

import pytest

from dropoutlab.figures.words import interval, minus, number, power_of_ten, small_chance


def test_every_hyphen_of_a_number_becomes_a_minus():
    assert minus("-1e-05") == "−1e−05"
    assert minus("max-norm -2.5 (-inf), MNIST-1D") == "max-norm −2.5 (−inf), MNIST-1D"


@pytest.mark.parametrize(
    ("value", "text"),
    [(1.005, "1.00"), (-0.126, "−0.13"), (-0.001, "0.00"), (0.0, "0.00"), (1234.5, "1234.50")],
)
def test_a_number_has_two_decimals_and_no_minus_zero(value, text):
    assert number(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(4.2e-16, "4 × 10⁻¹⁶"), (1.0, "1 × 10⁰"), (2.7e35, "3 × 10³⁵"), (9.8e-3, "1 × 10⁻²"),
     (6e247, "6 × 10²⁴⁷"), (5e189, "5 × 10¹⁸⁹")],
)  # fmt: skip
def test_a_power_of_ten_is_raised(value, text):
    assert power_of_ten(value) == text


@pytest.mark.parametrize(
    ("mean", "half_width", "form", "text"),
    [
        (-1.234, 0.567, ".2f", "−1.23 ± 0.57"),
        (1.234, 0.567, "+.1f", "+1.2 ± 0.6"),
        (-1.234, 0.567, "+.1f", "−1.2 ± 0.6"),
        (-0.001, 0.01, ".1f", "0.0 ± 0.0"),
        (-0.001, 0.01, "+.1f", "+0.0 ± 0.0"),
    ],
)
def test_an_interval_is_written_with_the_sign_that_is_asked_for(mean, half_width, form, text):
    assert interval(SimpleNamespace(mean=mean, half_width=half_width), form) == text


@pytest.mark.parametrize(
    ("chance", "text"), [(0.0, "0"), (1e-9, "below 0.001"), (0.001, "0.001"), (0.25, "0.250")]
)
def test_a_chance_is_nought_only_if_it_is(chance, text):
    assert small_chance(chance) == text
