"""The ledger as it is read: sums by account, seals, and pages of its rows in the order of the commits."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from passaparola.domain.ledger.accounts import POSTED
from passaparola.domain.ledger.proof import TrialLine
from passaparola.store.session import Row, Session
from passaparola.store.write.plan import INSERTS

POSTED_KINDS = ", ".join(f"'{kind}'" for kind in sorted(POSTED))
WAITING = "CASE t.kind WHEN 'pending' THEN t.amount WHEN 'post' THEN -t.amount WHEN 'void' THEN -t.amount ELSE 0 END"
TRANSFER = INSERTS["transfer"]


class BatchRow(NamedTuple):
    """One commit as it left itself behind."""

    id: str
    serial: int
    entries: int
    digest: str
    block: int | None


class BlockRow(NamedTuple):
    """One seal."""

    height: int
    first_serial: int
    last_serial: int
    previous: str
    hash: str


def trial_lines(session: Session, workspace: str) -> list[TrialLine]:
    """Sums of all transfers by account kind, program and unit, in one statement. A transfer counts on each of its accounts by itself.

    What waits is the pending transfers less those that were posted or voided.
    """
    posted = f"CASE WHEN t.kind IN ({POSTED_KINDS}) THEN t.amount ELSE 0 END"
    of = "FROM store_transfer t WHERE t.workspace_id = %(ws)s::uuid"
    sides = (
        f"SELECT t.debit_id AS account, {posted} AS debit, 0 AS credit, {WAITING} AS pending_debit, 0 AS pending_credit {of}"
        f" UNION ALL SELECT t.credit_id, 0, {posted}, 0, {WAITING} {of}"
    )
    rows = session.rows(
        "SELECT a.kind, p.slug, a.unit, SUM(s.debit), SUM(s.credit), SUM(s.pending_debit), SUM(s.pending_credit)"
        f" FROM ({sides}) s JOIN store_account a ON a.id = s.account LEFT JOIN store_program p ON p.id = a.program_id"
        " GROUP BY a.kind, p.slug, a.unit",
        ws=workspace,
    )
    return [TrialLine(kind, slug or "", unit, *map(int, sums)) for kind, slug, unit, *sums in rows]


def batches_after(session: Session, workspace: str, serial: int, limit: int) -> list[BatchRow]:
    """Commits behind this serial, in their order."""
    rows = session.rows(
        "SELECT id, serial, entries, digest, block FROM store_batch WHERE workspace_id = %(ws)s::uuid AND serial > %(serial)s"
        " ORDER BY serial LIMIT %(limit)s",
        ws=workspace,
        serial=serial,
        limit=limit,
    )
    return [BatchRow(*row) for row in rows]


def transfers_of(session: Session, batches: Iterable[str]) -> list[Row]:
    """All transfers of these commits, whole, as their digest was made of them."""
    return session.rows(
        f"SELECT {', '.join(TRANSFER)} FROM store_transfer WHERE batch = any{{batches:uuid}}", batches=list(batches)
    )


def blocks_after(session: Session, workspace: str, height: int, limit: int) -> list[BlockRow]:
    """Seals above this height, in their order."""
    rows = session.rows(
        "SELECT height, first_serial, last_serial, previous, hash FROM store_block WHERE workspace_id = %(ws)s::uuid"
        " AND height > %(height)s ORDER BY height LIMIT %(limit)s",
        ws=workspace,
        height=height,
        limit=limit,
    )
    return [BlockRow(*row) for row in rows]


def last_block(session: Session, workspace: str) -> BlockRow | None:
    """The newest seal."""
    rows = session.rows(
        "SELECT height, first_serial, last_serial, previous, hash FROM store_block WHERE workspace_id = %(ws)s::uuid"
        " ORDER BY height DESC LIMIT 1",
        ws=workspace,
    )
    return BlockRow(*rows[0]) if rows else None


def committed_serial(session: Session, workspace: str) -> int:
    """The serial of the last commit. Raises LookupError when there is no such workspace."""
    rows = session.rows("SELECT serial FROM store_workspace WHERE id = %(ws)s::uuid", ws=workspace)
    if not rows:
        raise LookupError(f"there is no workspace {workspace}")
    return int(rows[0][0])


def sealed_rows(batches: Sequence[BatchRow]) -> list[tuple[int, int, str]]:
    """What a seal is made of."""
    return [(batch.serial, batch.entries, batch.digest) for batch in batches]
