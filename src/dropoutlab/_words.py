"""How numbers are written wherever the book writes them."""

import re

_HYPHEN = re.compile(r"(?:(?<=\de)|(?<!\w))-(?=\d|inf)")  # of a number, not of a word


def minus(text: str) -> str:
    """Return a text in which numbers have a proper minus, and words their hyphens."""
    return _HYPHEN.sub("−", text)
