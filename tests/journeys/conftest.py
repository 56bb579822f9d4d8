"""Tests of this ring import models, so Django is made ready before they are collected."""

import django

django.setup()

from collections.abc import Iterator  # noqa: E402
from pathlib import Path  # noqa: E402

import pytest  # noqa: E402
from playwright.sync_api import Browser, sync_playwright  # noqa: E402

from passaparola.inbound.api.principals import forget_keys  # noqa: E402
from passaparola.inbound.links.running import stop_links  # noqa: E402
from passaparola.inbound.running import stop_writer  # noqa: E402
from passaparola.inbound.web.friends import landing  # noqa: E402
from tests.browser import Window, launched, serving, windowed  # noqa: E402
from tests.databases import Database  # noqa: E402
from tests.journeys.caller import Shop, open_shop  # noqa: E402

HERE = Path(__file__).parent


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A journey is tried on SQLite. On PostgreSQL, too, where it is marked `on_both`: it is about processes, locks or imports, or runs a
    statement that no other test runs there; the other journeys go to PostgreSQL with `make gauntlet`."""
    for item in items:
        given = getattr(item, "callspec", None)
        if HERE in item.path.parents and given and given.params.get("database_template") == "postgres":
            asked = any("database_template" in mark.args[0] for mark in item.iter_markers("parametrize"))
            if not asked and not item.get_closest_marker("on_both"):
                item.add_marker(pytest.mark.gauntlet)


@pytest.fixture
def shop(database: Database) -> Iterator[Shop]:
    """A firm with a program and an API key, and this process's writer."""
    yield open_shop()
    assert stop_links()
    assert stop_writer()
    forget_keys()
    landing.VISITS.forget()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, once for the run."""
    with sync_playwright() as playwright:
        running = launched(playwright)
        yield running
        running.close()


@pytest.fixture
def site(database: Database) -> Iterator[str]:
    """The address of the whole application, served from this process on the test's database."""
    with serving() as address:
        yield address
    stop_writer()


@pytest.fixture
def window(browser: Browser, site: str) -> Iterator[Window]:
    """A window before the site, with no cookies yet. More of them: `windowed(browser, site)`."""
    with windowed(browser, site) as opened:
        yield opened
