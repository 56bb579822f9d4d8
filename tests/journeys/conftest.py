"""Tests of this ring import models, so Django is made ready before they are collected."""

import django

django.setup()

from collections.abc import Iterator  # noqa: E402

import pytest  # noqa: E402

from passaparola.inbound.api.principals import forget_keys  # noqa: E402
from passaparola.inbound.running import stop_writer  # noqa: E402
from tests.databases import Database  # noqa: E402
from tests.journeys.caller import Shop, open_shop  # noqa: E402


@pytest.fixture
def shop(database: Database) -> Iterator[Shop]:
    """A firm with a program and an API key, and this process's writer."""
    yield open_shop()
    assert stop_writer()
    forget_keys()
