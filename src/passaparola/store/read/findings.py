"""What an operator should look at."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import orjson

from passaparola.domain.instant import Instant
from passaparola.store.session import Row, Session


@dataclass(frozen=True, slots=True)
class FindingRow:
    """One finding. `resolved_at` None: nobody has dealt with it yet."""

    id: str
    kind: str
    key: str
    detail: dict[str, Any]
    at: Instant
    resolved_at: Instant | None


_COLUMNS = "id, kind, key, detail, at, resolved_at"


def findings(
    session: Session,
    workspace: str,
    *,
    resolved: bool | None = False,
    kind: str | None = None,
    before: str | None = None,
    limit: int = 50,
) -> list[FindingRow]:
    """A page of findings, the newest first: open ones, resolved ones, or (None) both; of one kind; behind the one of this id."""
    conditions = ["workspace_id = %(ws)s::uuid"]
    if resolved is not None:
        conditions.append("resolved_at IS NOT NULL" if resolved else "resolved_at IS NULL")
    if kind is not None:
        conditions.append("kind = %(kind)s")
    if before is not None:
        conditions.append("id < %(before)s::uuid")
    rows = session.rows(
        f"SELECT {_COLUMNS} FROM store_finding WHERE {' AND '.join(conditions)} ORDER BY id DESC LIMIT %(limit)s",
        ws=workspace,
        kind=kind,
        before=before,
        limit=limit,
    )
    return [_finding(row) for row in rows]


def finding_by_id(session: Session, workspace: str, key: str) -> FindingRow | None:
    rows = session.rows(
        f"SELECT {_COLUMNS} FROM store_finding WHERE workspace_id = %(ws)s::uuid AND id = %(key)s::uuid",
        ws=workspace,
        key=key,
    )
    return _finding(rows[0]) if rows else None


def known_findings(session: Session, workspace: str, keys: Iterable[str]) -> set[tuple[str, str]]:
    """(kind, key) of the findings with one of these keys."""
    rows = session.rows(
        "SELECT kind, key FROM store_finding WHERE workspace_id = %(ws)s::uuid AND key = any{keys:text}",
        ws=workspace,
        keys=sorted(keys),
    )
    return {(kind, key) for kind, key in rows}


def _finding(row: Row) -> FindingRow:
    key, kind, name, detail, at, resolved = row
    return FindingRow(key, kind, name, orjson.loads(detail), at, resolved)
