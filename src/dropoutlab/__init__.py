"""Dropout, small enough to check: the tested package behind the book.

`keep_prob` is always the probability that a unit is KEPT (Srivastava et al. 2014, section 4).
"""

__version__ = "0.1.0"
