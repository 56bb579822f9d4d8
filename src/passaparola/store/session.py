"""One transaction on the database, in SQL: the same statements on SQLite and PostgreSQL.

Ids are 32 hex digits on both. A list is one parameter: `{name}` in a statement is "one of this list". Statements are counted.
"""

import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import orjson
import psycopg
from django.db import connection, transaction
from django.db.utils import DatabaseError as DjangoDatabaseError
from psycopg.adapt import Loader

Row = tuple[Any, ...]


class Conflict(Exception):
    """Another writer was first: nothing was written; read again and decide again."""


class LockTimeout(Conflict):
    """Another writer holds what we need for too long."""


class _HexLoader(Loader):
    def load(self, data: Any) -> str:
        return bytes(data).decode().replace("-", "")


statements = 0  # since the process began; tests compare before and after

_LIST = re.compile(r"= any\{(\w+):(uuid|text|bigint)\}")
_RETRIED = {"40001", "40P01", "23505", "23514", "55P03"}


class Session:
    """Runs statements inside the open transaction. Parameters are named: `%(name)s`, and `= any{name:uuid}` for a list."""

    def __init__(self) -> None:
        connection.ensure_connection()
        self.postgres = connection.vendor == "postgresql"
        self.raw = connection.connection
        if self.postgres:
            self.cursor = self.raw.cursor()
            self.cursor.adapters.register_loader("uuid", _HexLoader)
        else:
            self.cursor = self.raw.cursor()

    def rows(self, statement: str, **values: Any) -> list[Row]:
        """The rows of a SELECT (or of RETURNING)."""
        self.run(statement, **values)
        return list(self.cursor.fetchall())

    def run(self, statement: str, **values: Any) -> int:
        """Run one statement; the number of rows it touched."""
        global statements
        statements += 1
        try:
            if self.postgres:
                self.cursor.execute(_for_postgres(statement), values)
            else:
                self.cursor.execute(_for_sqlite(statement), _sqlite_values(values))
        except (psycopg.Error, sqlite3.Error) as problem:
            raise _translated(problem) from problem
        return int(self.cursor.rowcount)

    def insert(self, table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        """Many rows of one table: COPY on PostgreSQL, executemany on SQLite."""
        global statements
        if not rows:
            return
        statements += 1
        names = ", ".join(columns)
        try:
            if self.postgres:
                with self.cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                    for row in rows:
                        copy.write_row(row)
            else:
                marks = ", ".join("?" * len(columns))
                self.cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", rows)
        except (psycopg.Error, sqlite3.Error) as problem:
            raise _translated(problem) from problem

    def insert_new(self, table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]], known_by: str = "") -> None:
        """Many rows of one table, leaving out those that are there already (by the unique columns `known_by`, or by any)."""
        names = ", ".join(columns)
        unless = f"ON CONFLICT ({known_by}) DO NOTHING" if known_by else "ON CONFLICT DO NOTHING"
        source = f"SELECT {names} FROM json_populate_recordset(NULL::{table}, %s::json)"
        marks = ", ".join("?" * len(columns))
        self._many(
            f"INSERT INTO {table} ({names}) {source} {unless}",
            f"INSERT INTO {table} ({names}) VALUES ({marks}) {unless}",
            columns,
            rows,
        )

    def compare_and_set(self, table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> int:
        """Set columns of many rows, each only if its revision is still the one seen, and count it up. The number of rows touched.

        Each row is its new values, then its id, its workspace and the revision seen.
        """
        names = [*columns, "id", "workspace_id", "revision"]
        sets = ", ".join(f"{c} = d.{c}" for c in columns)
        marks = ", ".join(f"{c} = ?" for c in columns)
        return self._many(
            f"UPDATE {table} t SET revision = t.revision + 1, {sets} FROM json_populate_recordset(NULL::{table}, %s::json) d"
            " WHERE t.id = d.id AND t.workspace_id = d.workspace_id AND t.revision = d.revision AND t.id = ANY(%s::uuid[])",
            f"UPDATE {table} SET revision = revision + 1, {marks} WHERE id = ? AND workspace_id = ? AND revision = ?",
            names,
            rows,
        )

    def _many(self, postgres: str, sqlite: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> int:
        """One statement for many rows: given as one JSON text on PostgreSQL, executed for each on SQLite."""
        global statements
        if not rows:
            return 0
        statements += 1
        try:
            if not self.postgres:
                self.cursor.executemany(sqlite, rows)
            else:
                given: list[Any] = [orjson.dumps([dict(zip(columns, row, strict=True)) for row in rows]).decode()]
                if postgres.startswith("UPDATE"):
                    given.append([row[-3] for row in rows])  # tells the planner how few rows are meant
                self.cursor.execute(postgres, given)
        except (psycopg.Error, sqlite3.Error) as problem:
            raise _translated(problem) from problem
        return int(self.cursor.rowcount)


def _for_postgres(statement: str) -> str:
    return _LIST.sub(r"= ANY(%(\1)s::\2[])", statement)


_SQLITE_CACHE: dict[str, str] = {}


def _for_sqlite(statement: str) -> str:
    known = _SQLITE_CACHE.get(statement)
    if known is None:
        known = _LIST.sub(r"IN (SELECT value FROM json_each(:\1))", statement)
        known = re.sub(r"%\((\w+)\)s", r":\1", known)
        known = re.sub(r"::\w+(\[\])?", "", known)
        _SQLITE_CACHE[statement] = known
    return known


def _sqlite_values(values: dict[str, Any]) -> dict[str, Any]:
    return {k: orjson.dumps(v).decode() if isinstance(v, list) else v for k, v in values.items()}


def _translated(problem: Exception) -> Exception:
    """A conflict that a second try may mend, or the problem itself."""
    if isinstance(problem, psycopg.Error):
        if problem.sqlstate == "55P03":
            return LockTimeout(str(problem))
        return Conflict(str(problem)) if problem.sqlstate in _RETRIED else problem
    if isinstance(problem, sqlite3.IntegrityError):
        return Conflict(str(problem))
    if isinstance(problem, sqlite3.OperationalError) and "locked" in str(problem):
        return LockTimeout(str(problem))
    return problem


@contextmanager
def writing(lock_timeout_ms: int = 1000) -> Iterator[Session]:
    """A transaction that writes. Committed at the end; undone by any exception."""
    try:
        with transaction.atomic(durable=True):
            session = Session()
            if session.postgres:
                session.run(f"SET LOCAL lock_timeout = {int(lock_timeout_ms)}")
            yield session
    except DjangoDatabaseError as problem:
        cause = problem.__cause__
        if isinstance(cause, (psycopg.Error, sqlite3.Error)):
            raise _translated(cause) from problem
        raise


@contextmanager
def one_statement() -> Iterator[Session]:
    """A commit that is one statement: on PostgreSQL it needs no transaction around it, which spares three ways there and back."""
    if connection.vendor == "postgresql":
        yield Session()
    else:
        with writing() as session:
            yield session


@contextmanager
def reading() -> Iterator[Session]:
    """Statements that only read, each seeing what is committed."""
    yield Session()
