"""The gauntlet: the promises under attack, on both databases, each test with faults of our own making that it must catch.

Every test runs in two doses: a small one with the other tests, and a large one in `make gauntlet`.
"""

import os
import secrets
from collections.abc import Callable

import django
import pytest

django.setup()

Say = Callable[[str], None]
SMALL, LARGE = "small", "large"
SMALL_SEED = 20261121


@pytest.fixture(params=[SMALL, pytest.param(LARGE, marks=pytest.mark.gauntlet)])
def dose(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def say(record_property: Callable[[str, object], None]) -> Say:
    """A line for the end of the test run: what was tried, what came of it, and which planted fault was caught."""
    return lambda line: record_property("gauntlet", line)


@pytest.fixture
def seed(request: pytest.FixtureRequest) -> int:
    """Printed with each run; GAUNTLET_SEED repeats one. The small dose is the same every time, so that it judges the change at hand."""
    small = request.node.callspec.params.get("dose", SMALL) == SMALL
    return int(os.environ.get("GAUNTLET_SEED") or (SMALL_SEED if small else secrets.randbits(32)))
