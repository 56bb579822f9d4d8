"""Make a backup while everything goes on: one consistent moment of the database, in one portable file."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from passaparola import __version__
from passaparola.actions.backup.archive import new_archive
from passaparola.actions.backup.schema import schema
from passaparola.actions.backup.tables import Table, tables
from passaparola.domain.instant import Instant, iso
from passaparola.store.read.snapshot import Session, snapshot

Progress = Callable[[str, int], None]  # table, rows so far


def back_up(path: Path, *, now: Instant, overwrite: bool = False, progress: Progress | None = None) -> dict[str, int]:
    """Write every row as of one moment into `path`; rows by table. No writer waits. Restores into SQLite and PostgreSQL alike.

    The secret key is not in it. Raises UnableToBackUp when the file exists and `overwrite` is not said.
    """
    counts: dict[str, int] = {}
    with new_archive(path, replace=overwrite) as archive, snapshot() as session:
        for table in tables():
            counts[table.name] = archive.table(table, _pages(session, table, progress))
        archive.close(
            product="passaparola", version=__version__, made_at=iso(now), database=_vendor(session), schema=schema()
        )
    return counts


def _pages(session: Session, table: Table, progress: Progress | None) -> Iterator[Sequence[Any]]:
    """All rows by key, a page at a time."""
    key = table.columns.index(table.key)
    last: Any = None
    done = 0
    while True:
        after = f" WHERE {table.key} > %(last)s{table.cast}" if last is not None else ""
        values = {"last": last} if last is not None else {}
        page = session.rows(
            f"SELECT {', '.join(table.columns)} FROM {table.name}{after} ORDER BY {table.key} LIMIT {table.page}",
            **values,
        )
        yield from page
        done += len(page)
        if progress is not None:
            progress(table.name, done)
        if len(page) < table.page:
            return
        last = page[-1][key]


def _vendor(session: Session) -> str:
    return "postgresql" if session.postgres else "sqlite"
