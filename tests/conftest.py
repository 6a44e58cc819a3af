"""Shared test settings: hypothesis profiles and the optional sample corpus beside the checkout."""

from __future__ import annotations

import gc
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

SLOW_OK = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
# The ordinary run draws the same examples each time, so that a green tree stays green; `make fuzz` draws new ones.
settings.register_profile("default", max_examples=200, deadline=None, derandomize=True, suppress_health_check=SLOW_OK)
settings.register_profile("ci", max_examples=1_000, deadline=None, derandomize=True, suppress_health_check=SLOW_OK)
settings.register_profile("quick", max_examples=50, deadline=None, suppress_health_check=SLOW_OK)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))

ROOT = Path(__file__).parent.parent
CORPUS = ROOT.parent / "shared" / "corpus"


# Ten thousand tests and the tables of the formats live until the end. To look through all of them for garbage as often
# as Python does by itself takes some hundredths of the time.
gc.set_threshold(700, 10, 100)


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """What was collected is no garbage."""
    gc.freeze()


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The folder of real-world samples, where the machine has one; tests that need it skip elsewhere."""
    if not CORPUS.is_dir():
        pytest.skip("the shared sample corpus is not on this machine; the fixtures of the project cover the same cases")
    return CORPUS


@pytest.fixture(scope="session")
def fixtures() -> Path:
    """The authored sample files of the project."""
    return ROOT / "fixtures"
