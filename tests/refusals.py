"""How a test asks that something is refused, word for word."""

import pytest


def assert_refused(call, kind, message):
    """Call, and compare what is raised: its type, and its message.

    What a message got may be left open: then it ends with "; ".
    """
    with pytest.raises((TypeError, ValueError, FloatingPointError)) as refusal:
        call()
    said = str(refusal.value)
    if message.endswith("; "):
        message += said.partition("; ")[2]
    assert said == message
    assert refusal.type is kind
