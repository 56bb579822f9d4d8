"""A fresh, migrated database for each test, on SQLite and on PostgreSQL, with real commits.

Migrations run once for each kind of database, in the first process that asks (`migrated_file`, `migrated_cluster`); every test gets a
copy of the result. A copy becomes Django's `default`
connection while it is in use, and other processes reach it through `.env`.
"""

import contextlib
import fcntl
import functools
import itertools
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from passaparola.config import databases as addresses
from tests.postgres import Databases, PostgresServer

SQLITE = pytest.param("sqlite", id="sqlite")
POSTGRES = pytest.param("postgres", id="postgres", marks=pytest.mark.postgres)

on_both = pytest.mark.on_both  # of a journey, see tests/journeys/conftest.py
only_sqlite = pytest.mark.parametrize("database_template", [SQLITE], indirect=True)
_POSTGRES_LARGE = pytest.param("postgres", id="postgres", marks=[pytest.mark.postgres, pytest.mark.gauntlet])
mostly_sqlite = pytest.mark.parametrize(
    "database_template", [SQLITE, _POSTGRES_LARGE], indirect=True
)  # PostgreSQL in `make gauntlet`
only_postgres = pytest.mark.parametrize("database_template", [POSTGRES], indirect=True)

TEMPLATE = "passaparola_template"  # the migrated database of a seed
OWN_VARIABLES = ("PASSAPAROLA_", "DATABASE_URL")
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Database:
    """One migrated database and what another process needs to use it."""

    vendor: str  # "sqlite" or "postgresql", as Django's connection.vendor says
    data: Path  # the data folder
    url: str = ""  # DATABASE_URL; empty for SQLite
    server: Databases | None = field(default=None, repr=False)

    @property
    def path(self) -> Path | None:
        """The file, on SQLite."""
        return None if self.url else self.data / addresses.SQLITE_FILE

    @property
    def env(self) -> dict[str, str]:
        """The whole environment for a process that shall use this database and the test's secret key."""
        from django.conf import settings

        own = {
            "PASSAPAROLA_DATA": str(self.data),
            "PASSAPAROLA_SECRET_KEY": settings.SECRET_KEY,
            "PASSAPAROLA_DRAIN_SECONDS": "0",
        }
        if self.url:
            own["DATABASE_URL"] = self.url
        return {**environment_without_our_variables(), **own}

    @contextlib.contextmanager
    def use(self) -> Iterator["Database"]:
        """Make this Django's `default` database and data folder, in all threads that connect from now on."""
        from django.test import override_settings

        with override_settings(DATA=self.data), pointed_at(addresses.database(self.url, data=self.data)):
            yield self

    def drop(self) -> None:
        if self.server:
            self.server.drop_database(self.url.rsplit("/", 1)[1])
        shutil.rmtree(self.data, ignore_errors=True)


@contextlib.contextmanager
def pointed_at(description: dict[str, Any]) -> Iterator[None]:
    from django.db import connections

    before = connections.settings["default"]
    reconnect(connections.configure_settings({"default": description})["default"])
    try:
        yield
    finally:
        reconnect(before)


def reconnect(description: dict[str, Any]) -> None:
    from django.db import connections

    connections.close_all()
    connections.settings["default"] = description
    with contextlib.suppress(AttributeError):
        del connections["default"]  # this thread's wrapper, which remembers the old description


def environment_without_our_variables() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith(OWN_VARIABLES)}


def made_once(folder: Path, make: Callable[[Path], None]) -> Path:
    """This folder, made by whichever process asks first, while the others wait."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            making = folder.with_suffix(".making")
            make(making)
            making.rename(folder)
    return folder


def migrated_file(data: Path) -> None:
    data.mkdir()
    migrate(Database("sqlite", data))
    with contextlib.closing(sqlite3.connect(data / addresses.SQLITE_FILE)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def migrated_cluster(seed: Path) -> None:
    """What a PostgreSQL of our own begins with, so that neither `initdb` nor migrations run for each."""
    with tempfile.TemporaryDirectory() as data, PostgresServer() as server:
        migrate(Database("postgresql", Path(data), server.create_database(TEMPLATE)))
        server.plant(seed)


class SqliteTemplate:
    """Copies of one migrated file, which lies in `seeds`."""

    def __init__(self, folder: Path, seeds: Path | None = None) -> None:
        self.folder = folder
        self.seeds = seeds or folder

    @functools.cached_property
    def migrated(self) -> Path:
        return made_once(self.seeds / "sqlite-template", migrated_file) / addresses.SQLITE_FILE

    def copy(self) -> Database:
        data = self.folder / f"sqlite-{next(_numbers)}"
        data.mkdir()
        shutil.copyfile(self.migrated, data / addresses.SQLITE_FILE)
        return Database("sqlite", data)


class PostgresTemplate:
    """Copies of one migrated database of a server."""

    def __init__(self, folder: Path, server: Databases) -> None:
        self.folder = folder
        self.server = server

    @functools.cached_property
    def migrated(self) -> str:
        if self.server.seed:
            return TEMPLATE
        name = f"passaparola_template_{os.getpid()}_{next(_numbers)}"
        data = self.folder / name
        data.mkdir()
        migrate(Database("postgresql", data, self.server.create_database(name)))
        return name

    def copy(self) -> Database:
        template = self.migrated
        name = f"passaparola_{os.getpid()}_{next(_numbers)}"
        data = self.folder / name
        data.mkdir()
        return Database("postgresql", data, self.server.create_database(name, template=template), self.server)

    def drop(self) -> None:
        """Drop the template, which matters on a server that is not thrown away."""
        if "migrated" in vars(self):
            self.server.drop_database(self.migrated)


def migrate(database: Database) -> None:
    from django.core.management import call_command

    with database.use():
        call_command("migrate", verbosity=0, interactive=False)


@contextlib.contextmanager
def fresh(template: SqliteTemplate | PostgresTemplate) -> Iterator[Database]:
    """A copy, dropped at the end; not yet in use."""
    database = template.copy()
    try:
        yield database
    finally:
        database.drop()
