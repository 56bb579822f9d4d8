"""Fixtures of all rings.

`database`         this test runs twice, on SQLite and on PostgreSQL, each time on a fresh migrated database that is
                   Django's `default`; commits are real
`second_database`  another fresh one of the same kind, not in use: `with second_database.use(): …`
`mortal_postgres`  a PostgreSQL server of this test's own with a migrated database in use, to kill and start again
"""

import gc
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.core.cache import cache
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from tests.databases import (
    OWN_VARIABLES,
    POSTGRES,
    SQLITE,
    Database,
    PostgresTemplate,
    SqliteTemplate,
    fresh,
    made_once,
    migrated_cluster,
)
from tests.postgres import PostgresServer, postgres_for_tests

SHARED = "PASSAPAROLA_SHARED"  # where the shared data lies, for the tests that read it

hypothesis_settings.register_profile("default", deadline=None, print_blob=True, derandomize=True)
hypothesis_settings.register_profile(
    "gauntlet", deadline=None, print_blob=True, max_examples=5_000, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis_settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


def forget_the_callers_settings() -> None:
    """A DATABASE_URL from outside becomes the server for throw-away databases, and the shared folder has a name that is no setting;
    nothing else is kept."""
    if url := os.environ.get("DATABASE_URL"):
        os.environ.setdefault("TEST_DATABASE_URL", url)
    if folder := os.environ.get(SHARED):
        os.environ.setdefault("TEST_SHARED", folder)
    for name in [name for name in os.environ if name.startswith(OWN_VARIABLES)]:
        del os.environ[name]


MEMORY, ENOUGH = Path("/dev/shm"), 3 * 2**30


def lie_in_memory() -> None:
    """Databases of tests live for a second, and waiting for the disk is most of what they cost: where memory can be had as a folder,
    they lie there. A TMPDIR that is given stands. Processes are killed in tests, machines are not, so nothing is tested less."""
    if "TMPDIR" not in os.environ and MEMORY.is_dir() and shutil.disk_usage(MEMORY).free >= ENOUGH:
        os.environ["TMPDIR"] = str(MEMORY)
        tempfile.tempdir = None  # whoever asked before


lie_in_memory()
SESSION_FOLDER = Path(tempfile.mkdtemp(prefix="passaparola-tests-"))
forget_the_callers_settings()  # now, because conftest files further in make Django ready before any hook runs
SEEDS = Path(
    os.environ.setdefault("TEST_SEEDS", str(SESSION_FOLDER / "seeds"))
)  # the workers have those of the process above
os.environ["PASSAPAROLA_DATA"] = str(SESSION_FOLDER)
os.environ["DJANGO_SETTINGS_MODULE"] = "passaparola.config.settings"


def pytest_unconfigure() -> None:
    shutil.rmtree(SESSION_FOLDER, ignore_errors=True)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What the gauntlet has to say, below the results."""
    reports = [report for found in terminalreporter.stats.values() for report in found]
    lines = [line for r in reports for name, line in getattr(r, "user_properties", ()) if name == "gauntlet"]
    if lines:
        terminalreporter.section("gauntlet")
        for line in sorted(set(lines)):
            terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def sqlite_template() -> SqliteTemplate:
    return SqliteTemplate(SESSION_FOLDER, SEEDS)


@pytest.fixture(scope="session")
def postgres_seed() -> Callable[[], Path]:
    return lambda: made_once(SEEDS / "postgres", migrated_cluster)


@pytest.fixture(scope="session")
def postgres_template(postgres_seed: Callable[[], Path]) -> Iterator[PostgresTemplate]:
    with postgres_for_tests(postgres_seed) as server:
        template = PostgresTemplate(SESSION_FOLDER, server)
        yield template
        template.drop()


@pytest.fixture(params=[SQLITE, POSTGRES])
def database_template(request: pytest.FixtureRequest) -> SqliteTemplate | PostgresTemplate:
    template: SqliteTemplate | PostgresTemplate = request.getfixturevalue(f"{request.param}_template")
    return template


@pytest.fixture
def database(database_template: SqliteTemplate | PostgresTemplate) -> Iterator[Database]:
    with fresh(database_template) as database, database.use():
        cache.clear()  # of who signed in, and how often somebody asked, another database knows nothing
        yield database


@pytest.fixture
def second_database(database_template: SqliteTemplate | PostgresTemplate) -> Iterator[Database]:
    with fresh(database_template) as database:
        yield database


@pytest.fixture
def mortal_postgres(tmp_path: Path, postgres_seed: Callable[[], Path]) -> Iterator[tuple[PostgresServer, Database]]:
    with (
        PostgresServer(seed=postgres_seed()) as server,
        fresh(PostgresTemplate(tmp_path, server)) as database,
        database.use(),
    ):
        yield server, database


def pytest_collection_finish(session: pytest.Session) -> None:
    """What was loaded stays for the whole run: the collector that walks through it again and again took a sixth of the tests' time."""
    hash_passwords_cheaply()
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def hash_passwords_cheaply() -> None:
    """By the same function with a hundredth of the memory: nobody guesses at these passwords, and each took a quarter of a second. What
    the product spends on one is held by `tests/journeys/test_cli_up.py`, whose process is not this one."""
    from django.contrib.auth.hashers import Argon2PasswordHasher

    Argon2PasswordHasher.memory_cost, Argon2PasswordHasher.time_cost = 1024, 1
