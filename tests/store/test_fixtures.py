"""The ground that the tests of this ring stand on."""

import subprocess
import sys

import psycopg
import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, connection, connections

from tests.databases import Database, only_postgres, only_sqlite
from tests.postgres import PostgresServer
from tests.races import at_once


def names() -> list[str]:
    return list(User.objects.order_by("username").values_list("username", flat=True))


@pytest.mark.parametrize("name", ["ada", "ben"])
def test_every_test_begins_with_an_empty_database(database: Database, name: str) -> None:
    assert names() == []
    User.objects.create(username=name)
    assert names() == [name]
    assert connection.vendor == database.vendor


def test_another_process_sees_what_was_committed(database: Database) -> None:
    User.objects.create(username="ada")
    program = "import django; django.setup(); from django.contrib.auth.models import User; print(User.objects.get())"
    environment = {**database.env, "DJANGO_SETTINGS_MODULE": "passaparola.config.settings"}
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "ada"


def test_of_many_callers_with_one_name_the_database_admits_one(database: Database) -> None:
    outcomes = at_once(*[lambda: User.objects.create(username="ada")] * 8)
    assert sum(isinstance(outcome, IntegrityError) for outcome in outcomes) == 7
    assert names() == ["ada"]


def test_a_second_database_is_apart_from_the_first(database: Database, second_database: Database) -> None:
    User.objects.create(username="ada")
    with second_database.use():
        assert names() == []
        User.objects.create(username="ben")
    assert names() == ["ada"]


@only_sqlite
def test_sqlite_is_durable_and_writes_ahead(database: Database) -> None:
    with connection.cursor() as cursor:
        pragmas = [cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous")]
        foreign_keys = cursor.execute("PRAGMA foreign_keys").fetchone()[0]
    assert (pragmas, foreign_keys) == (["wal", 2], 1)
    assert database.path
    assert database.path.exists()


@only_postgres
def test_postgres_is_durable(database: Database) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('fsync'), current_setting('synchronous_commit')")
        assert cursor.fetchone() == ("on", "on")


@pytest.mark.postgres
def test_what_was_committed_survives_the_death_of_the_server(mortal_postgres: tuple[PostgresServer, Database]) -> None:
    server, database = mortal_postgres
    User.objects.create(username="ada")
    server.kill9()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(database.url, connect_timeout=2)
    server.start()
    connections.close_all()
    assert names() == ["ada"]
