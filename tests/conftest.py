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
