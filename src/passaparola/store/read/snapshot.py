"""How the layers outside open the database to read: `reading` sees each commit as it comes, `snapshot` one moment."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from passaparola.store.session import Session, reading

__all__ = ["Session", "reading", "snapshot"]


@contextmanager
def snapshot() -> Iterator[Session]:
    """All statements see the database as it was at the first of them, and no writer waits for us. Must not be inside a transaction."""
    connection.ensure_connection()
    if connection.vendor == "postgresql":
        with transaction.atomic(durable=True):
            session = Session()
            session.run("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield session
        return
    session = Session()
    session.cursor.execute("BEGIN DEFERRED")  # atomic() would begin IMMEDIATE and keep writers out
    try:
        yield session
    finally:
        session.cursor.execute("ROLLBACK")
