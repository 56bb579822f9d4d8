"""One database of each kind for all programs; each program has a workspace of its own on it."""

import django

django.setup()

from collections.abc import Iterator  # noqa: E402

import pytest  # noqa: E402

from passaparola.inbound.api.principals import forget_keys  # noqa: E402
from passaparola.inbound.running import stop_writer  # noqa: E402
from tests.databases import POSTGRES, SQLITE, Database, fresh  # noqa: E402
from tests.programs.stage import Stage  # noqa: E402


@pytest.fixture(scope="session")
def sqlite_ground(sqlite_template: object) -> Iterator[Database]:
    with fresh(sqlite_template) as database:  # type: ignore[arg-type]
        yield database


@pytest.fixture(scope="session")
def postgres_ground(postgres_template: object) -> Iterator[Database]:
    with fresh(postgres_template) as database:  # type: ignore[arg-type]
        yield database


@pytest.fixture(params=[SQLITE, POSTGRES])
def stage(request: pytest.FixtureRequest) -> Iterator[Stage]:
    """A workspace of its own. At the end its books are right."""
    database: Database = request.getfixturevalue(f"{request.param}_ground")
    with database.use():
        opened = Stage()
        yield opened
        opened.assert_books()
        assert stop_writer()
        forget_keys()
