"""What all tests share."""

import os
import sys
from collections import Counter

import joblib
import pytest
from hypothesis import settings

# a grammar of addresses that takes three seconds to build, in each process, and that no test needs
sys.modules.setdefault("rfc3987_syntax", None)

# how long an example takes depends on who else uses the machine
settings.register_profile("shared machine", deadline=None)
settings.load_profile("shared machine")


# Tests that ask the same of many things. `make test` asks the first and every so many-th of them,
# `make test-full` the others.
ASKED_EVERY = {
    "test_every_choice_changes_the_picture_and_its_text": 3,  # pages
    "test_every_labelled_equation_is_proved": 4,  # the build has proved them all
    "test_every_slider_moved_by_keyboard_changes_the_picture_and_its_text": 3,  # pages
    "test_every_statement_within_the_text_is_proved": 4,
    "test_what_people_ask_is_found_with_its_section_and_an_excerpt": 4,
}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Mark as `full` what `make test` leaves to `make test-full`."""
    seen = Counter()
    for item in items:
        name = getattr(item, "originalname", item.name)
        if seen[name] % ASKED_EVERY.get(name, 1):
            item.add_marker("full")
        seen[name] += 1


@pytest.fixture(scope="session", autouse=True)
def one_core_an_experiment():
    """Where tests run side by side an experiment stays in its process: others use the cores."""
    with joblib.parallel_config("sequential" if "PYTEST_XDIST_WORKER" in os.environ else "loky"):
        yield


@pytest.fixture(autouse=True)
def nothing_is_kept_of_what_is_patched(request):
    """What a patched experiment finds is not what it finds: no later run may read it."""
    if "monkeypatch" in request.fixturenames:
        patch = request.getfixturevalue("monkeypatch")
        patch.delenv("DROPOUTLAB_RESULTS", raising=False)
