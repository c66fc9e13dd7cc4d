"""What all tests share."""

import os

import joblib
import pytest
from hypothesis import settings

# how long an example takes depends on who else uses the machine
settings.register_profile("shared machine", deadline=None)
settings.load_profile("shared machine")


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
