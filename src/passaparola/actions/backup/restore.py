"""Put a backup into an empty database: everything is checked before the first row is written, and all is written in one transaction."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model
from django.core.management.color import no_style
from django.db import connection

from passaparola.actions.backup.archive import ArchiveReader, UnableToReadArchive, open_archive
from passaparola.actions.backup.schema import schema
from passaparola.actions.backup.tables import EMPTIED, Table, tables
from passaparola.actions.ledger.verify import verify_ledger
from passaparola.domain.ledger.proof import Violation
from passaparola.store.session import Session, reading, writing

Progress = Callable[[str, int], None]


class UnableToRestore(RuntimeError):
    """Nothing was changed; the message says why and what to do."""


@dataclass(slots=True)
class Restored:
    """What was put in, when the backup was made, and what the ledger's checker says about it now."""

    rows: dict[str, int] = field(default_factory=dict)
    made_at: str = ""
    violations: list[Violation] = field(default_factory=list)


def restore(path: Path, *, replace: bool = False, progress: Progress | None = None) -> Restored:
    """Restore into a database that is empty, or with `replace` instead of what is there.

    Raises UnableToReadArchive, UnableToRestore: then nothing was changed. The ledger is verified at the end.
    """
    wanted = tables()
    with open_archive(path) as archive:
        check(archive, wanted)
        result = Restored(made_at=str(archive.manifest.get("made_at", "")))
        with writing(lock_timeout_ms=30_000) as session:
            _make_room(session, wanted, replace)
            for table in wanted:
                result.rows[table.name] = _load(session, archive, table, progress)
            _reset_numbers(session)
    with reading() as session:
        workspaces = [row[0] for row in session.rows("SELECT id FROM store_workspace ORDER BY id")]
    result.violations = [violation for workspace in workspaces for violation in verify_ledger(workspace)]
    return result


def check(archive: ArchiveReader, wanted: Sequence[Table]) -> None:
    """The archive is whole, unaltered, and of this version's shape. Raises UnableToReadArchive, UnableToRestore."""
    made, ours = archive.manifest.get("schema"), schema()
    if made != ours:
        version = archive.manifest.get("version", "another version")
        raise UnableToRestore(
            f"{archive.path} was made by passaparola {version}, whose database has another shape ({made}, here {ours}). "
            "Restore it with that version, then upgrade"
        )
    shapes = {name: member.columns for name, member in archive.members.items()}
    if shapes != {table.name: table.columns for table in wanted}:
        strange = sorted(set(shapes.items()) ^ {(t.name, t.columns) for t in wanted})
        raise UnableToReadArchive(f"{archive.path}: {strange[0][0]} is missing, unknown, or has other columns")
    for table in wanted:
        for _ in archive.rows(table):
            pass  # reading to the end compares the count and the checksum


def _make_room(session: Session, wanted: Sequence[Table], replace: bool) -> None:
    filled = [table.name for table in wanted if session.rows(f"SELECT 1 FROM {table.name} LIMIT 1")]
    if filled and not replace:
        raise UnableToRestore(
            f"The database is not empty ({', '.join(filled[:3])} …). Restore into a new data folder or database, "
            "or say --replace to lose what is there"
        )
    for name in (*EMPTIED, *(table.name for table in reversed(wanted))):
        session.run(f"DELETE FROM {name}")


def _load(session: Session, archive: ArchiveReader, table: Table, progress: Progress | None) -> int:
    rows, done = archive.rows(table), 0
    while page := [table.inward(row) for row in islice(rows, table.page)]:
        try:
            session.insert(table.name, table.columns, page)
        except Exception as problem:
            raise UnableToRestore(f"{archive.path}: {table.name} does not fit the database: {problem}") from problem
        done += len(page)
        if progress is not None:
            progress(table.name, done)
    return done


def _reset_numbers(session: Session) -> None:
    """What the database counts up goes on after the restored rows."""
    numbered: Any = [get_user_model(), apps.get_model("mfa", "Authenticator")]
    for statement in connection.ops.sequence_reset_sql(no_style(), numbered):
        session.run(statement)
