"""The single linear unit under dropout: its errors, their expectations, and the ways down.

unit          the three errors and their gradients
expectations  their means over all masks, or over random ones
descent       gradient descent, SGD with dropout, and the minimisers where they end
"""

from dropoutlab._names import public_dir
from dropoutlab.linear.descent import (
    DropoutPath,
    expected_path_exact,
    least_squares_minimizer,
    regularized_descent,
    regularized_minimizer,
    ridge_minimizer,
    sgd_with_dropout,
)
from dropoutlab.linear.expectations import (
    MonteCarloEstimate,
    expected_error_exact,
    expected_gradient_exact,
    expected_gradient_monte_carlo,
)
from dropoutlab.linear.unit import (
    error_with_dropout,
    error_without_dropout,
    gradient_with_dropout,
    gradient_without_dropout,
    regularized_error,
    regularized_gradient,
)

__dir__ = public_dir(__name__)

__all__ = [
    "DropoutPath",
    "MonteCarloEstimate",
    "error_with_dropout",
    "error_without_dropout",
    "expected_error_exact",
    "expected_gradient_exact",
    "expected_gradient_monte_carlo",
    "expected_path_exact",
    "gradient_with_dropout",
    "gradient_without_dropout",
    "least_squares_minimizer",
    "regularized_descent",
    "regularized_error",
    "regularized_gradient",
    "regularized_minimizer",
    "ridge_minimizer",
    "sgd_with_dropout",
]
