"""Checks of the commits that need no digest: rows without a commit, and gaps between the serials."""

from collections.abc import Iterator

from passaparola.store.read.discrepancies import Discrepancy, discrepancies
from passaparola.store.session import Session

LOGGED = ("transfer", "event", "act", "decision", "rewardtransition", "finding", "outbox")


def rows_without_commit(session: Session, workspace: str) -> Iterator[Discrepancy]:
    """Transfers, and all else that a commit writes, whose batch row is missing or is of another workspace."""
    for table in LOGGED:
        yield from discrepancies(
            session,
            f"SELECT t.id, '{table} of no commit', 'a commit of this workspace' FROM store_{table} t"
            " LEFT JOIN store_batch b ON b.id = t.batch AND b.workspace_id = t.workspace_id"
            " WHERE t.workspace_id = %(ws)s::uuid AND b.id IS NULL",
            ws=workspace,
        )


def foreign_transfers(session: Session, workspace: str) -> list[Discrepancy]:
    """Transfers of another workspace in a commit of this one."""
    return discrepancies(
        session,
        "SELECT t.id, t.workspace_id, b.workspace_id FROM store_batch b JOIN store_transfer t ON t.batch = b.id"
        " WHERE b.workspace_id = %(ws)s::uuid AND t.workspace_id <> b.workspace_id",
        ws=workspace,
    )


def missing_serials(session: Session, workspace: str) -> list[Discrepancy]:
    """Serials run from 1 to the workspace's without a gap: the ends of every gap, and a serial that the workspace never gave."""
    return discrepancies(
        session,
        "SELECT g.serial, 'no commit of serial ' || g.serial, '1 to ' || w.serial || ' without a gap' FROM store_workspace w JOIN ("
        " SELECT b.serial + 1 AS serial FROM store_batch b LEFT JOIN store_batch n"
        " ON n.workspace_id = b.workspace_id AND n.serial = b.serial + 1 WHERE b.workspace_id = %(ws)s::uuid AND n.id IS NULL"
        " UNION SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM store_batch b WHERE b.workspace_id = %(ws)s::uuid AND b.serial = 1)"
        " ) g ON g.serial <= w.serial WHERE w.id = %(ws)s::uuid"
        " UNION ALL SELECT b.serial, 'a commit of serial ' || b.serial, 'at most ' || w.serial FROM store_batch b"
        " JOIN store_workspace w ON w.id = b.workspace_id WHERE w.id = %(ws)s::uuid AND (b.serial > w.serial OR b.serial < 1)",
        ws=workspace,
    )
